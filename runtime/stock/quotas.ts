/**
 * Quotas: disjoint parts of a SKU's available units, one for each channel. Their sum never exceeds what is available:
 * both lie in one document and change in one write. What is in no part is for sales by hand and for channels without one.
 */
export type Quotas = Readonly<Record<string, number>>;

export function sumOf(quotas: Quotas | null): number {
  return quotas ? Object.values(quotas).reduce((sum, units) => sum + units, 0) : 0;
}

/** The part of a connection; undefined: it has none. */
export function partOf(quotas: Quotas | null, connectionId: string | null): number | undefined {
  return quotas && connectionId !== null && Object.hasOwn(quotas, connectionId)
    ? quotas[connectionId]
    : undefined;
}

/**
 * Quotas that fit into what is available: unit by unit the largest part gives, the first by name of equal ones. It is
 * what staff do when they correct stock downwards: the scarce parts are touched last.
 */
export function within(quotas: Quotas, available: number): Quotas {
  let excess = sumOf(quotas) - Math.max(0, available);
  if (excess <= 0) return quotas;
  const parts = Object.entries(quotas).sort(([a], [b]) => (a < b ? -1 : 1));
  while (excess > 0) {
    const most = Math.max(...parts.map(([, units]) => units));
    const largest = parts.filter(([, units]) => units === most);
    const next = Math.max(0, ...parts.map(([, units]) => (units < most ? units : 0)));
    // All of the largest come down together to the next lower part, as far as the excess goes.
    const each = Math.min(most - next, Math.floor(excess / largest.length));
    for (const [index, part] of largest.entries()) {
      const give = each > 0 ? each : Number(index < excess);
      part[1] -= give;
    }
    excess -= each > 0 ? each * largest.length : excess;
  }
  return Object.fromEntries(parts);
}

/** What becomes of parts by a change of them. */
export function changedBy(quotas: Quotas | null, change: Quotas | undefined): Quotas | null {
  if (!change) return quotas;
  const parts = new Map(Object.entries(quotas ?? {}));
  for (const [connection, units] of Object.entries(change)) {
    parts.set(connection, (parts.get(connection) ?? 0) + units);
  }
  return Object.fromEntries(parts);
}

/** What an operation did to each part, for the history. undefined: nothing. */
export function quotaChangeOf(before: Quotas | null, after: Quotas | null): Quotas | undefined {
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  const changes = [...names].map(
    (name) => [name, (partOf(after, name) ?? 0) - (partOf(before, name) ?? 0)] as const,
  );
  const changed = changes.filter(([, change]) => change !== 0);
  return changed.length > 0 ? Object.fromEntries(changed) : undefined;
}
