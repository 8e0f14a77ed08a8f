/** The writes by which an order comes on, each one atomic and only on top of the revision that was read. */
import type { ClientCollection } from '../database/client-collection.ts';
import type { BookedLine } from './book-entries.ts';
import type { Judgement } from './judge-conflict.ts';
import type { OrderDocument, StoredLine } from './order-document.ts';
import { type AccountConflict, owedUnits, type StockAccount, withConflict } from './stock-account.ts';
import { withChange } from './stock-change.ts';

type Orders = ClientCollection<OrderDocument>;

/** Writes down how lines stand after a round of booking. @returns null when the order changed meanwhile. */
export async function writeLines(
  orders: Orders,
  order: OrderDocument,
  booked: readonly BookedLine[],
): Promise<OrderDocument | null> {
  const lines = [...order.lines];
  const fields: Record<string, unknown> = {};
  for (const { index, line } of booked) {
    lines[index] = line;
    for (const field of ['accounts', 'booked', 'state', 'changes'] as const)
      if (line[field] !== order.lines[index]?.[field]) fields[`lines.${index}.${field}`] = line[field];
  }
  const next = {
    shortLines: lines.filter(({ state }) => state === 'short').length,
    owedLines: lines.filter(({ accounts }) => accounts.some((account) => owedUnits(account) > 0)).length,
    // Conflicts are shown in their list by a write of its own, which must not be forgotten.
    unfinished: order.unfinished || booked.some(({ line }) => line.accounts.some(hasConflicts)),
    bookedAt: new Date(),
  };
  return await write(orders, order, { ...fields, ...next }, { ...next, lines });
}

/** Writes down where lines are to be taken from. */
export async function writePlan(
  orders: Orders,
  order: OrderDocument,
  lines: readonly StoredLine[],
): Promise<OrderDocument | null> {
  return await write(orders, order, { lines }, { lines });
}

/** Writes down what was judged about a conflict, and the decision that follows, in one. */
export async function writeJudgement(
  orders: Orders,
  order: OrderDocument,
  index: number,
  { sku, conflicts }: StockAccount,
  judgement: Exclude<Judgement, { readonly kind: 'yields' }>,
): Promise<OrderDocument | null> {
  const line = order.lines[index];
  const conflictId = conflicts.at(-1)?.id;
  if (!line || !conflictId) throw new Error(`order ${order._id} has no conflict in its line ${index}`);
  const accounts = line.accounts.map((account) =>
    account.sku === sku ? withConflict(account, judged(judgement)) : account,
  );
  const changes =
    judgement.kind === 'decide'
      ? withChange(line.changes, {
          kind: 'decision',
          conflictId,
          sku,
          decision: judgement.decision,
          by: judgement.by,
          key: judgement.by,
          at: new Date(),
        })
      : line.changes;
  const lines = order.lines.map((other) => (other === line ? { ...line, accounts, changes } : other));
  const fields = { [`lines.${index}.accounts`]: accounts, [`lines.${index}.changes`]: changes };
  return await write(orders, order, { ...fields, unfinished: true }, { lines, unfinished: true });
}

function judged(judgement: Exclude<Judgement, { readonly kind: 'yields' }>): Partial<AccountConflict> {
  switch (judgement.kind) {
    case 'ask':
      return { asked: judgement.whom };
    case 'decide':
      return { asked: null, judged: true };
    case 'hold':
      return { asked: null, judged: true, because: judgement.because };
  }
}

/** Everything that no event of a channel would bring to its end is at its end. */
export async function writeFinished(orders: Orders, order: OrderDocument): Promise<OrderDocument | null> {
  return await write(orders, order, { unfinished: false }, { unfinished: false });
}

async function write(
  orders: Orders,
  order: OrderDocument,
  fields: Readonly<Record<string, unknown>>,
  next: Partial<OrderDocument>,
): Promise<OrderDocument | null> {
  const written = await orders.updateOne(
    { _id: order._id, revision: order.revision },
    { $set: fields, $inc: { revision: 1 } },
  );
  return written.modifiedCount === 1 ? { ...order, ...next, revision: order.revision + 1 } : null;
}

function hasConflicts({ conflicts }: StockAccount): boolean {
  return conflicts.length > 0;
}
