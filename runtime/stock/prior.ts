/** What was booked under a key before, and whether the same is asked for again. */
import type { Sku } from '../ids.ts';
import { entryOf } from './change.ts';
import { KeyReused, type StockOperation } from './operation.ts';
import type { JournalEntry } from './stock-document.ts';
import type { JournalMark } from './stock-reads.ts';

export type Prior = Pick<JournalEntry, 'kind' | 'units' | 'location' | 'channel' | 'onHandChange'> & {
  readonly sku: Sku;
  readonly beyondQuota?: boolean;
};

/** @throws {KeyReused} when the key was booked with another content. */
export function mustBeSame(operation: StockOperation, prior: Prior): void {
  const [before, now] = [contentOf(prior), contentOf({ ...asked(operation, prior), sku: operation.sku })];
  if (before !== now) throw new KeyReused(operation.key, before, now);
}

/** What the operation would be booked as, seen beside what it was booked as: a sale may have been booked short. */
function asked(operation: StockOperation, prior: Prior): Omit<Prior, 'sku'> {
  const entry = entryOf(operation, { short: prior.kind === 'short', onHandNow: 0, at: new Date(0) });
  return operation.kind === 'count' ? { ...entry, onHandChange: prior.onHandChange } : entry;
}

function contentOf({ kind, units, onHandChange, location, channel, sku }: Prior): string {
  const by = channel ? ` by ${channel.connectionId} (${channel.taken})` : '';
  return `${kind} of ${units} (${onHandChange}) ${sku} at ${location}${by}`;
}

/**
 * Whether the journal's entry is what was just written for the operation, and not what an earlier run left under
 * the same key: that one may have come short, or have had another content.
 */
export function isOurs(entry: JournalMark, operation: StockOperation, at: Date): boolean {
  const { kind, units, onHandChange } = entryOf(operation, { short: false, onHandNow: 0, at });
  return (
    entry.key === operation.key &&
    entry.at.getTime() === at.getTime() &&
    entry.kind === kind &&
    entry.units === units &&
    entry.onHandChange === onHandChange
  );
}
