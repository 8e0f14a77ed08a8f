/** One round of a pusher: the listings that need it are planned, noted down, written, and what became of them is recorded. */
import { randomUUID } from 'node:crypto';
import type { Db } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
import { eachOnce } from '../database/each-once.ts';
import { inOneAnswer } from '../database/in-one-answer.ts';
import type { ClientId, ConnectionId, Sku } from '../ids.ts';
import type { Channel, ChannelClient, QuantityOutcome } from './channel.ts';
import { circumstancesOf, seenUpTo } from './circumstances.ts';
import { recordDrift } from './drift.ts';
import type { ListingDocument } from './listing-document.ts';
import { type PushPlan, planPush } from './plan-push.ts';
import type { PushDocument, PushItem, PushListing } from './push-document.ts';

export interface PushTarget {
  readonly db: Db;
  readonly clientId: ClientId;
  readonly connectionId: ConnectionId;
  readonly channel: Pick<Channel, 'comparesAndSets' | 'batchMax'>;
  readonly client: ChannelClient;
  /** How long a difference may be explained by orders that are still on their way. */
  readonly settleMs: number;
  /** Its staff edit the counts: what they change is adopted by the ledger, and never overwritten. */
  readonly countingAuthority: boolean;
  /** The SKU is sold in parts, and this channel sells its part fast: then a write may cross a sale. Absent: never. */
  readonly inRush?: (sku: Sku) => boolean;
  /**
   * Whether a running flow of the client hears of orders. While none does, nobody knows what a channel sold, so what it shows
   * otherwise is watched and never overwritten. Absent: one does.
   */
  readonly hearsOrders?: () => boolean;
  /** A difference can only be judged when the channel's orders have been polled. */
  readonly askPoll: () => void;
  /** The ledger has adopted a count, and an event tells the flows. */
  readonly adopted: () => void;
  /** Told of each quantity that a channel confirmed, with the milliseconds since its cause reached us. */
  readonly confirmed: (lagMs: number, written: Pick<PushItem, 'from' | 'to'>) => void;
}

const READ_BACK_MS = 2_000;
const REFUSED_PAUSE_MS = 10 * 60_000;
/** How often one round re-reads and tries again what a channel found stale; what is left waits for the next round. */
const STALE_ROUNDS_MAX = 3;

/** What would raise a number, and may not yet, is looked at again after this time. */
const RAISE_WAIT_MS = 400;

/**
 * Pushes what waits, up to one batch: first what lowers a number, the scarcest listings before the others, then what
 * raises one, the longest waiting first. A raise waits until the channel's own news up to the moment at which it was
 * wanted has been worked off.
 * @returns how many listings were looked at: less than a full batch means that nothing more waits.
 * @throws {Retryable} or {Rejected} from the client when the whole call failed; nothing is lost by that.
 */
export async function pushBatch(target: PushTarget): Promise<number> {
  const now = new Date();
  const found = await listingsOf(target)
    .find(
      {
        connectionId: target.connectionId,
        dirty: true,
        $or: [{ notBefore: null }, { notBefore: { $lte: now } }],
      },
      inOneAnswer(target.channel.batchMax),
    )
    .sort({ raiseAt: 1, desired: 1 })
    .limit(target.channel.batchMax)
    .toArray();
  if (found.length === 0) return 0;
  // What sorts them changes while they are read, and no channel takes a listing twice in one write.
  const listings = eachOnce(found);
  // Where staff count, a difference is left for the check, which adopts it: here it is never overwritten.
  const watching = !target.countingAuthority && listings.some(({ difference }) => difference !== null);
  const circumstances = await circumstancesOf(target, now, watching);
  const rush = ({ sku }: PushListing) =>
    !target.channel.comparesAndSets && sku !== null && (target.inRush?.(sku) ?? false);
  const plan = (listing: PushListing, seen: ReadonlyMap<string, number | null>) =>
    planPush(listing, seen.get(listing.externalId) ?? null, circumstances, rush(listing));
  const mustRead = listings.filter(
    ({ difference }) => !target.channel.comparesAndSets || difference !== null,
  );
  const seen =
    mustRead.length > 0 ? await target.client.readQuantities(mustRead) : new Map<string, number | null>();
  let plans: readonly PushPlan[] = listings.map((listing) => plan(listing, seen));
  await recordDrifts(target, listings, plans);
  for (let round = 0; round < STALE_ROUNDS_MAX && plans.length > 0; round += 1) {
    const allowed = await withoutBlindRaises(target, listings, plans);
    const stale = new Set((await writeOut(target, allowed)).map(({ listingId }) => listingId));
    if (stale.size === 0) break;
    const staleListings = listings.filter(({ _id }) => stale.has(_id));
    const shown = await target.client.readQuantities(staleListings);
    plans = staleListings.map((listing) => plan(listing, shown));
  }
  return found.length;
}

async function recordDrifts(
  { db }: PushTarget,
  listings: readonly ListingDocument[],
  plans: readonly PushPlan[],
): Promise<void> {
  for (const [index, { drift }] of plans.entries()) {
    const listing = listings[index];
    if (drift && listing) await recordDrift(db, { listing, ...drift }, 'overwritten');
  }
}

/**
 * Puts raises off that came before the channel's own news: what it sold and we have not booked would go on sale again.
 * @returns what may be written now.
 */
