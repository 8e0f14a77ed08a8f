/** Which rows of a live list came in after it was first shown. */
export interface Arrivals {
  readonly known: ReadonlySet<string> | null;
  readonly fresh: ReadonlySet<string>;
}

/** Before a list was shown. */
export const noArrivals: Arrivals = { known: null, fresh: new Set() };

/** The first sight of a list holds no arrivals; later ones add what was not there before. The same list: the same answer. */
export function seeArrivals(before: Arrivals, ids: readonly string[]): Arrivals {
  const { known } = before;
  if (known === null) return { known: new Set(ids), fresh: before.fresh };
  if (ids.length === known.size && ids.every((id) => known.has(id))) return before;
  // Rows that left the list are forgotten, or the sets would grow for as long as the page is open.
  const fresh = ids.filter((id) => !known.has(id) || before.fresh.has(id));
  return { known: new Set(ids), fresh: new Set(fresh) };
}
