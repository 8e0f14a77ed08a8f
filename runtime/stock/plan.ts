/** From an operation and the state of its SKU to the one entry of the history that does it, or to why it can't be done. */
import { MAIN_LOCATION } from '../ids.ts';
import { advance, stockAtLocation } from './advance.ts';
import { fillable } from './fill.ts';
import type { Refusal, StockOperation } from './operation.ts';
import { partOf, quotaChangeOf, sumOf, within } from './quotas.ts';
import type { JournalEntry, StockHead } from './stock-document.ts';

/** What one document holds at most: it is read and written whole. */
export const OPEN_MAX = 1_000;
const LOCATIONS_MAX = 50;

type Unleveled<Result> = Result extends unknown ? Omit<Result, 'level'> : never;
type Refused = Unleveled<Refusal>;

export type Plan =
  | { readonly entry: JournalEntry; readonly after: StockHead }
  | { readonly refused: Refused };

/** The part of an entry that its kind decides. */
type Part = Pick<JournalEntry, 'kind' | 'units' | 'onHandChange'> &
  Partial<Omit<JournalEntry, 'key' | 'location' | 'cause' | 'at'>>;

type Of<Kind extends StockOperation['kind']> = Extract<StockOperation, { readonly kind: Kind }>;

export function planOf(head: StockHead, operation: StockOperation, at: Date): Plan {
  const refused = impossible(head, operation);
  if (refused) return { refused };
  const part = partFor(head, operation);
  if ('outcome' in part) return { refused: part };
  const { key, location, cause } = operation;
  const entry = completed(head, { channel: null, ...part, key, location, cause, at });
  return { entry, after: advance(head, entry) };
}

/** What follows from an entry by itself: parts that no longer fit are lowered, and backorders are filled from the rest. */
function completed(head: StockHead, entry: JournalEntry): JournalEntry {
  if (!head.quotas && head.backorders.length === 0) return entry;
  let whole = entry;
  const after = advance(head, entry);
  if (after.quotas && sumOf(after.quotas) > Math.max(0, after.available)) {
    const quotaChange = quotaChangeOf(head.quotas, within(after.quotas, after.available));
    const { quotaChange: _asked, ...rest } = entry;
    whole = quotaChange ? { ...rest, quotaChange } : rest;
  }
  const filled = fillable(advance(head, whole));
  return filled.length > 0 ? { ...whole, filled } : whole;
}

function impossible(head: StockHead, operation: StockOperation): Refused | null {
  const { kind, location } = operation;
  // A sale has happened, wherever it was booked to: it is short there, and not refused.
  const takes = kind === 'transfer' || (operation.kind === 'adjust' && operation.change < 0);
  const isKnown = location === MAIN_LOCATION || Object.hasOwn(head.locations, location);
  if (takes && !isKnown) return { outcome: 'unknown-location' };
  const puts = kind === 'receive' || kind === 'count' || kind === 'adjust';
  const target = operation.kind === 'transfer' ? operation.to : puts ? location : null;
  const isNew = target !== null && !Object.hasOwn(head.locations, target);
  if (isNew && Object.keys(head.locations).length >= LOCATIONS_MAX) return { outcome: 'full' };
  return null;
}

function partFor(head: StockHead, operation: StockOperation): Part | Refused {
  switch (operation.kind) {
    case 'commit':
      return operation.reservation === undefined
        ? take(head, operation)
        : fromPromise(head, operation, operation.reservation);
    case 'reserve':
      return head.reservations.length >= OPEN_MAX ? { outcome: 'full' } : take(head, operation);
    case 'release':
      return release(head, operation);
    case 'backorder':
      return backorder(head, operation);
    case 'receive': {
      const { kind, units } = operation;
      return { kind, units, onHandChange: units, ...putBack(head, operation, units) };
    }
    case 'withdraw':
      return withdraw(head, operation);
    case 'adjust': {
      const { kind, change, location } = operation;
      const left = stockAtLocation(head, location).available + change;
      return change < 0 && left < 0
        ? { outcome: 'too-few' }
        : { kind, units: Math.abs(change), onHandChange: change };
    }
    case 'count': {
      const { kind, quantity, location, seenVersion } = operation;
      if (seenVersion !== head.version) return { outcome: 'stale' };
      return { kind, units: quantity, onHandChange: quantity - stockAtLocation(head, location).onHand };
    }
    case 'transfer': {
      const { kind, units, location, to } = operation;
      if (stockAtLocation(head, location).available < units) return { outcome: 'too-few' };
      return { kind, units, onHandChange: -units, to };
    }
    case 'kit': {
      const { kind, units } = operation;
      return { kind, units, onHandChange: 0, ...took(operation, units) };
    }
    case 'allocate': {
      const { kind, quotas, seenVersion } = operation;
      if (seenVersion !== head.version) return { outcome: 'stale' };
      if (sumOf(quotas) > Math.max(0, head.available)) return { outcome: 'too-few' };
      const quotaChange = quotaChangeOf(head.quotas, quotas);
      return { kind, units: sumOf(quotas), onHandChange: 0, quotas, ...(quotaChange && { quotaChange }) };
    }
  }
}

