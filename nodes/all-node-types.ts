/** Every node that comes with SyncFlow. */
import { nodeTypesOf } from '#runtime/pipelines/node-type.ts';
import { alert } from './alerts/alert.ts';
import { sendEmail } from './email/send-email.ts';
import { orderRow } from './google-sheets/order-row.ts';
import { stockRow } from './google-sheets/stock-row.ts';
import { httpRequest } from './http/http-request.ts';
import { findListing } from './listings/find-listing.ts';
import { productTrigger } from './listings/product-trigger.ts';
import { callFlow } from './logic/call-flow.ts';
import { changeFields } from './logic/change-fields.ts';
import { code } from './logic/code.ts';
import { deduplicate } from './logic/deduplicate.ts';
import { delay } from './logic/delay.ts';
import { filter } from './logic/filter.ts';
import { flowCalled, giveBack } from './logic/flow-called.ts';
import { join } from './logic/join.ts';
import { lookUp } from './logic/look-up.ts';
import { schedule } from './logic/schedule.ts';
import { splitList } from './logic/split-list.ts';
import { switchNode } from './logic/switch.ts';
import { throttle } from './logic/throttle.ts';
import { webhookIn } from './logic/webhook-in.ts';
import { captureOrder } from './orders/capture-order.ts';
import { chooseUnits } from './orders/choose-units.ts';
import { findOrder } from './orders/find-order.ts';
import { cancelOrder, fulfilOrder, noteOrder, refundOrder } from './orders/order-action-nodes.ts';
import {
  orderCancelled,
  orderChanged,
  orderCreated,
  orderPaid,
  orderRefunded,
} from './orders/order-moment-triggers.ts';
import { orderTrigger } from './orders/order-trigger.ts';
import { commitStock } from './stock/commit-stock.ts';
import { countReportTrigger } from './stock/count-report-trigger.ts';
import { lowStock } from './stock/low-stock.ts';
import { publishStock } from './stock/publish-stock.ts';
import { setStock } from './stock/set-stock.ts';
import { stockListTrigger } from './stock/stock-list-trigger.ts';
import { stockTrigger } from './stock/stock-trigger.ts';
import { sendSms } from './twilio/send-sms.ts';
import { sendWebhook } from './webhooks/send-webhook.ts';

export const ALL_NODE_TYPES = nodeTypesOf([
  orderTrigger,
  orderCreated,
  orderPaid,
  orderChanged,
  orderCancelled,
  orderRefunded,
  productTrigger,
  captureOrder,
  fulfilOrder,
  cancelOrder,
  chooseUnits,
  refundOrder,
  noteOrder,
  findOrder,
  findListing,
  stockTrigger,
  stockListTrigger,
  countReportTrigger,
  commitStock,
  setStock,
  publishStock,
  lowStock,
  schedule,
  webhookIn,
  flowCalled,
  filter,
  switchNode,
  changeFields,
  splitList,
  join,
  lookUp,
  delay,
  throttle,
  deduplicate,
  code,
  callFlow,
  giveBack,
  alert,
  sendWebhook,
  httpRequest,
  sendEmail,
  sendSms,
  stockRow,
  orderRow,
]);