async function withoutBlindRaises(
  target: PushTarget,
  listings: readonly PushListing[],
  plans: readonly PushPlan[],
): Promise<readonly PushPlan[]> {
  if (!plans.some(({ raises }) => raises)) return plans;
  const seen = await seenUpTo(target);
  if (seen === null && !plans.some(({ waits }) => waits)) return plans;
  const mark = new Map(listings.map(({ _id, raiseAt, desiredAt }) => [_id, raiseAt ?? desiredAt]));
  const blind = (listingId: string) => seen !== null && (mark.get(listingId) ?? seen) > seen;
  const early = ({ item, raises, waits }: PushPlan) => waits || (raises && blind(item.listingId));
  const put = plans.filter(early).map(({ item }) => item);
  if (put.length > 0) {
    const notBefore = new Date(Date.now() + RAISE_WAIT_MS);
    await listingsOf(target).updateEach(
      put.map(({ listingId, version, desired }) => ({
        filter: { _id: listingId, desiredVersion: version, desired },
        update: { $set: { notBefore } },
      })),
      { ordered: false },
    );
  }
  return plans.filter((plan) => !early(plan));
}

/** Writes what differs and takes note of the rest. @returns the items that the channel found stale. */
async function writeOut(target: PushTarget, plans: readonly PushPlan[]): Promise<PushItem[]> {
  const inStep = plans.filter(({ write }) => !write).map(({ item }) => item);
  await recordShown(target, inStep);
  const items = plans.filter(({ write }) => write).map(({ item }) => item);
  if (items.length === 0) return [];
  const _id = randomUUID();
  const pushes = new ClientCollection<PushDocument>(target.db, 'pushes', target.clientId);
  await pushes.insertIfAbsent({
    _id,
    clientId: target.clientId,
    connectionId: target.connectionId,
    items,
    state: 'sent',
    sentAt: new Date(),
    doneAt: null,
  });
  return await sendPush(target, _id, items);
}

/**
 * Asks the channel to set these counts, under the key of the push, and records what it answered. Asked again under the
 * same key it does nothing twice, where the channel knows such keys.
 * @returns the items that the channel found stale.
 */
export async function sendPush(
  target: PushTarget,
  _id: string,
  items: readonly PushItem[],
): Promise<PushItem[]> {
  const outcomes = await target.client.setQuantities(items, _id);
  const those = (kind: QuantityOutcome['kind']) =>
    items.filter(({ externalId }) => outcomes.get(externalId)?.kind === kind);
  const set = those('set');
  await recordShown(target, set);
  const now = Date.now();
  for (const { desiredAt, from, to } of set)
    target.confirmed(Math.max(0, now - desiredAt.getTime()), { from, to });
  const [refused, stale] = [those('refused'), those('stale')];
  await recordRefusals(target, refused, outcomes);
  const notSet = [...refused, ...stale].map(({ externalId }) => externalId);
  await new ClientCollection<PushDocument>(target.db, 'pushes', target.clientId).updateOne(
    { _id },
    { $set: { state: 'done', doneAt: new Date(now), ...(notSet.length > 0 ? { notSet } : {}) } },
  );
  return stale;
}

/**
 * Records what the channel shows now. A listing whose wish has changed meanwhile is not matched by its version;
 * it gets the same record, and stays dirty.
 */
export async function recordShown(target: PushTarget, items: readonly PushItem[]): Promise<void> {
  if (items.length === 0) return;
  const now = Date.now();
  const listings = listingsOf(target);
  const shown = items.map((item) => shownNow(target, item, now));
  const settled = await listings.updateEach(
    items.map((item, index) => {
      const dirty = item.pushed !== item.desired;
      return {
        filter: { _id: item.listingId, desiredVersion: item.version, desired: item.desired },
        update: {
          $set: {
            ...shown[index],
            dirty,
            notBefore: dirty ? new Date(now + target.settleMs) : null,
            ...(dirty ? {} : { raiseAt: null }),
          },
        },
      };
    }),
    { ordered: false },
  );
  if (settled.matchedCount === items.length) return;
  await listings.updateEach(
    items.map((item, index) => ({
      filter: {
        _id: item.listingId,
        $or: [{ desiredVersion: { $ne: item.version } }, { desired: { $ne: item.desired } }],
      },
      update: { $set: { ...shown[index], dirty: true, notBefore: null } },
    })),
    { ordered: false },
  );
}

function shownNow(
  { settleMs, channel }: PushTarget,
  item: PushItem,
  nowMs: number,
): Partial<ListingDocument> {
  const differs = item.difference !== null;
  const watched = differs || !channel.comparesAndSets;
  return {
    pushed: item.pushed,
    pushedTaken: item.taken,
    pushedVersion: item.version,
    pushedAt: new Date(nowMs),
    ...(item.zeroed && { restsUntil: new Date(nowMs + settleMs) }),
    difference: item.difference,
    checkAt: watched ? new Date(nowMs + (differs ? settleMs : READ_BACK_MS)) : null,
    refusal: null,
  };
}

async function recordRefusals(
  target: PushTarget,
  items: readonly PushItem[],
  outcomes: ReadonlyMap<string, QuantityOutcome>,
): Promise<void> {
  if (items.length === 0) return;
  const at = new Date();
  const updates = items.map(({ listingId, externalId }) => {
    const outcome = outcomes.get(externalId);
    const { reason, fix } = outcome?.kind === 'refused' ? outcome : { reason: 'refused', fix: '' };
    const notBefore = new Date(at.getTime() + REFUSED_PAUSE_MS);
    return { filter: { _id: listingId }, update: { $set: { refusal: { reason, fix, at }, notBefore } } };
  });
  await listingsOf(target).updateEach(updates, { ordered: false });
}

function listingsOf({ db, clientId }: PushTarget): ClientCollection<ListingDocument> {
  return new ClientCollection<ListingDocument>(db, 'listings', clientId);
}
