/** What staff do in the shop's own admin (nodes/kit/sandbox.ts): money that came, parcels that left, forms of products. */
import { type RequestHandler, Router } from 'express';
import { z } from 'zod';
import type { Catalogue } from '../catalogue.ts';
import type { Product } from '../state.ts';
import { BadRequest, type Counter, lineOf, orderOf } from './control-routes.ts';

const Payment = z.strictObject({ orderId: z.string() });
const Shipment = z.strictObject({
  orderId: z.string(),
  lines: z.array(z.strictObject({ lineId: z.string(), quantity: z.int().min(1) })).min(1),
});
const ProductChange = z.strictObject({
  sku: z.string().min(1),
  newSku: z.string().min(1).optional(),
  title: z.string().min(1).optional(),
  barcode: z.string().nullish(),
  oversell: z.boolean().optional(),
  tracked: z.boolean().optional(),
  removed: z.boolean().default(false),
});

type Does = (work: (body: unknown) => unknown) => RequestHandler;

export function staffRoutes({ book, desk, catalogue }: Counter, does: Does): Router {
  const router = Router();
  router.post(
    '/payments',
    does((body) => {
      desk.pay(orderOf(book, Payment.parse(body).orderId));
      return {};
    }),
  );
  // WooCommerce knows no shipped parts: an order is completed, or it is not.
  router.post(
    '/shipments',
    does((body) => {
      const { orderId, lines } = Shipment.parse(body);
      const order = orderOf(book, orderId);
      const shipped = new Map(lines.map(({ lineId, quantity }) => [lineOf(order, lineId).id, quantity]));
      const isWhole = order.lines.every(({ id, quantity }) => (shipped.get(id) ?? 0) >= quantity);
      if (isWhole) desk.setStatus(order, 'completed');
      else desk.addNote(order, 'A part of this order has been shipped.', false);
      return {};
    }),
  );
  router.put(
    '/products',
    does((body) => {
      const { sku, ...change } = ProductChange.parse(body);
      const product = catalogue.bySku(sku);
      if (!product)
        throw new BadRequest(`There is no product with the SKU ${JSON.stringify(sku)} in this shop.`);
      changeForm(catalogue, product, change);
      return {};
    }),
  );
  return router;
}

function changeForm(
  catalogue: Catalogue,
  product: Product,
  { newSku, title, barcode, oversell, tracked, removed }: Omit<z.infer<typeof ProductChange>, 'sku'>,
): void {
  if (removed) {
    for (const id of product.variationIds) {
      const variation = catalogue.byId(id);
      if (variation) catalogue.remove(variation);
    }
    catalogue.remove(product);
    return;
  }
  catalogue.edit(product, {
    ...(newSku !== undefined && { sku: newSku }),
    ...(title !== undefined && { name: title }),
    ...(barcode !== undefined && { barcode: barcode ?? '' }),
    ...(oversell !== undefined && { backorders: oversell ? 'yes' : 'no' }),
    ...(tracked !== undefined && { manageStock: tracked }),
  });
  if (tracked !== undefined)
    catalogue.setQuantity(product, tracked ? (product.quantity ?? 0) : null, 'staff');
}
