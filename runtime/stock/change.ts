/** From an operation to the one atomic write that does it: its guard, its journal entry, its change of the document. */
import type { Filter, UpdateFilter } from 'mongodb';
import type { StockOperation } from './operation.ts';
import { type Quotas, sumOf } from './quotas.ts';
import type { JournalEntry, StockDocument } from './stock-document.ts';

/** No SKU has this version: an operation with it is never done without a look at the document. */
const NO_VERSION = -1;

/**
 * What must hold of the document, in the same write, for the operation to be done. Where a SKU has quotas, this never
 * holds for what touches them: such an operation is planned from the whole document (quotas.ts).
 */
export function guardOf(operation: StockOperation): Filter<StockDocument> {
  const available = `locations.${operation.location}.available`;
  switch (operation.kind) {
    case 'commit':
      return { [available]: { $gte: operation.units }, quotas: null };
    case 'adjust':
      return operation.change < 0 ? { [available]: { $gte: -operation.change }, quotas: null } : {};
    case 'count':
      return { version: operation.seenVersion, quotas: null };
    case 'receive':
      return { quotas: null };
    case 'allocate':
      return { version: NO_VERSION };
    case 'withdraw':
    case 'kit':
      return {};
  }
}

/** The journal entry of an operation. `short`: a sale that found too little; `onHandNow`: needed for a count only. */
export function entryOf(
  operation: StockOperation,
  { short, onHandNow, at }: { readonly short: boolean; readonly onHandNow: number; readonly at: Date },
): JournalEntry {
  const { key, location, cause } = operation;
  const common = { key, location, cause, at, channel: null };
  switch (operation.kind) {
    case 'commit':
      return {
        ...common,
        kind: short ? 'short' : 'commit',
        units: operation.units,
        onHandChange: short ? 0 : -operation.units,
        channel: channelOf(operation.connectionId, operation.units),
      };
    case 'kit':
      return {
        ...common,
        kind: 'kit',
        units: operation.units,
        onHandChange: 0,
        channel: channelOf(operation.connectionId, operation.units),
      };
    case 'allocate':
      return { ...common, kind: 'allocate', units: sumOf(operation.quotas), onHandChange: 0 };
    case 'receive':
    case 'withdraw':
      return {
        ...common,
        kind: operation.kind,
        units: operation.units,
        onHandChange: operation.kind === 'receive' ? operation.units : 0,
        channel: channelOf(operation.connectionId, -operation.units),
      };
    case 'adjust':
      return { ...common, kind: 'adjust', units: Math.abs(operation.change), onHandChange: operation.change };
    case 'count':
      return {
        ...common,
        kind: 'count',
        units: operation.quantity,
        onHandChange: operation.quantity - onHandNow,
      };
  }
}

/**
 * The update that books an entry: quantities, the channel's own count, journal and version, all at once.
 * @param quotas what the parts of the channels become; undefined: they stay.
 */
export function changeOf(entry: JournalEntry, quotas?: Quotas | null): UpdateFilter<StockDocument> {
  const { onHandChange: change, location, channel } = entry;
  const increments: Record<string, number> = { version: 1, journalLength: 1 };
  if (change !== 0 || entry.kind === 'count') {
    for (const field of ['onHand', 'available']) increments[field] = change;
    for (const field of ['onHand', 'available']) increments[`locations.${location}.${field}`] = change;
    increments[`locations.${location}.reserved`] = 0;
  }
  if (channel) increments[`taken.${channel.connectionId}`] = channel.taken;
  return {
    $inc: increments,
    $push: { journal: entry },
    $set: { changedAt: entry.at, ...(quotas === undefined ? {} : { quotas }) },
  } as UpdateFilter<StockDocument>;
}

function channelOf(
  connectionId: NonNullable<JournalEntry['channel']>['connectionId'] | null,
  taken: number,
): JournalEntry['channel'] {
  return connectionId === null ? null : { connectionId, taken };
}
