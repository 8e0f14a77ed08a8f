/** The whole proof of one client: ledger and orders. Reads only, and may be run while orders come in. */
import type { Db } from 'mongodb';
import type { ClientId } from '../ids.ts';
import { verifyStock } from '../stock/verify.ts';
import type { Proof } from './proof-document.ts';
import { type Look, type Patience, settleSuspects } from './settle-suspects.ts';
import { lookAtOrder, lookAtOrders } from './verify-orders.ts';

export interface VerifyOptions {
  /** Called now and then: the proof is still at work. */
  readonly alive?: () => Promise<void>;
  readonly patience?: Patience;
}

/** Deviations that are kept with a proof; the others are counted. */
const NAMED_MAX = 500;

export async function verifyClient(
  db: Db,
  clientId: ClientId,
  { alive = async () => {}, patience }: VerifyOptions = {},
): Promise<Proof> {
  const startedAt = new Date();
  const stock = await verifyStock(db, clientId);
  await alive();
  const orders = await lookAtOrders(db, clientId, alive);
  const settled = await settleSuspects(
    orders.suspects,
    async ([orderId, others]): Promise<Look> => {
      const { number, ...look } = await lookAtOrder(db, clientId, orderId, others);
      return { subject: `order ${number}`, ...look };
    },
    patience,
  );
  // Of each SKU the ledger's proof is that of one moment; an order and its movements are read one after another.
  const deviations = [
    ...stock.deviations.map(({ sku, text }) => ({ subject: sku, text })),
    ...settled.deviations,
  ];
  return {
    startedAt,
    ms: Date.now() - startedAt.getTime(),
    checked: {
      skus: stock.skus,
      movements: stock.movements,
      orders: orders.orders,
      lines: orders.lines,
    },
    waiting: orders.waiting,
    deviationsFound: deviations.length,
    deviations: deviations.slice(0, NAMED_MAX),
    unsettled: settled.unsettled,
  };
}
