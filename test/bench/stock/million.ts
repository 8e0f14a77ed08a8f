/** A million operations: does a stock document stay small, and does the proof still fit into memory? */
import { BSON, type Db } from 'mongodb';
import { ClientId, MAIN_LOCATION, Sku } from '#runtime/ids.ts';
import { StockLedger } from '#runtime/stock/ledger.ts';
import type { StockOperation } from '#runtime/stock/operation.ts';
import type { StockDocument } from '#runtime/stock/stock-document.ts';
import { verifyStock } from '#runtime/stock/verify.ts';
import { megabytes } from '../database/figures.ts';

const OPERATIONS = 1_000_000;
/** Half of all goes to one of them. */
const SKUS = 100;
const TOGETHER = 1_000;
const clientId = ClientId.parse('million');
const skus = Array.from({ length: SKUS }, (_, index) => Sku.parse(`SKU-${index}`));

export async function bookMillion(db: Db): Promise<string> {
  const ledger = new StockLedger(db, clientId);
  await ledger.addSkus(skus.map((sku) => ({ sku, title: `Product ${sku}` })));
  const most = { bytes: 0, journal: 0 };
  const start = performance.now();
  for (let from = 0; from < OPERATIONS; from += TOGETHER) {
    await ledger.applyAll(Array.from({ length: TOGETHER }, (_, index) => operation(from + index)));
    if (from % (20 * TOGETHER) > 0) continue;
    for await (const document of db.collection<StockDocument>('stock').find({ clientId })) {
      most.bytes = Math.max(most.bytes, BSON.calculateObjectSize(document));
      most.journal = Math.max(most.journal, document.journal.length);
    }
  }
  const seconds = (performance.now() - start) / 1000;
  const proofStart = performance.now();
  const proof = await verifyStock(db, clientId);
  const proofSeconds = (performance.now() - proofStart) / 1000;
  const count = proof.movements.toLocaleString('en-GB');
  return (
    `- ${count} operations on ${SKUS} SKUs, half of them on one, ${TOGETHER} at once: ${Math.round(OPERATIONS / seconds).toLocaleString('en-GB')} a second. ` +
    `The largest stock document of 5,000 looks had ${(most.bytes / 1024).toFixed(1)} kB, the longest journal ${most.journal} entries.\n` +
    `- The proof of these ${count} movements: ${proof.deviations.length} deviations, ${proofSeconds.toFixed(0)} s, ` +
    `${megabytes(process.memoryUsage().rss)} of memory in its process.\n`
  );
}

function operation(index: number): StockOperation {
  const sku = skus[index % 2 === 0 ? 0 : (index >> 1) % SKUS] as Sku;
  const common = { sku, location: MAIN_LOCATION, key: `million:${index}`, cause: { by: 'bench' } };
  return index % 10 < 5
    ? { ...common, kind: 'receive', units: 2, connectionId: null }
    : { ...common, kind: 'commit', units: 1, connectionId: null };
}
