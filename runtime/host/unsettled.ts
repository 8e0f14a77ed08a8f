/** Whether a client that is taken up has something under way that comes due by itself within seconds. */
import type { Db } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
import { CHECKED_AT_ALL } from '../database/indexes.ts';
import type { EventDocument } from '../events/event.ts';
import type { ClientId, ConnectionId } from '../ids.ts';
import type { OutboxDocument } from '../outbox/outbox-document.ts';
import type { ListingDocument } from '../sync/listing-document.ts';

/** @returns true when events, messages, pushes or checks wait: whoever looks for them shall look often. */
export async function hasUnsettled(
  db: Db,
  clientId: ClientId,
  connections: readonly ConnectionId[],
): Promise<boolean> {
  const listings = new ClientCollection<ListingDocument>(db, 'listings', clientId);
  const one = { projection: { _id: 1 } } as const;
  const found = await Promise.all([
    new ClientCollection<EventDocument>(db, 'events', clientId).findOne(
      { state: { $in: ['queued', 'running', 'retry'] } },
      one,
    ),
    new ClientCollection<OutboxDocument>(db, 'outbox', clientId).findOne(
      { state: { $in: ['queued', 'sending', 'in-doubt'] }, 'doubt.needsPerson': { $ne: true } },
      one,
    ),
    listings.findOne({ connectionId: { $in: [...connections] }, dirty: true }, one),
    listings.findOne({ connectionId: { $in: [...connections] }, checkAt: CHECKED_AT_ALL }, one),
    listings.findOne({ connectionId: { $in: [...connections] }, 'heard.dueAt': { $gt: new Date(0) } }, one),
  ]);
  return found.some((document) => document !== null);
}
