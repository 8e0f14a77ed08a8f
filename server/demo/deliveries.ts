/** The demo's warehouse: what is nearly sold out is delivered again, so that the demo never runs dry. */
import { ClientCollection } from '#runtime/database/client-collection.ts';
import { type ClientId, MAIN_LOCATION } from '#runtime/ids.ts';
import { correctByHand } from '#runtime/stock/correct-by-hand.ts';
import type { StockDocument } from '#runtime/stock/stock-document.ts';
import type { SyncFlow } from '../syncflow.ts';
import { LAST_UNIT } from './catalogue.ts';

const DELIVERY_EVERY_MS = 30_000;
const LOW_UNITS = 3;
const DELIVERED_UNITS = 40;
/** The product of which one unit is left comes back rarely: each time ends in a conflict. */
const LAST_UNIT_EVERY_MS = 10 * 60_000;

/** Starts to deliver. @returns how to stop it. */
export function startDeliveries({ database, wake }: SyncFlow, clientId: ClientId): () => void {
  const stock = new ClientCollection<StockDocument>(database.db, 'stock', clientId);

  async function deliver(item: Pick<StockDocument, 'sku' | 'version'>, change: number): Promise<void> {
    await correctByHand(database.db, clientId, {
      kind: 'adjust',
      key: `delivery:${item.sku}:${item.version}`,
      sku: item.sku,
      location: MAIN_LOCATION,
      change,
      cause: { by: 'person', note: 'Delivery from the wholesaler' },
    });
    wake(clientId);
  }

  async function deliverLowest(): Promise<void> {
    const lowest = await stock
      .find({ available: { $lt: LOW_UNITS } })
      .sort({ available: 1 })
      .toArray();
    const item = lowest.find(({ sku }) => sku !== LAST_UNIT.sku);
    if (item) await deliver(item, DELIVERED_UNITS);
  }

  async function deliverLastUnit(): Promise<void> {
    const item = await stock.findOne({ sku: LAST_UNIT.sku as StockDocument['sku'], available: 0 });
    if (item) await deliver(item, 1);
  }

  const timers = [
    setInterval(() => void deliverLowest().catch(() => {}), DELIVERY_EVERY_MS),
    setInterval(() => void deliverLastUnit().catch(() => {}), LAST_UNIT_EVERY_MS),
  ];
  return () => {
    for (const timer of timers) clearInterval(timer);
  };
}
