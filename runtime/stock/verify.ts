/** The proof: for every SKU, the sum of its movements is its quantities, and no movement is missing or doubled. */
import type { Db } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
import type { ClientId, Sku } from '../ids.ts';
import { sumOf } from './quotas.ts';
import type { MovementDocument, StockDocument } from './stock-document.ts';

export interface StockProof {
  readonly skus: number;
  readonly movements: number;
  readonly deviations: readonly { readonly sku: Sku; readonly text: string }[];
}

interface Sum {
  onHand: number;
  readonly byLocation: Map<string, number>;
  readonly taken: Map<string, number>;
  readonly sequences: Set<number>;
}

/** Checks all SKUs of a client. To be run while nothing is written, else a change in between looks like a deviation. */
export async function verifyStock(db: Db, clientId: ClientId): Promise<StockProof> {
  const movements = new ClientCollection<MovementDocument>(db, 'movements', clientId);
  const stock = new ClientCollection<StockDocument>(db, 'stock', clientId);
  const sums = new Map<Sku, Sum>();
  let counted = 0;
  for await (const movement of movements.find({}, { projection: { cause: 0 } })) {
    counted += 1;
    add(sums, movement.sku, movement.sequence, movement);
  }
  const deviations: { sku: Sku; text: string }[] = [];
  let skus = 0;
  for await (const item of stock.find({})) {
    skus += 1;
    const first = item.version - item.journal.length + 1;
    for (const [index, entry] of item.journal.entries()) {
      // A drain that was interrupted leaves an entry in both places: it is one movement.
      if (!sums.get(item.sku)?.sequences.has(first + index)) {
        counted += 1;
        add(sums, item.sku, first + index, entry);
      }
    }
    for (const text of deviationsOf(item, sums.get(item.sku))) deviations.push({ sku: item.sku, text });
    sums.delete(item.sku);
  }
  for (const sku of sums.keys()) deviations.push({ sku, text: 'has movements, but is not in the ledger' });
  return { skus, movements: counted, deviations };
}

function add(
  sums: Map<Sku, Sum>,
  sku: Sku,
  sequence: number,
  { onHandChange, location, channel }: Pick<MovementDocument, 'onHandChange' | 'location' | 'channel'>,
): void {
  const sum = sums.get(sku) ?? { onHand: 0, byLocation: new Map(), taken: new Map(), sequences: new Set() };
  sum.onHand += onHandChange;
  sum.byLocation.set(location, (sum.byLocation.get(location) ?? 0) + onHandChange);
  if (channel)
    sum.taken.set(channel.connectionId, (sum.taken.get(channel.connectionId) ?? 0) + channel.taken);
  sum.sequences.add(sequence);
  sums.set(sku, sum);
}

function* deviationsOf(item: StockDocument, sum: Sum | undefined): Generator<string> {
  const onHand = sum?.onHand ?? 0;
  if (item.onHand !== onHand) yield `has ${item.onHand} on hand, but its movements make ${onHand}`;
  if (item.available !== item.onHand - item.reserved)
    yield `offers ${item.available} of ${item.onHand} on hand`;
  const inParts = sumOf(item.quotas ?? {});
  if (item.quotas && inParts > Math.max(0, item.available))
    yield `has ${inParts} in the parts of its channels, but ${item.available} available`;
  if (item.onHand < 0) yield `has ${item.onHand} on hand, below zero`;
  if (item.version !== (sum?.sequences.size ?? 0)) {
    yield `was changed ${item.version} times, but has ${sum?.sequences.size ?? 0} movements`;
  }
  for (const [location, stock] of Object.entries(item.locations)) {
    const there = sum?.byLocation.get(location) ?? 0;
    if (stock.onHand !== there) yield `has ${stock.onHand} at ${location}, but its movements make ${there}`;
  }
  for (const [connection, taken] of Object.entries(item.taken)) {
    const moved = sum?.taken.get(connection) ?? 0;
    if (taken !== moved) yield `counts ${taken} taken by ${connection}, but its movements make ${moved}`;
  }
}
