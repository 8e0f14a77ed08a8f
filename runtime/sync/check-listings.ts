/** Compares what a channel shows with what it must show, for the listings whose time has come. */
import { ClientCollection, type SingleUpdate } from '../database/client-collection.ts';
import { eachOnce } from '../database/each-once.ts';
import { inOneAnswer } from '../database/in-one-answer.ts';
import { CHECKED_AT_ALL } from '../database/indexes.ts';
import type { StockDocument } from '../stock/stock-document.ts';
import { takenBy } from '../stock/taken.ts';
import { circumstancesOf } from './circumstances.ts';
import { judge } from './difference.ts';
import { beginAdopting, type Drift, finishAdopting } from './drift.ts';
import { expectedOf, isPublished, type ListingDocument } from './listing-document.ts';
import type { PushTarget } from './push-batch.ts';

/**
 * Reads up to one batch of listings that are due for a check. What is as expected (an echo of our own push, too) is
 * settled. What differs is looked at again after the settle time. What has drifted is adopted by the ledger where this
 * shop's staff count, and else handed to the pusher, which overwrites it; but only where a flow has published a number. What
 * none has (nobody matched it, nothing is switched on yet) is the shop's own affair: we take note of what it shows.
 * @returns how many listings were looked at.
 */
export async function checkListings(target: PushTarget): Promise<number> {
  const { db, clientId, connectionId, channel, client, settleMs } = target;
  const listings = new ClientCollection<ListingDocument>(db, 'listings', clientId);
  const now = new Date();
  const found = await listings
    .find({ connectionId, checkAt: { ...CHECKED_AT_ALL, $lte: now } }, inOneAnswer(channel.batchMax))
    .limit(channel.batchMax)
    .toArray();
  const due = eachOnce(found);
  if (due.length === 0) return 0;
  const begun = due.filter(({ adopting }) => adopting);
  for (const listing of begun) if (listing.adopting) await finish(target, { listing, ...listing.adopting });
  if (begun.length > 0) return due.length;
  // Judged by what was known before the reading: an order that arrives in between can only be waited for again.
  const circumstances = await circumstancesOf(target, now, true);
  const takenOf = await takenNow(target, due);
  const shown = await client.readQuantities(due);
  const asExpected: string[] = [];
  const drifts: Drift[] = [];
  let pollWanted = false;
  const later = new Date(now.getTime() + settleMs);
  const updates = due.flatMap((listing): SingleUpdate<ListingDocument>[] => {
    const { _id, pushedAt, desiredVersion, difference: watched } = listing;
    const seen = shown.get(listing.externalId) ?? null;
    const taken = takenOf(listing);
    const expected = expectedOf({ ...listing, taken });
    const reading = { expected, shown: seen ?? expected, taken };
    // Untracked or gone counts as expected: the next push will be refused with a reason for a person.
    const { difference, drifted, wantsPoll } = judge(watched, reading, circumstances);
    pollWanted ||= wantsPoll;
    if (!difference) {
      asExpected.push(_id);
      return [];
    }
    const unchanged = { _id, pushedAt, desiredVersion };
    if (drifted && target.countingAuthority && listing.sku !== null) {
      drifts.push({ listing, expected, shown: reading.shown, since: difference.since });
      return [];
    }
    if (drifted && !isPublished(listing)) {
      const known = {
        pushed: reading.shown,
        desired: reading.shown,
        taken,
        pushedTaken: taken,
        pushedAt: now,
      };
      return [{ filter: unchanged, update: { $set: { ...known, checkAt: null, difference: null } } }];
    }
    const overwritten = drifted && (target.hearsOrders?.() ?? true);
    const $set = overwritten ? { dirty: true, notBefore: null, checkAt: null } : { checkAt: later };
    return [{ filter: unchanged, update: { $set: { ...$set, difference } } }];
  });
  if (updates.length > 0) await listings.updateEach(updates, { ordered: false });
  if (asExpected.length > 0) {
    await listings.updateMany(
      { _id: { $in: asExpected }, checkAt: { $lte: now } },
      { $set: { checkAt: null, difference: null } },
    );
  }
  if (pollWanted) target.askPoll();
  for (const drift of drifts) if (await beginAdopting(db, drift)) await finish(target, drift);
  return due.length;
}

/** What the channel itself has taken of each listing's SKU by now: a sale may be booked and not published, or not yet. */
async function takenNow(
  { db, clientId, connectionId }: PushTarget,
  due: readonly ListingDocument[],
): Promise<(listing: ListingDocument) => number> {
  const skus = [...new Set(due.flatMap(({ sku }) => sku ?? []))];
  const found = await new ClientCollection<StockDocument>(db, 'stock', clientId)
    .find({ sku: { $in: skus } }, { projection: { sku: 1, taken: 1 }, ...inOneAnswer(skus.length) })
    .toArray();
  const stock = new Map(found.map((item) => [item.sku, item]));
  return ({ sku, taken, location }) => {
    const item = sku === null ? undefined : stock.get(sku);
    return item ? takenBy(item, connectionId, location) : taken;
  };
}

async function finish(target: PushTarget, drift: Drift): Promise<void> {
  if (await finishAdopting(target.db, drift)) target.adopted();
}
