/** Every node that comes with SyncFlow. */
import { nodeTypesOf } from '#runtime/pipelines/node-type.ts';
import { alert } from './alerts/alert.ts';
import { captureOrder } from './orders/capture-order.ts';
import { orderTrigger } from './orders/order-trigger.ts';
import { commitStock } from './stock/commit-stock.ts';
import { lowStock } from './stock/low-stock.ts';
import { publishStock } from './stock/publish-stock.ts';
import { stockTrigger } from './stock/stock-trigger.ts';
import { sendWebhook } from './webhooks/send-webhook.ts';

export const ALL_NODE_TYPES = nodeTypesOf([
  orderTrigger,
  captureOrder,
  stockTrigger,
  commitStock,
  publishStock,
  lowStock,
  alert,
  sendWebhook,
]);
