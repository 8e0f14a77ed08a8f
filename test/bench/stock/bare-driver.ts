/** What the ledger is compared with: units taken from a small document by one conditional write, and nothing else kept. */
import type { Db } from 'mongodb';

interface BareStock {
  readonly _id: string;
  readonly available: number;
  readonly version: number;
  readonly sku: string;
  readonly note: string;
}

const PLENTY = 1_000_000_000;

export async function fillBare(db: Db, skus: number): Promise<void> {
  const documents = Array.from({ length: skus }, (_, index) => ({
    _id: `SKU-${index}`,
    available: PLENTY,
    version: 0,
    sku: `SKU-${index}`,
    note: 'x'.repeat(120),
  }));
  await db.collection<BareStock>('bare').insertMany(documents, { ordered: false });
}

/** Takes one unit from one document after another, far from the one before. */
export function bareTaker(db: Db, skus: number): () => Promise<unknown> {
  const stock = db.collection<BareStock>('bare');
  let call = 0;
  return () => {
    call += 1;
    return stock.findOneAndUpdate(
      { _id: `SKU-${(call * 7_919) % skus}`, available: { $gte: 1 } },
      { $inc: { available: -1, version: 1 } },
      { returnDocument: 'after' },
    );
  };
}
