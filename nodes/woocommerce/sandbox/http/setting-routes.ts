/** `/settings/products/woocommerce_manage_stock`: whether the shop counts stock at all. Others are not here. */
import { Router } from 'express';
import { answering, type Stage } from './reply.ts';
import type { Site } from './site.ts';

export function settingRoutes(stage: Stage, site: () => Site): Router {
  const router = Router();
  const manageStock = answering(stage, () => ({
    body: {
      id: 'woocommerce_manage_stock',
      label: 'Manage stock',
      description: 'Enable stock management',
      type: 'checkbox',
      default: 'yes',
      value: site().managesStock ? 'yes' : 'no',
    },
  }));
  router.get('/settings/products/woocommerce_manage_stock', manageStock);
  return router;
}
