/** Finds the backorders that the ledger has filled since their orders last heard of it, whoever brought the goods in. */
import type { Db } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
import type { ClientId, Sku } from '../ids.ts';
import type { StockDocument } from '../stock/stock-document.ts';
import { appendChange } from './append-change.ts';
import type { OrderDocument, StoredLine } from './order-document.ts';
import { openUnitsOf } from './stock-account.ts';

type Open = ReadonlyMap<string, number>;

const TOGETHER = 200;

/** Writes down for each order with filled backorders that they are to be taken over. Booking the order does it. */
export async function followFills(db: Db, clientId: ClientId): Promise<void> {
  const orders = new ClientCollection<OrderDocument>(db, 'orders', clientId);
  const waiting = orders.find({ owedLines: { $gt: 0 } }, { projection: { lines: 1 }, batchSize: TOGETHER });
  let batch: Pick<OrderDocument, '_id' | 'lines'>[] = [];
  for await (const order of waiting) {
    batch.push(order);
    if (batch.length < TOGETHER) continue;
    await follow(db, clientId, orders, batch);
    batch = [];
  }
  await follow(db, clientId, orders, batch);
}

async function follow(
  db: Db,
  clientId: ClientId,
  orders: ClientCollection<OrderDocument>,
  batch: readonly Pick<OrderDocument, '_id' | 'lines'>[],
): Promise<void> {
  const owed = batch.flatMap(({ _id, lines }) =>
    lines.flatMap((line) =>
      line.accounts.filter((account) => account.owed.length > 0).map(({ sku }) => ({ _id, line, sku })),
    ),
  );
  if (owed.length === 0) return;
  const open = await openBackorders(db, clientId, [...new Set(owed.map(({ sku }) => sku))]);
  for (const { _id, line, sku } of owed) {
    if (!isBehind(line, sku, open)) continue;
    await appendChange(orders, _id, line.lineId, (_order, now) =>
      isBehind(now, sku, open) ? { kind: 'filled', sku, at: new Date() } : null,
    );
  }
}

/** Units that the ledger still owes, by the key of the backorder. */
async function openBackorders(db: Db, clientId: ClientId, skus: readonly Sku[]): Promise<Open> {
  const items = await new ClientCollection<StockDocument>(db, 'stock', clientId)
    .find({ sku: { $in: [...skus] } }, { projection: { backorders: 1 } })
    .toArray();
  return new Map(items.flatMap(({ backorders }) => backorders.map(({ key, units }) => [key, units])));
}

/** A line of which something is being booked is looked at later: what it withdraws must not be taken for filled. */
function isBehind({ booked, changes, accounts }: StoredLine, sku: Sku, open: Open): boolean {
  if (booked < changes.length) return false;
  const account = accounts.find((candidate) => candidate.sku === sku);
  return account?.owed.some((backorder) => openUnitsOf(backorder) > (open.get(backorder.key) ?? 0)) ?? false;
}
