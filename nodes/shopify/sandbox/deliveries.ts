/**
 * Sends webhooks as Shopify does: signed, up to 8 tries each, many at once and so in no certain order. What waits
 * stands in the database; orders with no body: the body of the moment of the event is made anew for each try.
 */
import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { SubscriptionRecord } from './subscriptions.ts';

/** What a webhook tells: an order as it stood after so many steps, or a body that is made already. */
export type Subject =
  | { readonly orderSeq: number; readonly steps: number }
  | { readonly body: Readonly<Record<string, unknown>> };

export interface Delivery {
  readonly seq: number;
  readonly webhookId: string;
  readonly eventId: string;
  /** As the header has it: `orders/create`. */
  readonly topic: string;
  readonly subscription: number;
  readonly uri: string;
  readonly name: string | null;
  readonly includeFields: readonly string[];
  readonly subject: Subject;
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
  /** Told how a delivery to a subscription ended at last. */
  readonly ended: (subscription: number, taken: boolean) => void;
}

export interface Deliveries {
  /** To be called inside the transaction of the event. */
  add(
    topic: string,
    subject: Subject,
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
  const insert = database.prepare(`INSERT INTO deliveries (webhookId, eventId, topic, subscription, uri, name,
    includeFields, orderSeq, steps, body, triggeredAtMs, tries, dueAtMs) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?)`);
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
    options.ended(delivery.subscription, taken);
  };

  return {
    add: (topic, subject, to, { copies, delayMs, eventId }) => {
      const webhookId = randomUUID();
      const fields = JSON.stringify(to.includeFields);
      const [orderSeq, steps] = 'orderSeq' in subject ? [subject.orderSeq, subject.steps] : [null, null];
      const body = 'body' in subject ? JSON.stringify(subject.body) : null;
      const now = Date.now();
      const head = [webhookId, eventId, topic, to.seq, to.uri, to.name, fields] as const;
      for (let copy = 0; copy < copies; copy++) {
        insert.run(...head, orderSeq, steps, body, now, now + delayMs);
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
  const subject =
    row.body === null
      ? { orderSeq: Number(row.orderSeq), steps: Number(row.steps) }
      : { body: JSON.parse(String(row.body)) };
  return {
    seq: Number(row.seq),
    webhookId: String(row.webhookId),
    eventId: String(row.eventId),
    topic: String(row.topic),
    subscription: Number(row.subscription),
    uri: String(row.uri),
    name: row.name === null ? null : String(row.name),
    includeFields: JSON.parse(String(row.includeFields)),
    subject,
    triggeredAtMs: Number(row.triggeredAtMs),
    tries: Number(row.tries),
  };
}
