/**
 * The proof of the orders: every unit of every order line is accounted for, each booked entry has its movement, and
 * each order movement its line. Reads the whole history in parts that fit into memory. What looks wrong here may be on
 * its way; `verify-client.ts` looks at it again, alone.
 */
import type { Db } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
import type { ClientId, OrderId, Sku } from '../ids.ts';
import type { OrderDocument } from '../orders/order-document.ts';
import { type MovementDocument, movementIdOf, type StockDocument } from '../stock/stock-document.ts';
import { compareOrder } from './compare-order.ts';
import { handOversOf } from './hand-overs.ts';
import { addMovement, type LineSums, type SummedEntry } from './line-sums.ts';

export interface OrdersLook {
  readonly orders: number;
  readonly lines: number;
  /** Lines on their way. */
  readonly waiting: number;
  /** Orders of which something does not agree, with SKUs in whose history they are and that none of their lines has. */
  readonly suspects: ReadonlyMap<OrderId, ReadonlySet<Sku>>;
}

/** Movements whose sums are kept in memory at once: about 300 bytes each. */
const TOGETHER_MAX = 200_000;
const PROJECTION = { at: 0, quotas: 0, quotaChange: 0, lostTo: 0 };

export async function lookAtOrders(
  db: Db,
  clientId: ClientId,
  alive: () => Promise<void> = async () => {},
): Promise<OrdersLook> {
  const movements = new ClientCollection<MovementDocument>(db, 'movements', clientId);
  const parts = Math.max(1, Math.ceil((await movements.count({})) / TOGETHER_MAX));
  const suspects = new Map<OrderId, Set<Sku>>();
  let [orders, lines, waiting] = [0, 0, 0];
  const ends = new Map<string, { readonly orderId: OrderId; count: number }>();
  for (let part = 0; part < parts; part += 1) {
    const wanted = (orderId: OrderId) => partOf(orderId, parts) === part;
    const sums = await sumsOfAll(db, clientId, wanted);
    await alive();
    const found = new ClientCollection<OrderDocument>(db, 'orders', clientId).find({});
    for await (const order of found) {
      if (!wanted(order._id)) continue;
      orders += 1;
      lines += order.lines.length;
      const compared = compareOrder(order, sums);
      waiting += compared.waiting;
      if (compared.deviations.length > 0) suspects.set(order._id, new Set());
      const { gave, got } = handOversOf(order);
      for (const [end, count] of [
        ...gave.map((one) => [one, 1] as const),
        ...got.map((one) => [one, -1] as const),
      ]) {
        const known = ends.get(end.name) ?? { orderId: order._id, count: 0 };
        known.count += count;
        ends.set(end.name, known);
      }
    }
    for (const { orderId, sku } of sums.values())
      suspects.set(orderId, (suspects.get(orderId) ?? new Set()).add(sku));
    await alive();
  }
  // An end without the other one.
  for (const { orderId, count } of ends.values())
    if (count !== 0 && !suspects.has(orderId)) suspects.set(orderId, new Set());
  return { orders, lines, waiting, suspects };
}

async function sumsOfAll(
  db: Db,
  clientId: ClientId,
  wanted: (orderId: OrderId) => boolean,
): Promise<Map<string, LineSums>> {
  const sums = new Map<string, LineSums>();
  // First what is not drained: what is drained meanwhile is then found in both places, and in none never.
  const journals = new Map<string, SummedEntry>();
  const stock = new ClientCollection<StockDocument>(db, 'stock', clientId);
  for await (const { sku, journal } of stock.find({ journalLength: { $gt: 0 } }))
    for (const entry of journal) journals.set(movementIdOf(clientId, sku, entry.key), { ...entry, sku });
  const movements = new ClientCollection<MovementDocument>(db, 'movements', clientId);
  for await (const movement of movements.find({}, { projection: PROJECTION })) {
    journals.delete(movement._id);
    addMovement(sums, movement, wanted);
  }
  for (const entry of journals.values()) addMovement(sums, entry, wanted);
  return sums;
}

/** A number from 0 to `parts - 1`, the same for the same order. */
function partOf(orderId: OrderId, parts: number): number {
  let hash = 0;
  for (let index = 0; index < orderId.length; index += 1)
    hash = (Math.imul(hash, 31) + orderId.charCodeAt(index)) >>> 0;
  return hash % parts;
}

/** One order beside its own movements. */
export interface OrderLook {
  readonly number: string;
  readonly deviations: readonly string[];
  /** Changes when the order, or the history of its SKUs, does. */
  readonly state: string;
}

/** @param others SKUs to look at beside those of its lines. */
export async function lookAtOrder(
  db: Db,
  clientId: ClientId,
  orderId: OrderId,
  others: ReadonlySet<Sku>,
): Promise<OrderLook> {
  const orders = new ClientCollection<OrderDocument>(db, 'orders', clientId);
  const stock = new ClientCollection<StockDocument>(db, 'stock', clientId);
  const movements = new ClientCollection<MovementDocument>(db, 'movements', clientId);
  const order = await orders.findOne({ _id: orderId });
  if (!order) {
    const [orphan] = await movements.find({ 'cause.orderId': orderId }).limit(1).toArray();
    const deviations = orphan ? ['has movements in the ledger, but is not in the list of orders'] : [];
    return { number: orphan?.cause.orderNumber ?? orderId, deviations, state: '' };
  }
  const own = order.lines.flatMap(({ sku, accounts }) => [sku, ...accounts.map((account) => account.sku)]);
  const skus = [...new Set([...others, ...own])].filter((sku) => sku !== null);
  const items = await stock.find({ sku: { $in: skus } }).toArray();
  const entries = new Map<string, SummedEntry>();
  for (const { sku, journal } of items)
    for (const entry of journal) entries.set(movementIdOf(clientId, sku, entry.key), { ...entry, sku });
  for (const sku of skus) {
    const prefix = movementIdOf(clientId, sku, `${orderId}:line:`);
    const booked = movements.find({ _id: { $gte: prefix, $lt: `${prefix}\uffff` } });
    for await (const movement of booked) entries.set(movement._id, movement);
    const owed = order.lines.flatMap(({ accounts }) => accounts.flatMap((account) => account.owed));
    if (owed.length === 0) continue;
    const fills = movements.find({ sku, 'filled.key': { $in: owed.map(({ key }) => key) } });
    for await (const movement of fills) entries.set(movement._id, movement);
  }
  const sums = new Map<string, LineSums>();
  for (const entry of entries.values()) addMovement(sums, entry, (id) => id === orderId);
  const { deviations } = compareOrder(order, sums);
  const strange = [...sums.values()].map(
    ({ lineId, sku }) => `has movements of ${sku} for its line ${lineId}, which does not have that SKU`,
  );
  const lonely = await lonelyEnds(orders, order);
  const state = [order.revision, ...items.map(({ version }) => version)].join(' ');
  return { number: order.number, deviations: [...deviations, ...strange, ...lonely], state };
}

/** Ends of hand-overs whose other end is not there. */
async function lonelyEnds(orders: ClientCollection<OrderDocument>, order: OrderDocument): Promise<string[]> {
  const { gave, got } = handOversOf(order);
  const lonely: string[] = [];
  for (const [ends, side] of [
    [gave, 'got'],
    [got, 'gave'],
  ] as const) {
    for (const { name, other, text } of ends) {
      const found = await orders.findOne({ _id: other });
      if (!found || !handOversOf(found)[side].some((end) => end.name === name)) lonely.push(text);
    }
  }
  return lonely;
}
