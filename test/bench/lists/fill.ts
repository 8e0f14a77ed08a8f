/** A shop of long standing: many products and many orders, as the runtime would have kept them. */
import type { Db } from 'mongodb';
import { ClientCollection } from '#runtime/database/client-collection.ts';
import { type ClientId, ConnectionId, MAIN_LOCATION, orderIdOf, Sku } from '#runtime/ids.ts';
import { wordsOfOrder } from '#runtime/orders/capture-order.ts';
import { firstLine } from '#runtime/orders/line-log.ts';
import type { OrderDocument } from '#runtime/orders/order-document.ts';
import { emptyStock, type StockDocument } from '#runtime/stock/stock-document.ts';

const CHANNELS = ['shopify', 'woocommerce'] as const;
const THINGS = [
  'mug',
  'candle',
  'lantern',
  'cakestand',
  'doormat',
  'teapot',
  'garland',
  'cushion',
  'clock',
  'bag',
];
const LOOKS = [
  'red',
  'white',
  'vintage',
  'regency',
  'hanging',
  'jumbo',
  'woodland',
  'paper',
  'glass',
  'retro',
  'set',
];
const TOGETHER = 1_000;
const MINUTE_MS = 60_000;

/** The same everywhere: figures of two runs are of the same lists. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

export function skuAt(index: number): Sku {
  return Sku.parse(`HG-${String(index).padStart(5, '0')}`);
}

/** Every name has the number of its product: one that is searched for is one. */
function titleAt(index: number): string {
  const look = LOOKS[index % LOOKS.length] ?? '';
  const thing = THINGS[Math.floor(index / LOOKS.length) % THINGS.length] ?? '';
  return `${look} ${thing} no. ${index}`;
}

/** @returns the ids of the two shops, of which the first has seven of ten orders. */
export async function fill(
  db: Db,
  clientId: ClientId,
  { orders, skus }: { readonly orders: number; readonly skus: number },
): Promise<readonly ConnectionId[]> {
  const draw = random(7);
  const shops = CHANNELS.map((channel) => ConnectionId.parse(`${clientId}-${channel}`));
  const now = Date.now();
  const stock = new ClientCollection<StockDocument>(db, 'stock', clientId);
  await together(
    skus,
    async (index) => {
      const quantity = draw() < 0.1 ? Math.floor(draw() * 10) : 10 + Math.floor(draw() * 490);
      const there = { onHand: quantity, reserved: 0, available: quantity };
      return {
        ...emptyStock(clientId, skuAt(index), titleAt(index)),
        ...there,
        locations: { [MAIN_LOCATION]: there },
        version: 1,
        changedAt: new Date(now - Math.floor(draw() * 1e10)),
      };
    },
    (documents) => stock.insertAbsent(documents),
  );
  const listings = db.collection<{ _id: string }>('listings');
  await together(
    skus * shops.length,
    async (index) => listingAt(clientId, shops[index % 2] ?? shops[0]!, index >> 1, now),
    (documents) => listings.insertMany(documents as never[], { ordered: false }),
  );
  const kept = new ClientCollection<OrderDocument>(db, 'orders', clientId);
  await together(
    orders,
    async (index) => orderAt(index),
    (documents) => kept.insertAbsent(documents),
  );
  return shops;

  function orderAt(index: number): OrderDocument {
    const which = draw() < 0.7 ? 0 : 1;
    const connectionId = shops[which]!;
    const placedAt = new Date(now - (orders - index) * 5 * MINUTE_MS - Math.floor(draw() * 60 * MINUTE_MS));
    const roll = draw();
    const status = roll < 0.9 ? 'fulfilled' : roll < 0.98 ? 'open' : roll < 0.995 ? 'cancelled' : 'refunded';
    const lines = Array.from({ length: 1 + Math.floor(draw() * 4) }, (_, line) => {
      const product = Math.floor(draw() ** 2 * skus);
      const unitPrice = { amount: 100 + Math.floor(draw() * 5_000), currency: 'GBP' };
      const quantity = 1 + Math.floor(draw() * 3);
      const shown = {
        lineId: `${line}`,
        sku: skuAt(product),
        title: titleAt(product),
        quantity,
        taken: quantity,
      };
      return firstLine({ ...shown, unitPrice }, status, placedAt);
    });
    const number = `#${1_000 + index}`;
    return {
      _id: orderIdOf(connectionId, `${index}`),
      clientId,
      connectionId,
      channel: CHANNELS[which] ?? '',
      externalId: `${index}`,
      number,
      status,
      placedAt,
      updatedAt: placedAt,
      receivedAt: new Date(placedAt.getTime() + 2_000),
      total: {
        amount: lines.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice.amount, 0),
        currency: 'GBP',
      },
      lines,
      shortLines: draw() < 0.002 ? 1 : 0,
      owedLines: 0,
      unfinished: false,
      bookedAt: placedAt,
      words: wordsOfOrder({ number, lines }),
      revision: 2,
    };
  }
}

function listingAt(clientId: ClientId, connectionId: ConnectionId, index: number, now: number) {
  const at = new Date(now);
  return {
    _id: `${connectionId}/${index}`,
    clientId,
    connectionId,
    externalId: `${index}`,
    ref: {},
    sku: skuAt(index),
    title: titleAt(index),
    matchedBy: 'sku',
    problem: null,
    tracked: true,
    readBack: false,
    desired: 5,
    desiredVersion: 1,
    taken: 0,
    desiredAt: at,
    rules: 0,
    kit: false,
    flowBuffer: 0,
    reasons: null,
    raiseAt: null,
    pushed: 5,
    pushedTaken: 0,
    pushedVersion: 1,
    pushedAt: at,
    dirty: false,
    notBefore: null,
    checkAt: null,
    difference: null,
    adopting: null,
    refusal: null,
  };
}

async function together<Document>(
  count: number,
  make: (index: number) => Promise<Document>,
  keep: (documents: Document[]) => Promise<unknown>,
): Promise<void> {
  for (let start = 0; start < count; start += TOGETHER) {
    const documents: Document[] = [];
    for (let index = start; index < Math.min(count, start + TOGETHER); index += 1)
      documents.push(await make(index));
    await keep(documents);
  }
}
