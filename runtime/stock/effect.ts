/** What one entry of the history did to the quantities: the one place where that is written down. */
import type { LocationId } from '../ids.ts';
import type { JournalEntry } from './stock-document.ts';

export interface QuantityChange {
  readonly onHand: number;
  readonly reserved: number;
}

export interface MovementEffect extends QuantityChange {
  readonly backordered: number;
  /** `onHand - reserved`. */
  readonly available: number;
  readonly byLocation: ReadonlyMap<LocationId, QuantityChange>;
}

export function effectOf(entry: JournalEntry): MovementEffect {
  const { location, to, units, onHandChange, reservedChange = 0, owed = 0, filled = [] } = entry;
  const byLocation = new Map<LocationId, QuantityChange>();
  let [onHand, reserved, backordered] = [0, 0, owed];
  const add = (at: LocationId, onHandBy: number, reservedBy: number) => {
    const before = byLocation.get(at);
    byLocation.set(at, {
      onHand: (before?.onHand ?? 0) + onHandBy,
      reserved: (before?.reserved ?? 0) + reservedBy,
    });
    onHand += onHandBy;
    reserved += reservedBy;
  };
  if (onHandChange !== 0 || reservedChange !== 0 || entry.kind === 'count') {
    add(location, onHandChange, reservedChange);
  }
  if (to !== undefined) add(to, units, 0);
  for (const fill of filled) {
    add(fill.location, -fill.units, 0);
    backordered -= fill.units;
  }
  if (entry.backorder !== undefined) backordered -= units;
  return { onHand, reserved, available: onHand - reserved, backordered, byLocation };
}
