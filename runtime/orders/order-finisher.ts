/** Keeps a client's orders from staying unfinished: looks every few seconds. */
import type { Db } from 'mongodb';
import { Activity } from '../activity.ts';
import type { ClientId, OrderId } from '../ids.ts';
import { finishOrders } from './finish-orders.ts';
import type { OrderBooking } from './order-booking.ts';

export interface OrderFinisherOptions {
  readonly db: Db;
  readonly clientId: ClientId;
  readonly booking: OrderBooking;
  /** Orders were brought to an end, and the inbox has something new. */
  readonly finished: () => void;
  readonly failed: (orderId: OrderId | null, error: unknown) => void;
  readonly everyMs?: number;
  /** Of the client; without it, of this finisher alone. */
  readonly activity?: Activity;
}

const EVERY_MS = 5_000;

export class OrderFinisher {
  readonly #options: OrderFinisherOptions;
  readonly #activity: Activity;
  #wokenAtMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(options: OrderFinisherOptions) {
    this.#options = options;
    this.#activity = options.activity ?? new Activity();
  }

  start(): void {
    const everyMs = this.#options.everyMs ?? EVERY_MS;
    this.#timer = setInterval(() => {
      if (this.#activity.isDue(this.#wokenAtMs, everyMs)) this.wake();
    }, everyMs);
    this.wake();
  }

  /** There may be something to finish. */
  wake(): void {
    this.#wokenAtMs = Date.now();
    this.#running = this.#running.then(() => this.#finish());
  }

  /** Ends after the orders that are being finished. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  async #finish(): Promise<void> {
    const { finished, failed } = this.#options;
    try {
      if ((await finishOrders(this.#options, failed)) > 0) finished();
    } catch (error) {
      // The database is away: the next turn finds the same.
      failed(null, error);
    }
  }
}
