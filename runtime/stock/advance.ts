/**
 * A SKU's state after one more entry of its history. The ledger writes what this says, and the proof sums the history
 * up by it: the state of a SKU is what its movements make of nothing, and nothing else.
 */
import type { LocationId } from '../ids.ts';
import { effectOf, type MovementEffect } from './effect.ts';
import { changedBy } from './quotas.ts';
import type {
  JournalEntry,
  LocationStock,
  OpenBackorder,
  OpenReservation,
  SaleMark,
  StockHead,
} from './stock-document.ts';
import { takenChange } from './taken.ts';

const NOTHING: LocationStock = { onHand: 0, reserved: 0, available: 0 };

export function advance(head: StockHead, entry: JournalEntry): StockHead {
  const effect = effectOf(entry);
  const { channel } = entry;
  return {
    ...head,
    onHand: head.onHand + effect.onHand,
    reserved: head.reserved + effect.reserved,
    available: head.available + effect.available,
    backordered: head.backordered + effect.backordered,
    locations: locationsAfter(head.locations, effect),
    quotas: quotasAfter(head, entry),
    reservations: reservationsAfter(head.reservations, entry),
    backorders: backordersAfter(head.backorders, entry),
    taken: channel ? (changedBy(head.taken, takenChange(channel)) ?? {}) : head.taken,
    lastSale: isSale(entry) ? markOf(entry) : head.lastSale,
    version: head.version + 1,
    changedAt: entry.at,
  };
}

/** What lies at a location; nothing where the SKU never lay. */
export function stockAtLocation({ locations }: Pick<StockHead, 'locations'>, at: LocationId): LocationStock {
  return (Object.hasOwn(locations, at) ? locations[at] : undefined) ?? NOTHING;
}

function locationsAfter(locations: StockHead['locations'], { byLocation }: MovementEffect) {
  if (byLocation.size === 0) return locations;
  const after = { ...locations };
  for (const [at, change] of byLocation) {
    const before = stockAtLocation({ locations }, at);
    const [onHand, reserved] = [before.onHand + change.onHand, before.reserved + change.reserved];
    after[at] = { onHand, reserved, available: onHand - reserved };
  }
  return after;
}

function quotasAfter({ quotas }: StockHead, entry: JournalEntry): StockHead['quotas'] {
  if (entry.kind !== 'allocate') return changedBy(quotas, entry.quotaChange);
  return entry.quotas && Object.keys(entry.quotas).length > 0 ? entry.quotas : null;
}

function reservationsAfter(
  open: readonly OpenReservation[],
  { kind, key, location, units, reservation }: JournalEntry,
): readonly OpenReservation[] {
  if (kind === 'reserve') return [...open, { key, location, units }];
  // A short commit leaves the promise as it is.
  if (reservation === undefined || kind === 'short') return open;
  return lessOf(open, reservation, units);
}

function backordersAfter(
  open: readonly OpenBackorder[],
  { key, location, units, owed = 0, filled = [], backorder, cause }: JournalEntry,
): readonly OpenBackorder[] {
  let after = open;
  if (owed > 0) after = [...after, { key, location, units: owed, cause }];
  if (backorder !== undefined) after = lessOf(after, backorder, units);
  for (const fill of filled) after = lessOf(after, fill.key, fill.units);
  return after;
}

/** One of the open ones by so many units smaller; gone when none is left. */
function lessOf<Open extends { readonly key: string; readonly units: number }>(
  open: readonly Open[],
  key: string,
  units: number,
): readonly Open[] {
  return open.flatMap((one) => {
    if (one.key !== key) return [one];
    return one.units > units ? [{ ...one, units: one.units - units }] : [];
  });
}

/** Units left, or were promised, for a customer: the next one who finds too little lost against this one. */
function isSale({ kind, onHandChange, reservation }: JournalEntry): boolean {
  if (kind === 'reserve') return true;
  return (kind === 'commit' && reservation === undefined) || (kind === 'backorder' && onHandChange < 0);
}

function markOf({ key, location, units, channel, cause, at }: JournalEntry): SaleMark {
  return { key, location, units, channel, cause, at };
}