/** A sale or a promise from what is available, all or none. */
function take(head: StockHead, operation: Of<'commit' | 'reserve'>): Part {
  const { kind, units, location, connectionId } = operation;
  const inPart = partOf(head.quotas, connectionId);
  const allowed = inPart ?? head.available - sumOf(head.quotas);
  const isThere = stockAtLocation(head, location).available >= units;
  if (!isThere || (head.quotas && allowed < units)) {
    return {
      kind: 'short',
      units,
      onHandChange: 0,
      ...(kind === 'reserve' && { asked: kind }),
      ...(isThere && { beyondQuota: true }),
      lostTo: head.lastSale,
      ...took(operation, units),
    };
  }
  return {
    kind,
    units,
    onHandChange: kind === 'commit' ? -units : 0,
    ...(kind === 'reserve' && { reservedChange: units }),
    ...(inPart !== undefined && connectionId !== null && { quotaChange: { [connectionId]: -units } }),
    ...took(operation, units),
  };
}

/** A sale of what was promised. After a count that found fewer units than are promised it may be short all the same. */
function fromPromise(head: StockHead, operation: Of<'commit'>, reservation: string): Part | Refused {
  const { kind, units, location } = operation;
  const open = openUnits(head.reservations, reservation, location);
  if (open < units) return { outcome: 'unknown-reservation', open };
  const common = { units, reservation, ...took(operation, units) };
  if (stockAtLocation(head, location).onHand < units) {
    return { kind: 'short', onHandChange: 0, lostTo: head.lastSale, ...common };
  }
  return { kind, onHandChange: -units, reservedChange: -units, ...common };
}

function release(head: StockHead, operation: Of<'release'>): Part | Refused {
  const { kind, units, location, reservation } = operation;
  const open = openUnits(head.reservations, reservation, location);
  if (open < units) return { outcome: 'unknown-reservation', open };
  const back = putBack(head, operation, units);
  return { kind, units, onHandChange: 0, reservedChange: -units, reservation, ...back };
}

function backorder(head: StockHead, operation: Of<'backorder'>): Part | Refused {
  const { kind, units, location, connectionId } = operation;
  const inPart = partOf(head.quotas, connectionId);
  const allowed = head.quotas ? (inPart ?? head.available - sumOf(head.quotas)) : head.available;
  const there = Math.min(units, Math.max(0, Math.min(stockAtLocation(head, location).available, allowed)));
  const owed = units - there;
  if (owed > 0 && head.backorders.length >= OPEN_MAX) return { outcome: 'full' };
  return {
    kind,
    units,
    onHandChange: there === 0 ? 0 : -there,
    ...(owed > 0 && { owed }),
    ...(inPart !== undefined &&
      connectionId !== null &&
      there > 0 && { quotaChange: { [connectionId]: -there } }),
    ...took(operation, units),
  };
}

function withdraw(head: StockHead, operation: Of<'withdraw'>): Part | Refused {
  const { kind, units, backorder: key } = operation;
  const part: Part = { kind, units, onHandChange: 0, ...took(operation, -units) };
  if (key === undefined) return part;
  const open = head.backorders.find((one) => one.key === key)?.units ?? 0;
  return open < units ? { outcome: 'unknown-backorder', open } : { ...part, backorder: key };
}

function openUnits(open: StockHead['reservations'], key: string, location: string): number {
  return open.find((one) => one.key === key && one.location === location)?.units ?? 0;
}

/** Whose own count an operation changes, and which of its counts. */
type OfChannel = Pick<Of<'commit'>, 'connectionId' | 'shelf'>;

function took({ connectionId, shelf }: OfChannel, taken: number): Pick<JournalEntry, 'channel'> {
  if (connectionId === null) return { channel: null };
  return { channel: { connectionId, taken, ...(shelf !== undefined && { shelf }) } };
}

/** The channel has put units back into its own count: they are on offer there, so they are its part. */
function putBack(
  { quotas }: StockHead,
  operation: OfChannel,
  units: number,
): Pick<JournalEntry, 'channel' | 'quotaChange'> {
  const { connectionId } = operation;
  const isPart = connectionId !== null && partOf(quotas, connectionId) !== undefined;
  return { ...took(operation, -units), ...(isPart && { quotaChange: { [connectionId]: units } }) };
}
