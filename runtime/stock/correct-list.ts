/** A whole list corrected by a person: imported from a file, or counted in a stock-take. Each line is booked once for its key. */
import type { Db } from 'mongodb';
import type { ClientId, LocationId, Sku } from '../ids.ts';
import { tellCorrected } from './correct-by-hand.ts';
import type { StockLedger } from './ledger.ts';
import { KeyReused, type Refusal } from './operation.ts';

export interface ListedCorrection {
  readonly sku: Sku;
  readonly location: LocationId;
  /** On hand there, as the person saw it when they wrote down the quantity. */
  readonly seen: number;
  /** On hand there, as it shall be, or as it was counted. */
  readonly quantity: number;
}

export interface CorrectList {
  /** `adjust`: the difference to what was seen is booked. `count`: the shelf was counted, also where it agrees. */
  readonly kind: 'adjust' | 'count';
  /** Of the whole list: the same list again is booked once. */
  readonly key: string;
  readonly by: string;
  readonly note: string;
  readonly lines: readonly ListedCorrection[];
}

export type LineOutcome = 'booked' | 'before' | 'unchanged' | 'unknown-sku' | Refusal['outcome'];

/** A count is refused when the SKU changed since it was looked at; sales come between, but not for ever. */
const ATTEMPTS_MAX = 20;

/**
 * What was sold between the look and the booking stays sold: the difference is what is booked, on top of what is there now.
 * @returns what became of each line, in their order.
 */
export async function correctList(
  db: Db,
  clientId: ClientId,
  ledger: StockLedger,
  list: CorrectList,
): Promise<LineOutcome[]> {
  return await Promise.all(
    list.lines.map(async (line) => {
      if (list.kind === 'adjust' && line.quantity === line.seen) return 'unchanged';
      try {
        const result = await (list.kind === 'adjust'
          ? adjust(ledger, list, line)
          : count(ledger, list, line));
        if (result === null || result.outcome === 'unknown-sku') return 'unknown-sku';
        if (result.outcome === 'short') return 'too-few';
        if (result.outcome !== 'applied') return result.outcome;
        await tellCorrected(db, clientId, keyOf(list, line), result.level);
        return result.repeated ? 'before' : 'booked';
      } catch (error) {
        // Booked before, on top of what was there then.
        if (error instanceof KeyReused && list.kind === 'count') return 'before';
        throw error;
      }
    }),
  );
}

function keyOf({ kind, key }: CorrectList, { sku, location }: ListedCorrection): string {
  return `${kind}:${key}:${location}:${sku}`;
}

async function adjust(ledger: StockLedger, list: CorrectList, line: ListedCorrection) {
  const { sku, location, seen, quantity } = line;
  const cause = { by: list.by, note: list.note };
  return await ledger.apply({
    kind: 'adjust',
    key: keyOf(list, line),
    sku,
    location,
    change: quantity - seen,
    cause,
  });
}

async function count(ledger: StockLedger, list: CorrectList, line: ListedCorrection) {
  const { sku, location, seen, quantity } = line;
  for (let attempt = 1; ; attempt += 1) {
    const level = (await ledger.levels([sku])).get(sku);
    if (!level) return null;
    const since = (level.byLocation[location]?.onHand ?? 0) - seen;
    const moved = since === 0 ? '' : `; ${Math.abs(since)} ${since < 0 ? 'left' : 'came in'} since`;
    const result = await ledger.apply({
      kind: 'count',
      key: keyOf(list, line),
      sku,
      location,
      quantity: Math.max(0, quantity + since),
      seenVersion: level.version,
      cause: { by: list.by, note: `${list.note}: ${quantity} counted${moved}` },
    });
    if (result.outcome !== 'stale' || attempt === ATTEMPTS_MAX) return result;
  }
}
