/** Gives orders and stock of before the words by which lists find them. */
import type { AnyBulkWriteOperation, Db, Document } from 'mongodb';
import { wordsOf } from '../../search/words.ts';

const TOGETHER_MAX = 500;
/** Others do their work now, and better: indexes.ts. */
const REPLACED_INDEXES: Readonly<Record<string, readonly string[]>> = {
  orders: ['clientId_1_shortLines_1_receivedAt_-1'],
  stock: ['clientId_1_changedAt_-1'],
};

/** May be done again: what has words already is left alone. */
export async function keepWords(db: Db): Promise<void> {
  await give(db, 'stock', { sku: 1, title: 1 }, ({ sku, title }) => [sku, title]);
  await give(db, 'orders', { number: 1, 'lines.sku': 1, 'lines.title': 1 }, ({ number, lines }) => [
    number,
    ...(lines as readonly { sku: string | null; title: string }[]).flatMap(({ sku, title }) => [
      sku ?? '',
      title,
    ]),
  ]);
  for (const [collection, names] of Object.entries(REPLACED_INDEXES)) {
    const kept = await db.collection(collection).indexes();
    for (const name of names)
      if (kept.some((index) => index.name === name)) await db.collection(collection).dropIndex(name);
  }
}

async function give(
  db: Db,
  collection: string,
  projection: Document,
  textsOf: (document: Document) => string[],
): Promise<void> {
  const updates: AnyBulkWriteOperation<Document>[] = [];
  const write = async () => {
    if (updates.length > 0) await db.collection(collection).bulkWrite(updates.splice(0), { ordered: false });
  };
  for await (const document of db
    .collection(collection)
    .find({ words: { $exists: false } }, { projection })) {
    updates.push({
      updateOne: {
        filter: { _id: document._id, words: { $exists: false } },
        update: { $set: { words: wordsOf(textsOf(document)) } },
      },
    });
    if (updates.length >= TOGETHER_MAX) await write();
  }
  await write();
}
