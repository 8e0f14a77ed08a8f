/** What is left of a kept order when the law asks for the customer's data to go. */
import { OrderBody } from './order-body.ts';

const NOTHING = Buffer.from('{}');

/** Only what SyncFlow reads of an order, none of which is about a person. The same body again where nothing else is in it. */
export function withoutPersonalData(body: Buffer): Buffer {
  try {
    // The schema keeps the fields that it names, and no others.
    return Buffer.from(JSON.stringify(OrderBody.parse(JSON.parse(body.toString('utf8')))));
  } catch {
    return NOTHING;
  }
}
