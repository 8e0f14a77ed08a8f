/**
 * The proof: every SKU is what its movements make of nothing, no movement is missing or doubled, and nothing was ever
 * sold that was not there.
 */
import type { Db } from 'mongodb';
import type { ClientId, Sku } from '../ids.ts';
import { SkuProof } from './sku-proof.ts';
import type { StockDocument } from './stock-document.ts';
import { StockSteps } from './stock-steps.ts';

export interface StockProof {
  readonly skus: number;
  readonly movements: number;
  readonly deviations: readonly StockDeviation[];
}

export interface StockDeviation {
  readonly sku: Sku;
  readonly text: string;
}

/** Documents that are in memory at a time; the movements of a SKU are gone through one by one. */
const BATCH = 100;

/**
 * Checks all SKUs of a client. May run while stock is booked: of each SKU it proves the state of one moment. (A document
 * is read before its movements, and what it had drained by then is among them.)
 */
export async function verifyStock(db: Db, clientId: ClientId): Promise<StockProof> {
  const steps = new StockSteps(db, clientId);
  const proof = { skus: 0, movements: 0, deviations: [] as StockDeviation[] };
  let after: Sku | null = null;
  for (;;) {
    const batch: StockDocument[] = await steps.stock
      .find(after === null ? {} : { sku: { $gt: after } })
      .sort({ sku: 1 })
      .limit(BATCH)
      .toArray();
    const last = batch.length < BATCH ? null : (batch.at(-1)?.sku ?? null);
    await verifyBatch(steps, batch, { after, last }, proof);
    if (last === null) return proof;
    after = last;
  }
}

type Range = { readonly after: Sku | null; readonly last: Sku | null };
type Found = { skus: number; movements: number; readonly deviations: StockDeviation[] };

/** All movements from one SKU to another, side by side with the documents of the SKUs between them. */
async function verifyBatch(
  steps: StockSteps,
  batch: readonly StockDocument[],
  { after, last }: Range,
  found: Found,
): Promise<void> {
  const proofs = new Map(batch.map((document) => [document.sku, new SkuProof(document)]));
  const range = { ...(after !== null && { $gt: after }), ...(last !== null && { $lte: last }) };
  const movements = steps.movements
    .find(after === null && last === null ? {} : { sku: range })
    .sort({ sku: 1, sequence: 1 });
  const orphans = new Set<Sku>();
  for await (const movement of movements) {
    const proof = proofs.get(movement.sku);
    if (proof) proof.take(movement);
    else orphans.add(movement.sku);
  }
  for (const [sku, proof] of proofs) {
    found.skus += 1;
    const { movements: count, deviations } = proof.finish();
    found.movements += count;
    found.deviations.push(...deviations.map((text) => ({ sku, text })));
  }
  for (const { sku } of await steps.readLevels([...orphans])) orphans.delete(sku);
  for (const sku of orphans) found.deviations.push({ sku, text: 'has movements, but is not in the ledger' });
}
