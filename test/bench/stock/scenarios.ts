/** What is measured: how many SKUs, how much of them the process knows, and whether keys have to be looked up. */
import { randomUUID } from 'node:crypto';
import type { Db } from 'mongodb';
import { ClientId, ConnectionId, MAIN_LOCATION, orderIdOf, Sku } from '#runtime/ids.ts';
import { StockLedger } from '#runtime/stock/ledger.ts';
import type { StockOperation } from '#runtime/stock/operation.ts';
import { fillBare } from './bare-driver.ts';

export interface Contender {
  readonly title: string;
  readonly skus: number;
  /** @returns what sells one unit, by a key that was never used. */
  readonly open: (workers: number) => Promise<(call: number) => Promise<unknown>>;
}

const SKUS = 10_000;
const PLENTY = 1_000_000_000;
/** Operations that each SKU has behind it; they are drained. */
const PAST = 3;
const shop = ConnectionId.parse('con_1');
/** `young`: the keys of all its past are marked in each document. `old`: there were too many, and every key is looked up. */
const clients = { young: ClientId.parse('young'), old: ClientId.parse('old') };
const skus = Array.from({ length: SKUS }, (_, index) => Sku.parse(`SKU-${index}`));

export async function prepare(db: Db): Promise<void> {
  await fillBare(db, SKUS);
  for (const clientId of Object.values(clients)) {
    const ledger = new StockLedger(db, clientId);
    await ledger.addSkus(skus.map((sku) => ({ sku, title: `Product ${sku}` })));
    for (let past = 0; past < PAST; past += 1) {
      const kind = past === 0 ? 'receive' : 'commit';
      await ledger.applyAll(
        skus.map((sku) => ({ ...sale(sku, `past:${past}`), kind, units: past === 0 ? PLENTY : 1 })),
      );
    }
    await ledger.drainAll();
  }
  await db.collection('stock').updateMany({ clientId: clients.old }, { $set: { keyFilter: null } });
}

export function contenders(db: Db): Contender[] {
  const opened = async (clientId: ClientId, among: number) => {
    const ledger = new StockLedger(db, clientId);
    // Every SKU once: from then on its document is known.
    await ledger.applyAll(skus.slice(0, among).map((sku) => sale(sku, randomUUID())));
    return sellerOf(() => ledger, among);
  };
  return [
    {
      title: '10,000 SKUs, of which the process knows nothing',
      skus: SKUS,
      open: async () => {
        let ledger = new StockLedger(db, clients.young);
        // A process that has sold every SKU once is replaced by one that knows nothing.
        const strange = (count: number) => {
          if (count % SKUS === 0) ledger = new StockLedger(db, clients.young);
          return ledger;
        };
        return sellerOf(strange, SKUS);
      },
    },
    {
      title: '10,000 SKUs, known',
      skus: SKUS,
      open: () => opened(clients.young, SKUS),
    },
    {
      title: '10,000 SKUs, known, every key looked up',
      skus: SKUS,
      open: () => opened(clients.old, SKUS),
    },
    {
      title: 'one hot SKU',
      skus: 1,
      open: () => opened(clients.young, 1),
    },
    {
      title: 'one hot SKU, every key looked up',
      skus: 1,
      open: () => opened(clients.old, 1),
    },
    {
      title: 'one hot SKU, each worker with a ledger of its own',
      skus: 1,
      open: async (workers) => {
        const ledgers = Array.from({ length: workers }, () => new StockLedger(db, clients.young));
        return sellerOf((count) => ledgers[count % workers] as StockLedger, 1);
      },
    },
  ];
}

function sellerOf(
  ledgerOf: (count: number) => StockLedger,
  among: number,
): (call: number) => Promise<unknown> {
  const run = randomUUID();
  let count = 0;
  return async () => {
    count += 1;
    const sku = skus[(count * 7_919) % among] as Sku;
    const result = await ledgerOf(count).apply(sale(sku, `${run}:${count}`));
    if (result.outcome !== 'applied') throw new Error(`a sale was ${result.outcome}`);
  };
}

/** A sale as orders book it. */
function sale(sku: Sku, cause: string): Extract<StockOperation, { readonly kind: 'commit' | 'receive' }> {
  const orderId = orderIdOf(shop, cause);
  return {
    kind: 'commit',
    key: `${orderId}:line:1:1:commit`,
    sku,
    location: MAIN_LOCATION,
    units: 1,
    connectionId: shop,
    cause: { orderId, orderNumber: '#1001', lineId: '1', by: 'order' },
  };
}
