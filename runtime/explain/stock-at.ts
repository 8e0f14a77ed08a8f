/** The stock of a SKU at a past moment: what is there now, less every movement since. */
import type { Db } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
import type { ClientId, Sku } from '../ids.ts';
import {
  type JournalEntry,
  type MovementDocument,
  type StockDocument,
  stockIdOf,
} from '../stock/stock-document.ts';
import type { StockLevel } from '../stock/stock-level.ts';
import { levelOf } from '../stock/stock-reads.ts';

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
      const availableAfter = last ? last.availableAfter - last.onHandChange : level.available;
      movements.push({ ...entry, availableAfter });
      if (movements.length === SHOWN_MAX) break;
    } else if (back > BACK_MAX) {
      return null;
    } else {
      level = without(level, entry);
    }
  }
  return { level, reserved: document.reserved, movements };
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

function without(level: StockLevel, { onHandChange, channel, quotaChange }: JournalEntry): StockLevel {
  const { onHand, available, version, taken } = level;
  const { quotas, ...rest } = level;
  const parts = quotasBefore(quotas, quotaChange);
  const before = channel && (taken[channel.connectionId] ?? 0) - channel.taken;
  return {
    ...rest,
    ...(parts ? { quotas: parts } : {}),
    onHand: onHand - onHandChange,
    available: available - onHandChange,
    version: version - 1,
    taken: channel && before !== null ? { ...taken, [channel.connectionId]: before } : taken,
  };
}

/** Parts that an allocation made were not there before it. */
function quotasBefore(
  now: StockLevel['quotas'],
  change: JournalEntry['quotaChange'],
): StockLevel['quotas'] | null {
  if (!change) return now ?? null;
  const before: Record<string, number> = { ...now };
  for (const [connection, units] of Object.entries(change)) {
    before[connection] = (before[connection] ?? 0) - units;
  }
  return Object.values(before).every((units) => units === 0) && !now ? null : before;
}
