/** Lines that nobody could match to a SKU are booked after all, once a person has said what they are. */
import type { Db } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
import type { ClientId, ConnectionId, Sku } from '../ids.ts';
import type { OrderDocument } from './order-document.ts';

const DAY_MS = 86_400_000;
/** Orders that are older are settled in the world: their stock has been counted since. */
const DAYS_MAX = 90;

/**
 * Gives the lines of a listing their SKU, and leaves their orders to be booked by whoever finishes orders. What the
 * ledger never knew of was never booked, so nothing is booked twice.
 * @returns how many orders will be booked again.
 */
export async function reopenUnmatched(
  db: Db,
  clientId: ClientId,
  { connectionId, listing }: { readonly connectionId: ConnectionId; readonly listing: string },
  sku: Sku,
): Promise<number> {
  const orders = new ClientCollection<OrderDocument>(db, 'orders', clientId);
  const since = new Date(Date.now() - DAYS_MAX * DAY_MS);
  const line = { $elemMatch: { listing, state: 'unmatched' } };
  const found = orders.find({ connectionId, receivedAt: { $gte: since }, lines: line });
  let reopened = 0;
  for await (const { _id, revision, lines } of found) {
    const fields: Record<string, unknown> = { unfinished: true };
    for (const [index, { listing: of, state }] of lines.entries()) {
      if (of !== listing || state !== 'unmatched') continue;
      const anew = { sku, state: 'waiting', booked: 0, accounts: [] };
      for (const [name, value] of Object.entries(anew)) fields[`lines.${index}.${name}`] = value;
    }
    // An order that changes at this very moment was read by its flow after the match: it has the SKU already.
    const { modifiedCount } = await orders.updateOne(
      { _id, revision },
      { $set: fields, $inc: { revision: 1 } },
    );
    reopened += modifiedCount;
  }
  return reopened;
}
