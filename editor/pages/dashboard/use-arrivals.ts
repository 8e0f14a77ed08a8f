import { useState } from 'react';
import { type Arrivals, noArrivals, seeArrivals } from './arrivals.ts';

/** The ids that came in since the list was first shown: to be lit softly. `ids` is undefined while it loads. */
export function useArrivals(ids: readonly string[] | undefined): ReadonlySet<string> {
  const [arrivals, setArrivals] = useState<Arrivals>(noArrivals);
  const seen = ids ? seeArrivals(arrivals, ids) : arrivals;
  if (seen !== arrivals) setArrivals(seen);
  return seen.fresh;
}
