/** What a replay found: compared, line by line and unit by unit, with what was really sent. */
import { cpus, totalmem } from 'node:os';
import { ClientCollection } from '#runtime/database/client-collection.ts';
import type { Database } from '#runtime/database/open-database.ts';
import { type ClientId, type ConnectionId, orderIdOf } from '#runtime/ids.ts';
import type { ConflictDocument } from '#runtime/orders/conflicts.ts';
import type { OrderDocument } from '#runtime/orders/order-document.ts';
import { soldUnits } from '#runtime/orders/stock-account.ts';
import type { StockDocument } from '#runtime/stock/stock-document.ts';
import { verifyClient } from '#runtime/verify/verify-client.ts';
import type { Lags, Sent } from './messages.ts';

export interface ReplayReport {
  readonly machine: {
    readonly cores: number;
    readonly memoryGb: number;
    readonly node: string;
    readonly processor: string;
  };
  readonly file: string;
  readonly invoices: number;
  readonly lines: number;
  readonly returnsWithoutSale: number;
  readonly accounting: number;
  readonly seconds: number;
  readonly sent: {
    readonly orders: number;
    readonly lines: number;
    readonly refunds: number;
    readonly corrections: number;
    readonly correctionsRefused: number;
  };
  readonly captured: { readonly orders: number; readonly lines: number };
  readonly lost: { readonly orders: number; readonly lines: number; readonly examples: readonly string[] };
  readonly doubled: { readonly orders: number; readonly units: number };
  readonly shortages: {
    readonly lines: number;
    readonly shareOfLines: number;
    readonly held: number;
    readonly withdrawn: number;
  };
  readonly agree: {
    readonly skus: number;
    readonly movements: number;
    /** SKUs whose movements do not make their quantities, or whose quantities are not what was sent. */
    readonly ledgerDeviations: readonly string[];
    /** Listings that show another number than the ledger says. */
    readonly shopDeviations: readonly string[];
  };
  readonly deadLetters: number;
  readonly runnerRestarts: number;
  readonly throughput: { readonly ordersPerSecond: number; readonly linesPerSecond: number };
  readonly lags: Lags;
}

const EXAMPLES_MAX = 5;

export interface Findings {
  readonly database: Database;
  readonly clientId: ClientId;
  readonly connections: readonly [ConnectionId, ConnectionId];
  readonly sent: Sent;
  readonly opening: Readonly<Record<string, number | null>>;
  /** What each shop shows at the end, by SKU. */
  readonly shown: readonly Readonly<Record<string, number | null>>[];
}

type Compared = Pick<ReplayReport, 'captured' | 'lost' | 'doubled' | 'shortages' | 'agree'>;

/** Compares what is in the database and in the shops with what was sent. */
export async function compare(findings: Findings): Promise<Compared> {
  const { database, clientId, connections, sent } = findings;
  const orders = new ClientCollection<OrderDocument>(database.db, 'orders', clientId);
  const conflicts = new ClientCollection<ConflictDocument>(database.db, 'conflicts', clientId);
  const expected = new Map(
    sent.orders.map(({ shop, id, lines }) => [orderIdOf(connectionOf(connections, shop), id), lines]),
  );
  const committed = new Map<string, number>();
  const examples: string[] = [];
  let [capturedOrders, capturedLines, foreignOrders, linesLost] = [0, 0, 0, 0];
  for await (const order of orders.find({}, { projection: { lines: 1 } })) {
    const lines = expected.get(order._id);
    if (lines === undefined) foreignOrders += 1;
    else capturedOrders += 1;
    capturedLines += order.lines.length;
    linesLost += Math.max(0, (lines ?? 0) - order.lines.length);
    for (const { sku, state, accounts } of order.lines) {
      if (state === 'unmatched' || state === 'waiting') {
        linesLost += 1;
        if (examples.length < EXAMPLES_MAX) examples.push(`${order._id}: ${sku} is ${state}`);
      }
      // A line that handed a part of its units over is short, and has sold the others.
      for (const account of accounts)
        committed.set(account.sku, (committed.get(account.sku) ?? 0) + soldUnits(account));
    }
    expected.delete(order._id);
  }
  linesLost += [...expected.values()].reduce((sum, lines) => sum + lines, 0);
  const { deviations, unitsDoubled, shopDeviations, skus } = await compareStock(findings, committed);
  const proof = await verifyClient(database.db, clientId);
  const [all, held] = [await conflicts.count({}), await conflicts.count({ state: 'open' })];
  return {
    captured: { orders: capturedOrders, lines: capturedLines },
    lost: { orders: expected.size, lines: linesLost, examples },
    doubled: { orders: foreignOrders, units: unitsDoubled },
    shortages: { lines: all, shareOfLines: all / Math.max(1, capturedLines), held, withdrawn: all - held },
    agree: {
      skus,
      movements: proof.checked.movements,
      ledgerDeviations: [...deviations, ...proof.deviations.map(({ subject, text }) => `${subject} ${text}`)],
      shopDeviations,
    },
  };
}

/**
 * For every SKU: the units that each shop took must be those that were sent, no fewer (lost) and no more
 * (doubled); what is on hand must be the opening stock, less what the orders took, and the corrections.
 */
async function compareStock(
  { database, clientId, connections, sent, opening, shown }: Findings,
  committed: ReadonlyMap<string, number>,
) {
  const stock = new ClientCollection<StockDocument>(database.db, 'stock', clientId);
  const deviations: string[] = [];
  const shopDeviations: string[] = [];
  let [unitsDoubled, skus] = [0, 0];
  for await (const item of stock.find({}, { projection: { journal: 0 } })) {
    skus += 1;
    for (const [shop, connection] of connections.entries()) {
      const [took, sold] = [item.taken[connection] ?? 0, sent.taken[shop === 0 ? 0 : 1][item.sku] ?? 0];
      if (took !== sold) deviations.push(`${item.sku}: ${connection} sold ${sold}, but ${took} are booked`);
      unitsDoubled += Math.max(0, took - sold);
      const shows = shown[shop]?.[item.sku];
      if (shows !== item.available)
        shopDeviations.push(`${item.sku}: ${connection} shows ${shows}, the ledger says ${item.available}`);
    }
    const onHand =
      (opening[item.sku] ?? 0) - (committed.get(item.sku) ?? 0) + (sent.corrected[item.sku] ?? 0);
    if (item.onHand !== onHand)
      deviations.push(`${item.sku}: ${onHand} must be there, but ${item.onHand} are booked`);
  }
  return { deviations, unitsDoubled, shopDeviations, skus };
}

/** Nothing lost, nothing doubled, everything agrees. */
export function isClean({ lost, doubled, agree, deadLetters }: ReplayReport): boolean {
  return (
    lost.orders + lost.lines + doubled.orders + doubled.units === 0 &&
    agree.ledgerDeviations.length + agree.shopDeviations.length === 0 &&
    deadLetters === 0
  );
}

export function machine(): ReplayReport['machine'] {
  const processors = cpus();
  return {
    cores: processors.length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    processor: processors[0]?.model ?? 'unknown',
  };
}

function connectionOf(connections: readonly [ConnectionId, ConnectionId], shop: number): ConnectionId {
  return connections[shop === 0 ? 0 : 1];
}
