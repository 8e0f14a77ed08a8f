/** Compares what a channel shows with what it must show, for the listings whose time has come. */
import { ClientCollection } from '../database/client-collection.ts';
import { eachOnce } from '../database/each-once.ts';
import { CHECKED_AT_ALL } from '../database/indexes.ts';
import { circumstancesOf } from './circumstances.ts';
import { judge } from './difference.ts';
import { beginAdopting, type Drift, finishAdopting } from './drift.ts';
import { expectedOf, type ListingDocument } from './listing-document.ts';
import type { PushTarget } from './push-batch.ts';

/**
 * Reads up to one batch of listings that are due for a check. What is as expected (an echo of our own push, too) is
 * settled. What differs is looked at again after the settle time. What has drifted is adopted by the ledger where this
 * shop's staff count, and else handed to the pusher, which overwrites it.
 * @returns how many listings were looked at.
 */
export async function checkListings(target: PushTarget): Promise<number> {
  const { db, clientId, connectionId, channel, client, settleMs } = target;
  const listings = new ClientCollection<ListingDocument>(db, 'listings', clientId);
  const now = new Date();
  const found = await listings
    .find({ connectionId, checkAt: { ...CHECKED_AT_ALL, $lte: now } })
    .limit(channel.batchMax)
    .toArray();
  const due = eachOnce(found);
  if (due.length === 0) return 0;
  const begun = due.filter(({ adopting }) => adopting);
  for (const listing of begun) if (listing.adopting) await finish(target, { listing, ...listing.adopting });
  if (begun.length > 0) return due.length;
  // Judged by what was known before the reading: an order that arrives in between can only be waited for again.
  const circumstances = await circumstancesOf(target, now, true);
  const shown = await client.readQuantities(due);
  const asExpected: string[] = [];
  const drifts: Drift[] = [];
  let pollWanted = false;
  const later = new Date(now.getTime() + settleMs);
  const updates = due.flatMap((listing) => {
    const { _id, pushedAt, desiredVersion, difference: watched, taken } = listing;
    const seen = shown.get(listing.externalId) ?? null;
    const reading = { expected: expectedOf(listing), shown: seen ?? expectedOf(listing), taken };
    // Untracked or gone counts as expected: the next push will be refused with a reason for a person.
    const { difference, drifted, wantsPoll } = judge(watched, reading, circumstances);
    pollWanted ||= wantsPoll;
    if (!difference) {
      asExpected.push(_id);
      return [];
    }
    if (drifted && target.countingAuthority) {
      const { expected, shown: seenThere } = reading;
      drifts.push({ listing, expected, shown: seenThere, since: difference.since });
      return [];
    }
    const $set = drifted ? { dirty: true, notBefore: null, checkAt: null } : { checkAt: later };
    return [{ filter: { _id, pushedAt, desiredVersion }, update: { $set: { ...$set, difference } } }];
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

async function finish(target: PushTarget, drift: Drift): Promise<void> {
  if (await finishAdopting(target.db, drift)) target.adopted();
}
