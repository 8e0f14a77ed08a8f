/** Moves a journal into the movements: first copied and durable, then removed, in this order and no other. */
import type { ClientCollection } from '../database/client-collection.ts';
import { type MovementDocument, movementIdOf, type StockDocument } from './stock-document.ts';

/**
 * Drains one stock item. What is written to the journal meanwhile stays in it.
 * @returns the new epoch, or null when there was nothing to drain or another process drained it.
 */
export async function drain(
  stock: ClientCollection<StockDocument>,
  movements: ClientCollection<MovementDocument>,
  _id: string,
): Promise<number | null> {
  const document = await stock.findOne({ _id });
  if (!document || document.journal.length === 0) return null;
  const { clientId, sku, journal, journalEpoch, version } = document;
  // The journal holds the newest changes without a gap, and each change made one version.
  const firstSequence = version - journal.length + 1;
  await movements.insertAbsent(
    journal.map((entry, index) => ({
      _id: movementIdOf(clientId, entry.key),
      clientId,
      sku,
      sequence: firstSequence + index,
      ...entry,
    })),
  );
  const keys = journal.map(({ key }) => key);
  const drained = await stock.updateOne(
    { _id, journalEpoch },
    { $pull: { journal: { key: { $in: keys } } }, $inc: { journalEpoch: 1, journalLength: -keys.length } },
  );
  return drained.modifiedCount === 1 ? journalEpoch + 1 : null;
}
