/** For the tests of orders: a client with two shops and a little stock, and snapshots of orders to handle. */
import { randomUUID } from 'node:crypto';
import type { Db } from 'mongodb';
import { ClientId, ConnectionId, type LocationId, MAIN_LOCATION, orderIdOf, type Sku } from '../ids.ts';
import { StockLedger } from '../stock/ledger.ts';
import { verifyStock } from '../stock/verify.ts';
import { captureOrder } from './capture-order.ts';
import type { ConflictDocument } from './conflicts.ts';
import type { Order, OrderLine } from './order.ts';
import { type BookedOrder, OrderBooking, type OrderBookingOptions } from './order-booking.ts';
import type { OrderDocument } from './order-document.ts';
import { accountedUnits, type StockAccount } from './stock-account.ts';

const FIRST_MS = Date.UTC(2026, 10, 22, 10);

/** Moments of the shops' clocks, in seconds. */
export const second = (seconds: number): Date => new Date(FIRST_MS + seconds * 1_000);

export function line(lineId: string, sku: Sku | null, quantity: number, taken = quantity): OrderLine {
  const unitPrice = { amount: 990, currency: 'GBP' };
  return { lineId, sku, title: `Title of ${sku}`, quantity, taken, unitPrice };
}

export class TestShops {
  readonly db: Db;
  readonly clientId = ClientId.parse(`c-${randomUUID()}`);
  // Ids of connections are unique over all clients.
  readonly shop = ConnectionId.parse(`shop-${randomUUID()}`);
  readonly other = ConnectionId.parse(`other-${randomUUID()}`);
  readonly ledger: StockLedger;
  readonly options: OrderBookingOptions;
  booking: OrderBooking;

  constructor(db: Db, options: Partial<OrderBookingOptions> = {}) {
    this.db = db;
    this.ledger = new StockLedger(db, this.clientId);
    this.options = { db, clientId: this.clientId, ledger: this.ledger, ...options };
    this.booking = new OrderBooking(this.options);
  }

  /** Puts goods on a shelf. */
  async stock(sku: Sku, units: number, location: LocationId = MAIN_LOCATION): Promise<void> {
    await this.ledger.addSkus([{ sku, title: sku }]);
    if (units === 0) return;
    await this.ledger.apply({
      kind: 'receive',
      key: `stock:${randomUUID()}`,
      sku,
      location,
      units,
      connectionId: null,
      cause: { by: 'test' },
    });
  }

  /** A snapshot of an order, as the first shop showed it `at` so many seconds, and placed then too, unless said otherwise. */
  order(externalId: string, lines: readonly OrderLine[], at = 0, changes: Partial<Order> = {}): Order {
    return {
      connectionId: this.shop,
      channel: 'test',
      externalId,
      number: `#${externalId}`,
      status: 'open',
      placedAt: second(0),
      updatedAt: second(at),
      total: { amount: 990, currency: 'GBP' },
      lines: [...lines],
      ...changes,
    };
  }

  async handle(snapshot: Order): Promise<BookedOrder> {
    const { orderId } = await captureOrder(this.db, this.clientId, snapshot);
    return await this.booking.book(orderId);
  }

  async available(sku: Sku): Promise<number | undefined> {
    return (await this.ledger.levels([sku])).get(sku)?.available;
  }

  async kept(externalId: string, connectionId = this.shop): Promise<OrderDocument> {
    const _id = orderIdOf(connectionId, externalId);
    const found = await this.db.collection<OrderDocument>('orders').findOne({ _id, clientId: this.clientId });
    if (!found) throw new Error(`no order ${externalId}`);
    return found;
  }

  /** The account of the first line of an order. */
  async account(externalId: string, connectionId = this.shop): Promise<StockAccount | undefined> {
    return (await this.kept(externalId, connectionId)).lines[0]?.accounts[0];
  }

  conflicts(): Promise<ConflictDocument[]> {
    const { clientId } = this;
    return this.db.collection<ConflictDocument>('conflicts').find({ clientId }).sort({ at: 1 }).toArray();
  }

  /** Everything that must always hold; an empty list when it does. */
  async deviations(): Promise<string[]> {
    const { clientId, db } = this;
    const found = (await verifyStock(db, clientId)).deviations.map(({ sku, text }) => `${sku} ${text}`);
    for await (const order of db.collection<OrderDocument>('orders').find({ clientId })) {
      if (order.unfinished) found.push(`${order.number} is not finished`);
      for (const { lineId, taken, accounts, booked, changes } of order.lines) {
        if (booked !== changes.length) found.push(`${order.number} ${lineId} is not booked`);
        for (const account of accounts) {
          const units = accountedUnits(account);
          if (units !== taken * account.per) found.push(`${order.number} ${lineId}: ${units} of ${taken}`);
        }
      }
    }
    return found;
  }
}
