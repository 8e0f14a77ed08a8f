/** Writes the stories of conflicts down that began in a round of booking: what was wanted, what was there, who got it. */
import type { EntryBooking, LineRound } from './book-entries.ts';
import { type ConflictWinner, tellConflict } from './conflicts.ts';
import type { OrderDocument } from './order-document.ts';
import type { YieldedChange } from './stock-change.ts';

export async function tellNewConflicts(
  { db, clientId }: Pick<EntryBooking, 'db' | 'clientId'>,
  order: OrderDocument,
  rounds: readonly LineRound[],
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
        availableThen: handedOver ? 0 : availableThen(round, position),
        beyondPart: shortAnswer(round.answers, position)?.result.beyondQuota ?? false,
        winner: handedOver ? winnerBy(change) : lostTo(round, position),
      });
    }
  }
}

/** The sale that happened earlier, and came in later. */
function winnerBy({ to: { orderId, orderNumber, connectionId }, at }: YieldedChange): ConflictWinner {
  return { orderId, orderNumber, connectionId, at };
}

/** Units that were there, where they were asked for. */
function availableThen({ answers }: LineRound, position: number): number {
  const short = shortAnswer(answers, position);
  return short?.result.level.byLocation[short.location]?.available ?? 0;
}

/** The sale that was booked last before this one came short. */
function lostTo({ answers }: LineRound, position: number): ConflictWinner | null {
  const winner = shortAnswer(answers, position)?.result.winner;
  const { orderId, orderNumber } = winner?.cause ?? {};
  return winner?.channel && orderId && orderNumber
    ? { orderId, orderNumber, connectionId: winner.channel.connectionId, at: winner.at }
    : null;
}

function shortAnswer(answers: LineRound['answers'], position: number) {
  for (const { account, location, result } of answers)
    if (account === position && result.outcome === 'short') return { location, result };
  return null;
}
