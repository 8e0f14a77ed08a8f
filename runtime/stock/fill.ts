/** Which backorders can be filled: the oldest first, from what nobody else has a right to. */
import type { LocationId } from '../ids.ts';
import { stockAtLocation } from './advance.ts';
import { sumOf } from './quotas.ts';
import type { FilledBackorder, StockHead } from './stock-document.ts';

/**
 * Backorders wait at the location that they were sold from. Whatever makes units available there fills them: a
 * delivery, a return, a correction, a promise taken back. The parts of the channels are not touched for it.
 */
export function fillable(head: StockHead): readonly FilledBackorder[] {
  if (head.backorders.length === 0) return [];
  let free = head.available - sumOf(head.quotas);
  const left = new Map<LocationId, number>();
  const filled: FilledBackorder[] = [];
  for (const { key, location, units: owed, cause } of head.backorders) {
    if (free <= 0) break;
    const there = left.get(location) ?? stockAtLocation(head, location).available;
    const units = Math.min(owed, free, there);
    if (units <= 0) continue;
    free -= units;
    left.set(location, there - units);
    filled.push({ key, location, units, left: owed - units, cause });
  }
  return filled;
}
