/**
 * Quotas: disjoint parts of a SKU's available units, one for each channel. Their sum never exceeds what is available:
 * every operation that touches either is planned from the whole document and written only if its version is still the
 * same, so both change in one write or not at all.
 */
import type { StockOperation } from './operation.ts';
import type { StockDocument } from './stock-document.ts';

export type Quotas = Readonly<Record<string, number>>;

export type QuotaPlan =
  | { readonly kind: 'apply'; readonly quotas: Quotas | null }
  /** Too little: of the channel's own part, or of what is in no part. */
  | { readonly kind: 'short'; readonly beyondQuota: boolean }
  | { readonly kind: 'stale' };

type Document = Pick<StockDocument, 'quotas' | 'available' | 'version' | 'locations'>;

/** Plans an operation on a SKU with quotas, or one that makes them. */
export function planWithQuotas(operation: StockOperation, document: Document): QuotaPlan {
  const quotas = document.quotas ?? {};
  const here = document.locations[operation.location];
  switch (operation.kind) {
    case 'allocate':
      return planAllocation(operation, document);
    case 'commit': {
      const { connectionId, units } = operation;
      if ((here?.available ?? 0) < units) return { kind: 'short', beyondQuota: false };
      const own = connectionId === null ? undefined : quotas[connectionId];
      // What is in nobody's part is for sales by hand and for channels without a part.
      if (own === undefined) {
        const free = document.available - sumOf(quotas);
        return free >= units ? apply(quotas) : { kind: 'short', beyondQuota: true };
      }
      if (own < units) return { kind: 'short', beyondQuota: true };
      return apply({ ...quotas, [connectionId as string]: own - units });
    }
    case 'receive': {
      const { connectionId, units } = operation;
      // The channel has put the units back into its own count: they are on offer there, so they are its part.
      const own = connectionId === null ? undefined : quotas[connectionId];
      return apply(own === undefined ? quotas : { ...quotas, [connectionId as string]: own + units });
    }
    case 'adjust':
      if ((here?.available ?? 0) + operation.change < 0) return { kind: 'short', beyondQuota: false };
      return apply(within(quotas, document.available + operation.change));
    case 'count':
      if (operation.seenVersion !== document.version) return { kind: 'stale' };
      return apply(within(quotas, document.available + operation.quantity - (here?.onHand ?? 0)));
    case 'kit':
    case 'withdraw':
      return apply(quotas);
  }
}

function planAllocation(
  { quotas, seenVersion }: Extract<StockOperation, { readonly kind: 'allocate' }>,
  document: Document,
): QuotaPlan {
  if (seenVersion !== document.version) return { kind: 'stale' };
  if (sumOf(quotas) > Math.max(0, document.available)) return { kind: 'short', beyondQuota: false };
  return { kind: 'apply', quotas: Object.keys(quotas).length === 0 ? null : quotas };
}

/**
 * Quotas that fit into what is available: unit by unit the largest part gives, the first by name of equal ones. It is
 * what staff do when they correct stock downwards: the scarce parts are touched last.
 */
function within(quotas: Quotas, available: number): Quotas {
  let excess = sumOf(quotas) - Math.max(0, available);
  if (excess <= 0) return quotas;
  const parts = Object.entries(quotas).sort(([a], [b]) => a.localeCompare(b));
  while (excess > 0) {
    const [largest] = parts.toSorted(([, a], [, b]) => b - a);
    if (!largest || largest[1] === 0) break;
    const second = parts.reduce((most, part) => (part === largest ? most : Math.max(most, part[1])), 0);
    const give = Math.min(excess, Math.max(1, largest[1] - second));
    largest[1] -= give;
    excess -= give;
  }
  return Object.fromEntries(parts);
}

const apply = (quotas: Quotas): QuotaPlan => ({ kind: 'apply', quotas });

export function sumOf(quotas: Quotas): number {
  return Object.values(quotas).reduce((sum, units) => sum + units, 0);
}

/** What an operation does to each part, for the history. undefined: nothing. */
export function quotaChangeOf(before: Quotas | null | undefined, after: Quotas | null): Quotas | undefined {
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  const changes = [...names].map((name) => [name, (after?.[name] ?? 0) - (before?.[name] ?? 0)] as const);
  const changed = changes.filter(([, change]) => change !== 0);
  return changed.length > 0 ? Object.fromEntries(changed) : undefined;
}
