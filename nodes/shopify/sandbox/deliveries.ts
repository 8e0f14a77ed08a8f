/**
 * Sends webhooks as Shopify does: signed, up to 8 tries each, many at once and so in no certain order. What
 * waits stands in the database with no body: the body of the moment of the event is made anew for each try.
 */
import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { OrderRecord } from './order-record.ts';
import type { SubscriptionRecord } from './subscriptions.ts';

export interface Delivery {
  readonly seq: number;
  readonly webhookId: string;
  readonly eventId: string;
  readonly topic: string;
  readonly uri: string;
  readonly name: string | null;
  readonly includeFields: readonly string[];
  readonly orderSeq: number;
  /** How many refunds the order had at the event: its state then. */
  readonly refunds: number;
  readonly triggeredAtMs: number;
  /** Tries that failed. */
  readonly tries: number;
}

/** true: the receiver took it (2xx). */
export type Send = (delivery: Delivery, signal: AbortSignal) => Promise<boolean>;

export interface DeliveryOptions {
  /** Waits after the first, second, … failed try; one try more than waits, then it is given up. */
  readonly retryDelaysMs: readonly number[];
  readonly send: Send;
}

export interface Deliveries {
  /** To be called inside the transaction of the event. */
  add(
    topic: string,
    order: OrderRecord,
    to: SubscriptionRecord,
    how: { copies: number; delayMs: number; eventId: string },
  ): void;
  /** Sends what is due, and keeps at it. */
  start(): void;
  waiting(): number;
  close(): Promise<void>;
}

const PARALLEL_MAX = 16;
/** What Shopify gives a receiver for its whole answer. */
const ANSWER_TIMEOUT_MS = 5000;
const TIMER_MS_MAX = 60_000;

export function openDeliveries(database: DatabaseSync, options: DeliveryOptions): Deliveries {
  const insert = database.prepare(`INSERT INTO deliveries
    (webhookId, eventId, topic, uri, name, includeFields, orderSeq, refunds, triggeredAtMs, tries, dueAtMs)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?)`);
  // Under way is what has no due time.
  const take = database.prepare(`UPDATE deliveries SET dueAtMs = NULL WHERE seq =
    (SELECT seq FROM deliveries WHERE dueAtMs <= ? ORDER BY dueAtMs, seq LIMIT 1) RETURNING *`);
  const next = database.prepare('SELECT min(dueAtMs) AS dueAtMs FROM deliveries');
  const putBack = database.prepare('UPDATE deliveries SET tries = ?, dueAtMs = ? WHERE seq = ?');
  const remove = database.prepare('DELETE FROM deliveries WHERE seq = ?');
  database.exec('UPDATE deliveries SET dueAtMs = 0 WHERE dueAtMs IS NULL');
  let waiting = Number(database.prepare('SELECT count(*) AS count FROM deliveries').get()?.count);

  let closed = false;
  const underWay = new Map<Promise<void>, AbortController>();
  let timer: NodeJS.Timeout | undefined;

  const start = (): void => {
    clearTimeout(timer);
    while (!closed && underWay.size < PARALLEL_MAX) {
      const row = take.get(Date.now());
      if (!row) {
        wakeLater();
        return;
      }
      const abort = new AbortController();
      const work: Promise<void> = deliver(deliveryOf(row), abort).finally(() => {
        underWay.delete(work);
        start();
      });
      underWay.set(work, abort);
    }
  };
  const wakeLater = (): void => {
    const dueAtMs = next.get()?.dueAtMs;
    if (typeof dueAtMs !== 'number') return;
    timer = setTimeout(start, Math.min(Math.max(dueAtMs - Date.now(), 1), TIMER_MS_MAX));
  };
  const deliver = async (delivery: Delivery, abort: AbortController): Promise<void> => {
    const timeout = setTimeout(() => abort.abort(), ANSWER_TIMEOUT_MS);
    const taken = await options.send(delivery, abort.signal).catch(() => false);
    clearTimeout(timeout);
    if (closed) return;
    const delayMs = options.retryDelaysMs[delivery.tries];
    if (!taken && delayMs !== undefined) {
      putBack.run(delivery.tries + 1, Date.now() + delayMs, delivery.seq);
      return;
    }
    remove.run(delivery.seq);
    waiting--;
  };

  return {
    add: (topic, order, to, { copies, delayMs, eventId }) => {
      const webhookId = randomUUID();
      const now = Date.now();
      for (let copy = 0; copy < copies; copy++) {
        const fields = JSON.stringify(to.includeFields);
        const refunds = order.refunds.length;
        insert.run(
          webhookId,
          eventId,
          topic,
          to.uri,
          to.name,
          fields,
          order.seq,
          refunds,
          now,
          now + delayMs,
        );
        waiting++;
      }
    },
    start,
    waiting: () => waiting,
    close: async () => {
      closed = true;
      clearTimeout(timer);
      for (const abort of underWay.values()) abort.abort();
      await Promise.all(underWay.keys());
    },
  };
}

function deliveryOf(row: Record<string, unknown>): Delivery {
  return {
    seq: Number(row.seq),
    webhookId: String(row.webhookId),
    eventId: String(row.eventId),
    topic: String(row.topic),
    uri: String(row.uri),
    name: row.name === null ? null : String(row.name),
    includeFields: JSON.parse(String(row.includeFields)),
    orderSeq: Number(row.orderSeq),
    refunds: Number(row.refunds),
    triggeredAtMs: Number(row.triggeredAtMs),
    tries: Number(row.tries),
  };
}
