/** The stock of a SKU at a past moment: what is there now, less every movement since. */
import type { Db } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
import type { ClientId, Sku } from '../ids.ts';
import { effectOf } from '../stock/effect.ts';
import { changedBy, type Quotas } from '../stock/quotas.ts';
import {
  type JournalEntry,
  type MovementDocument,
  type StockDocument,
  stockIdOf,
} from '../stock/stock-document.ts';
import { levelOf, type StockLevel } from '../stock/stock-level.ts';
import { takenChange } from '../stock/taken.ts';

export interface StockAt {
  readonly level: StockLevel;
  readonly reserved: number;
  /** The newest movements up to that moment, newest first. */
  readonly movements: readonly PastMovement[];
}

export interface PastMovement extends JournalEntry {
  /** The version of the SKU that it made. */
  readonly sequence: number;
  /** Units available after it. */
  readonly availableAfter: number;
}

const SHOWN_MAX = 12;
/** So many movements are gone back through; a moment further back is not explained. */
const BACK_MAX = 20_000;

/** null: the ledger holds no such SKU, or the moment lies further back than can be gone through. */
export async function stockAt(db: Db, clientId: ClientId, sku: Sku, at: Date): Promise<StockAt | null> {
  const stock = new ClientCollection<StockDocument>(db, 'stock', clientId);
  const document = await stock.findOne({ _id: stockIdOf(clientId, sku) });
  if (!document) return null;
  const { journal, ...head } = document;
  let level = levelOf(head);
  const movements: PastMovement[] = [];
  let back = 0;
  for await (const entry of newestFirst(db, clientId, document)) {
    back += 1;
    if (entry.at <= at) {
      const last = movements.at(-1);
      const availableAfter = last ? last.availableAfter - effectOf(last).available : level.available;
      movements.push({ ...entry, availableAfter });
      if (movements.length === SHOWN_MAX) break;
    } else if (back > BACK_MAX) {
      return null;
    } else {
      level = without(level, entry);
    }
  }
  return { level, reserved: level.reserved, movements };
}

/** The journal from its end, then the drained movements: an entry that is in both places comes once. */
async function* newestFirst(
  db: Db,
  clientId: ClientId,
  { sku, journal, version }: StockDocument,
): AsyncGenerator<JournalEntry & { readonly sequence: number }> {
  for (const [index, entry] of journal.toReversed().entries()) yield { ...entry, sequence: version - index };
  const movements = new ClientCollection<MovementDocument>(db, 'movements', clientId);
  yield* movements.find({ sku, sequence: { $lte: version - journal.length } }).sort({ sequence: -1 });
}

/** The level before an entry. What lay at each location is not gone back to: nobody asks for it. */
function without(level: StockLevel, entry: JournalEntry): StockLevel {
  const { onHand, reserved, available, backordered } = effectOf(entry);
  const { channel, quotaChange } = entry;
  const { quotas, taken, ...rest } = level;
  const parts = quotasBefore(quotas ?? null, quotaChange);
  return {
    ...rest,
    onHand: level.onHand - onHand,
    reserved: level.reserved - reserved,
    available: level.available - available,
    backordered: level.backordered - backordered,
    version: level.version - 1,
    taken: channel ? (changedBy(taken, takenChange({ ...channel, taken: -channel.taken })) ?? {}) : taken,
    ...(parts ? { quotas: parts } : {}),
  };
}

/** Parts before a change of them; none, where all of them were nothing. */
function quotasBefore(quotas: Quotas | null, change: Quotas | undefined): Quotas | null {
  const before = changedBy(
    quotas,
    change && Object.fromEntries(Object.entries(change).map(([name, units]) => [name, -units])),
  );
  return before && Object.values(before).some((units) => units !== 0) ? before : null;
}
