/** Every template, in the order in which the wizard offers them. */
import { captureOrders } from './capture-orders.ts';
import { dailyReconciliation } from './daily-reconciliation.ts';
import type { Template } from './define-template.ts';
import { keepStockInStep } from './keep-stock-in-step.ts';
import { lowStockAlert } from './low-stock-alert.ts';
import { newOrderAlert } from './new-order-alert.ts';
import { orderSheet } from './order-sheet.ts';
import { paymentReceivedAlert } from './payment-received-alert.ts';
import { stockSheet } from './stock-sheet.ts';

export const ALL_TEMPLATES: readonly Template[] = [
  keepStockInStep,
  captureOrders,
  lowStockAlert,
  newOrderAlert,
  paymentReceivedAlert,
  stockSheet,
  orderSheet,
  dailyReconciliation,
];
