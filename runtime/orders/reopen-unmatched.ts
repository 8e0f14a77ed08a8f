/** Lines that nobody could match to a SKU are booked after all, once a person has said what they are. */
import type { Db } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
import type { ClientId, Sku } from '../ids.ts';
import type { ListingDocument } from '../sync/listing-document.ts';
import type { OrderDocument, StoredLine } from './order-document.ts';

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
  { connectionId, externalId, ref }: Pick<ListingDocument, 'connectionId' | 'externalId' | 'ref'>,
  sku: Sku,
): Promise<number> {
  const orders = new ClientCollection<OrderDocument>(db, 'orders', clientId);
  const since = new Date(Date.now() - DAYS_MAX * DAY_MS);
  const { variantId } = ref;
  const sold = [{ listing: externalId }, ...(variantId === undefined ? [] : [{ variant: variantId }])];
  const isOf = (line: StoredLine) =>
    line.listing === externalId || (variantId !== undefined && line.variant === variantId);
  const wanted = { $elemMatch: { $or: sold, state: 'unmatched' } };
  const found = orders.find({ connectionId, receivedAt: { $gte: since }, lines: wanted });
  let reopened = 0;
  for await (const { _id, revision, lines } of found) {
    const fields: Record<string, unknown> = { unfinished: true };
    for (const [index, line] of lines.entries()) {
      if (!isOf(line) || line.state !== 'unmatched') continue;
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
