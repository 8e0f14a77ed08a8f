/** Takes personal data out of what is kept of orders. */
import { Binary, type Db } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
import type { EventDocument } from '../events/event.ts';
import type { Channel } from '../sync/channel.ts';
import { deliveriesOf, type PrivacyRequestDocument } from './privacy-request.ts';

const TOGETHER_MAX = 200;
/** What is left where a channel's folder can't tell what is personal: nothing. */
const NOTHING = Buffer.from('{}');

/** May be repeated. @returns how many deliveries were rewritten. */
export async function redactOrders(
  db: Db,
  channel: Pick<Channel, 'withoutPersonalData'>,
  about: Pick<PrivacyRequestDocument, 'clientId' | 'connectionId' | 'orders'>,
): Promise<number> {
  const events = new ClientCollection<EventDocument>(db, 'events', about.clientId);
  let rewritten = 0;
  for (let start = 0; start < about.orders.length; start += TOGETHER_MAX) {
    const orders = about.orders.slice(start, start + TOGETHER_MAX);
    const found = await deliveriesOf(db, { ...about, orders }).toArray();
    const updates = found.flatMap(({ _id, body }) => {
      const before = Buffer.from(body.value());
      const after = channel.withoutPersonalData?.(before) ?? NOTHING;
      return after.equals(before) ? [] : [{ filter: { _id }, update: { $set: { body: new Binary(after) } } }];
    });
    if (updates.length > 0) await events.updateEach(updates, { ordered: false });
    rewritten += updates.length;
  }
  return rewritten;
}
