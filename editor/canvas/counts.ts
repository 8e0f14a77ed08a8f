/** Messages by wire id. */
export type Counts = Readonly<Record<string, number>>;

/** The sum of both, wire by wire. */
export function addCounts(before: Counts, more: Counts): Counts {
  const sum: Record<string, number> = { ...before };
  for (const [wire, count] of Object.entries(more)) sum[wire] = (sum[wire] ?? 0) + count;
  return sum;
}
