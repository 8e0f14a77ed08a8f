/** Every template, in the order in which the wizard offers them. */
import { captureOrders } from './capture-orders.ts';
import type { Template } from './define-template.ts';
import { keepStockInStep } from './keep-stock-in-step.ts';
import { lowStockAlert } from './low-stock-alert.ts';

export const ALL_TEMPLATES: readonly Template[] = [keepStockInStep, captureOrders, lowStockAlert];
