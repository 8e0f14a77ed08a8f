/** What a shop that is kept in step at several locations shows at one of them. */
import type { LocationId } from '../ids.ts';
import type { Decision } from '../sharing/decision.ts';
import type { ListingToDecide, Sharing } from '../sharing/sharing.ts';
import type { StockLevel } from '../stock/stock-level.ts';

/**
 * Rules speak of the channel as a whole: its buffer, its cap, its part. So it is decided what it shows of all that lies at
 * its locations, and each location shows what lies there, as long as the whole reaches: what is kept back is kept back at
 * the last ones.
 * @param places all locations at which the channel lists the product, in a lasting order.
 */
export function decideAt(
  asked: ListingToDecide,
  location: LocationId,
  places: readonly LocationId[],
  sharing: Pick<Sharing, 'decide'>,
): Decision {
  const { level } = asked;
  const there = (at: LocationId) => Math.max(0, availableThere(level, at));
  const available = places.reduce((sum, at) => sum + there(at), 0);
  const { shows, reasons } = sharing.decide({ ...asked, level: { ...level, available } });
  let left = shows;
  for (const at of places) {
    if (at === location) break;
    left -= Math.min(left, there(at));
  }
  const units = Math.min(left, there(location));
  return { shows: units, reasons: [...reasons, { kind: 'at-location', location, units }] };
}

function availableThere({ byLocation }: StockLevel, at: LocationId): number {
  return (Object.hasOwn(byLocation, at) ? byLocation[at]?.available : undefined) ?? 0;
}
