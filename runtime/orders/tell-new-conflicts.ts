/** Writes the stories of conflicts down that began in a round of booking: what was wanted, what was there, who got it. */
import type { Sku } from '../ids.ts';
import type { StockLevel } from '../stock/stock-level.ts';
import type { EntryBooking, LineRound } from './book-entries.ts';
import { type ConflictWinner, tellConflict } from './conflicts.ts';
import type { OrderDocument } from './order-document.ts';
import type { YieldedChange } from './stock-change.ts';

export async function tellNewConflicts(
  { db, clientId }: Pick<EntryBooking, 'db' | 'clientId'>,
  order: OrderDocument,
  rounds: readonly LineRound[],
  levels: ReadonlyMap<Sku, StockLevel>,
): Promise<void> {
  const { _id: orderId, number: orderNumber, connectionId, placedAt } = order;
  for (const round of rounds) {
    const { line, change, before, after } = round;
    for (const [position, account] of after.entries()) {
      const conflict = account.conflicts.at(-1);
      if (!conflict || account.conflicts.length === before[position]?.conflicts.length) continue;
      const { sku, short: wanted } = account;
      const { lineId, title } = line;
      const story = { sku, title, orderId, orderNumber, connectionId, lineId, placedAt, wanted };
      const handedOver = change?.kind === 'yielded';
      await tellConflict(db, clientId, conflict.id, {
        ...story,
        handedOver,
        availableThen: handedOver ? 0 : (levels.get(sku)?.available ?? 0),
        winner: handedOver ? winnerBy(change) : winnerOf(round, position),
      });
    }
  }
}

/** The sale that happened earlier, and came in later. */
function winnerBy({ to: { orderId, orderNumber, connectionId }, at }: YieldedChange): ConflictWinner {
  return { orderId, orderNumber, connectionId, at };
}

/** The sale that was booked last before this one came short. */
function winnerOf({ asked }: LineRound, position: number): ConflictWinner | null {
  const short = asked.find(({ account, result }) => account === position && result?.outcome === 'short');
  const winner = short?.result?.outcome === 'short' ? short.result.winner : null;
  const { orderId, orderNumber } = winner?.cause ?? {};
  return winner?.channel && orderId && orderNumber
    ? { orderId, orderNumber, connectionId: winner.channel.connectionId, at: winner.at }
    : null;
}
