/** What people ask under privacy laws, as their shops hand it on; part of views.ts. */
import { z } from 'zod';
import { list, moment, view } from '../view.ts';
import { ConnectionNameView } from './basic-views.ts';

export const PrivacyRequestRow = view('PrivacyRequest', {
  id: z.string(),
  kind: z
    .enum(['data-request', 'redact', 'shop-redact'])
    .describe('data-request: hand the customer what is kept. The others were done when they came'),
  connection: ConnectionNameView.describe('Its id alone stays of a shop that was forgotten'),
  request: z.string().nullable().describe('The number by which the shop knows it'),
  orders: list(z.string()).describe('The shop’s own ids of the orders that it is about'),
  deliveries: z.int().describe('Kept deliveries that hold, or held, data of the customer'),
  receivedAt: moment,
  answeredAt: moment.nullable().describe('When a person noted that the customer has their data'),
  dueAt: moment.nullable().describe('Until when the customer must be answered; null: nothing is left to do'),
});
export type PrivacyRequestRow = z.infer<typeof PrivacyRequestRow>;

export const PrivacyDataView = view('PrivacyData', {
  deliveries: list(z.object({ receivedAt: moment, body: z.unknown() })).describe(
    'What the shop sent of these orders, as it is kept, oldest first',
  ),
});
export type PrivacyDataView = z.infer<typeof PrivacyDataView>;
