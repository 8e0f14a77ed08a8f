/**
 * The only door from a node to the world. A node gets a context with each item; what it does through it is
 * done by the effects behind the door: the live ones, or simulated ones that record instead of doing.
 */

import type { AlertTopic } from '../alerts/alert-document.ts';
import type { ReadAnswer, ReadRequest } from '../clients/service.ts';
import type { IncomingEvent } from '../events/event.ts';
import type { ConnectionId, LocationId, OrderId, Sku } from '../ids.ts';
import type { Here, LaterEffects } from '../later/later-effects.ts';
import type { Listing } from '../listings/listing.ts';
import type { CapturedOrder, Order } from '../orders/order.ts';
import type { BookedOrder } from '../orders/order-booking.ts';
import type { OrderMoment } from '../orders/order-moments.ts';
import type { OutboxMessage } from '../outbox/enqueue.ts';
import type { StockChanged } from '../stock/stock-changed.ts';
import type { StockLevel } from '../stock/stock-level.ts';

export interface AlertRequest {
  /** Same key, same alert: raising it again changes nothing. */
  readonly key: string;
  readonly level: 'info' | 'warning' | 'urgent';
  readonly title: string;
  readonly text: string;
  /** Hours for which an alert of the same pipeline with the same title is not told again. */
  readonly quietHours: number;
  /** What it is about: by it people choose how they are told. `other` without it. */
  readonly topic?: AlertTopic;
  /** A connection of the kind "Webhook" that hears of it too; absent: the page alone. */
  readonly webhook?: ConnectionId;
}

/** Stock that a flow wants to be so and so many. */
export interface StockTarget {
  /** Same key, same setting: it is booked once. */
  readonly key: string;
  readonly sku: Sku;
  readonly location: LocationId;
  readonly quantity: number;
  readonly note: string;
}

/** Everything that can be done outside a node. Each call may be repeated: a retry of the flow does nothing twice. */
export interface Effects {
  /** Reads the order in a channel's event; a reason when it holds none for us. */
  readOrder(event: IncomingEvent): Promise<Order | { readonly skipped: string }>;
  /** What happened to the order by the event of this run, each once: see OrderMoment. The same at every retry. */
  momentsOf(order: Order): Promise<readonly OrderMoment[]>;
  /** Reads a `listing.changed` event: the product's listings as they are now; those that are gone among them. */
  readListingsChanged(event: IncomingEvent): Promise<readonly Listing[]>;
  /** Reads a `stock.changed` event: the new levels, and who changed them. */
  readStockChanged(event: IncomingEvent): Promise<StockChanged>;
  /** The level as it is now: the news of a change may be old when a flow comes to it. Itself, where nothing is newer. */
  levelNow(level: StockLevel): Promise<StockLevel>;
  /** Units that shops have likely sold by now without our having heard of it: by measured sales and measured lags. */
  soldUnheard(sku: Sku): Promise<number>;
  /** Keeps the order, or the newer snapshot of it. */
  captureOrder(order: Order): Promise<CapturedOrder>;
  /** Books every open change of the order in the stock ledger, each exactly once. */
  bookOrder(orderId: OrderId): Promise<BookedOrder>;
  /** Sets the counted units of a SKU at a location. @throws {Rejected} when there is no such SKU. */
  setStock(target: StockTarget): Promise<StockLevel>;
  /** The order as its shop shows it now, by the shop's own id or by the number that people call it; null: none. */
  findOrder(connectionId: ConnectionId, idOrNumber: string): Promise<Order | null>;
  /** The listings of a SKU, in one shop or in all. */
  findListings(wanted: {
    readonly sku: Sku;
    readonly connectionId: ConnectionId | null;
  }): Promise<readonly Listing[]>;
  /** Tells every listing of these SKUs what it shall show: the level less `buffer` units. */
  publish(levels: readonly StockLevel[], options: { readonly buffer: number }): Promise<void>;
  raiseAlert(alert: AlertRequest): Promise<void>;
  /**
   * Asks an API something, by one of the client's connections. It changes nothing there, and is asked again at a retry.
   * @throws {Rejected} when the connection is gone, can't be asked, or is not let in; {Retryable} when no answer came.
   */
  read(request: ReadRequest & { readonly connectionId: ConnectionId }): Promise<ReadAnswer>;
  /** Other times, other messages, other flows. */
  readonly later: LaterEffects;
  /** Has something done outside, once for each key: kept on disk, and sent from there (at least once; see the outbox). */
  send(message: OutboxMessage): Promise<void>;
}

export interface NodeContext extends Here {
  readonly effects: Effects;
  /** The moment of this step. Nodes look at no other clock. */
  readonly now: Date;
  /** The same for the same event, node and item, however often the flow is retried. */
  readonly key: string;
  /** Aborted when the execution is given up. */
  readonly signal: AbortSignal;
  /** A line in the log and in the execution's trace. Never put a secret or a customer's data into it. */
  log(text: string, facts?: Readonly<Record<string, string | number | boolean>>): void;
}
