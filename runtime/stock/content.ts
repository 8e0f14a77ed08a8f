/** What an operation is about, so that the same key with another content is told from the same operation again. */
import { KeyReused, type StockOperation } from './operation.ts';
import type { JournalEntry } from './stock-document.ts';

/** @throws {KeyReused} when the key was booked with another content. */
export function mustBeSame(operation: StockOperation, entry: JournalEntry): void {
  const [before, now] = [contentOfEntry(entry), contentOf(operation)];
  if (before !== now) throw new KeyReused(operation.key, before, now);
}

function contentOf(operation: StockOperation): string {
  const { kind, location } = operation;
  switch (operation.kind) {
    case 'adjust':
      return `${kind} by ${operation.change} at ${location}`;
    case 'count':
      return `${kind} of ${operation.quantity} at ${location}`;
    case 'transfer':
      return `${kind} of ${operation.units} from ${location} to ${operation.to}`;
    case 'allocate':
      return `${kind} of ${partsText(operation.quotas)}`;
    default: {
      const of = 'reservation' in operation ? operation.reservation : undefined;
      const back = 'backorder' in operation ? operation.backorder : undefined;
      return unitsText(kind, operation.units, location, operation, of ?? back);
    }
  }
}

function contentOfEntry(entry: JournalEntry): string {
  const { kind, location, units, onHandChange, channel } = entry;
  switch (kind) {
    case 'adjust':
      return `${kind} by ${onHandChange} at ${location}`;
    case 'count':
      return `${kind} of ${units} at ${location}`;
    case 'transfer':
      return `${kind} of ${units} from ${location} to ${entry.to}`;
    case 'allocate':
      return `${kind} of ${partsText(entry.quotas ?? {})}`;
    default: {
      const asked = kind === 'short' ? (entry.asked ?? 'commit') : kind;
      const of = entry.reservation ?? entry.backorder;
      return unitsText(asked, units, location, channel ?? { connectionId: null }, of);
    }
  }
}

function unitsText(
  kind: string,
  units: number,
  location: string,
  { connectionId, shelf }: { readonly connectionId: string | null; readonly shelf?: string },
  of: string | undefined,
): string {
  const by = connectionId === null ? '' : ` by ${connectionId}${shelf === undefined ? '' : ` from ${shelf}`}`;
  return `${kind} of ${units} at ${location}${by}${of === undefined ? '' : ` of "${of}"`}`;
}

function partsText(quotas: Readonly<Record<string, number>>): string {
  const parts = Object.entries(quotas).sort(([a], [b]) => (a < b ? -1 : 1));
  return parts.length === 0 ? 'no parts' : parts.map(([name, units]) => `${units} to ${name}`).join(', ');
}
