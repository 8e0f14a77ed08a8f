/** The shapes of what the API says of orders; part of views.ts. */
import { z } from 'zod';
import { fieldsOf, list, moment, part, view } from '../view.ts';
import { ConnectionNameView, MoneyView, Tone } from './basic-views.ts';

export const OrderLineState = z.enum([
  'waiting',
  'reserved',
  'committed',
  'short',
  'cancelling',
  'backordered',
  'settled',
  'returned',
  'not-counted',
  'unmatched',
  'before',
]);
export type OrderLineState = z.infer<typeof OrderLineState>;

export const OrderRow = view('OrderRow', {
  id: z.string(),
  number: z.string(),
  connection: ConnectionNameView,
  status: z.enum(['pending', 'open', 'fulfilled', 'cancelled', 'refunded']),
  placedAt: moment,
  receivedAt: moment,
  total: MoneyView,
  lines: z.int(),
  units: z.int(),
  firstTitle: z.string(),
  shortLines: z.int(),
});
export type OrderRow = z.infer<typeof OrderRow>;

export const OrderView = view('Order', {
  ...fieldsOf(OrderRow),
  items: list(
    part({
      lineId: z.string(),
      sku: z.string().nullable(),
      title: z.string(),
      quantity: z.int(),
      state: OrderLineState,
      unitPrice: MoneyView,
    }),
  ),
  timeline: list(part({ at: moment, tone: Tone, text: z.string() })),
});
export type OrderView = z.infer<typeof OrderView>;
