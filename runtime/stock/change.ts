/** From planned entries to the one atomic write that books them: its update, and the guards that it may have. */
import type { Filter, UpdateFilter } from 'mongodb';
import { stockAtLocation } from './advance.ts';
import { JOURNAL_LENGTH_MAX } from './drain.ts';
import type { KnownStock } from './known-stock.ts';
import type { JournalEntry, StockDocument, StockHead } from './stock-document.ts';
import { takenChange } from './taken.ts';

const QUANTITIES = ['onHand', 'reserved', 'available', 'backordered'] as const;
const AT_LOCATION = ['onHand', 'reserved', 'available'] as const;

/** Books the entries that lead from one state to the other: quantities, journal and version, all at once. */
export function updateOf(
  before: StockHead,
  after: StockHead,
  entries: readonly JournalEntry[],
): UpdateFilter<StockDocument> {
  const increments: Record<string, number> = { version: entries.length, journalLength: entries.length };
  for (const field of QUANTITIES) {
    if (after[field] !== before[field]) increments[field] = after[field] - before[field];
  }
  for (const [location, there] of Object.entries(after.locations)) {
    if (before.locations[location] === there) continue;
    const was = stockAtLocation(before, location as JournalEntry['location']);
    // A difference of nothing makes the field of a new location.
    for (const field of AT_LOCATION) increments[`locations.${location}.${field}`] = there[field] - was[field];
  }
  for (const { channel } of entries) {
    if (!channel) continue;
    for (const [name, units] of Object.entries(takenChange(channel))) {
      const field = `taken.${name}`;
      increments[field] = (increments[field] ?? 0) + units;
    }
  }
  const { changedAt, lastSale, reservations, backorders, quotas } = after;
  return {
    $inc: increments,
    $set: {
      changedAt,
      ...(lastSale === before.lastSale ? {} : { lastSale }),
      ...(reservations === before.reservations ? {} : { reservations }),
      ...(backorders === before.backorders ? {} : { backorders }),
      ...(quotas === before.quotas ? {} : { quotas }),
    },
    $push: { journal: { $each: [...entries] } },
  } as UpdateFilter<StockDocument>;
}

/**
 * The state is still the one that was planned from. That is enough: every operation makes a new version, so no key that
 * was unused in this one has been used since.
 */
export function unchanged({ head }: KnownStock): Filter<StockDocument> {
  return { _id: head._id, version: head.version };
}

/**
 * For a SKU that others write too: what may be different from what we know without making these entries wrong. Nobody
 * has drained since the keys were found to be unused (`epoch`), none of the keys is in the journal, and enough is there.
 * null: they depend on more than that.
 */
export function stillPossible(
  known: KnownStock,
  epoch: number,
  entries: readonly JournalEntry[],
): Filter<StockDocument> | null {
  const { head } = known;
  if (head.quotas || head.backorders.length > 0) return null;
  const guards: Record<string, unknown> = {};
  const changes = new Map<string, { sum: number; least: number }>();
  for (const { kind, location, units, onHandChange, reservation, asked } of entries) {
    const field = `locations.${location}.available`;
    if (kind === 'short' && entries.length === 1 && reservation === undefined && asked === undefined) {
      guards[field] = { $not: { $gte: units } };
    } else if (kind === 'receive' || kind === 'adjust' || (kind === 'commit' && reservation === undefined)) {
      if (!Object.hasOwn(head.locations, location)) return null;
      const { sum, least } = changes.get(field) ?? { sum: 0, least: 0 };
      changes.set(field, { sum: sum + onHandChange, least: Math.min(least, sum + onHandChange) });
    } else {
      return null;
    }
  }
  // In whatever order they came: what they need at the lowest point between them must be there.
  for (const [field, { least }] of changes) if (least < 0) guards[field] = { $gte: -least };
  return {
    _id: head._id,
    journalEpoch: epoch,
    'journal.key': { $nin: entries.map(({ key }) => key) },
    journalLength: { $lte: JOURNAL_LENGTH_MAX - entries.length },
    quotas: null,
    backordered: 0,
    ...guards,
  } as Filter<StockDocument>;
}
