/** Sends what is due, a few at a time, and never a second time (class-wc-webhook.php, deliver and deliver_ping). */
import { createHash, createHmac } from 'node:crypto';
import { postWebhook } from '../../kit/post-webhook.ts';
import type { Ground } from './ground.ts';
import { phpJson } from './php-json.ts';
import type { Due, Webhook } from './state.ts';
import type { WebhookBook } from './webhook-book.ts';

const PARALLEL_MAX = 6;
const TIMEOUT_MS = 60_000;
const USER_AGENT = 'WooCommerce/11.0.1 Hookshot (WordPress/6.9.1)';

interface DeliveryFaults {
  readonly duplicateWebhooks?: boolean | undefined;
  readonly webhookDelayMs?: number | undefined;
}

export interface DeliveryOptions {
  /** Address of the shop, for the header that names the source. */
  readonly source: string;
  readonly faults: () => DeliveryFaults;
  /** The REST body of a resource as it is now. */
  readonly bodyOf: (topic: string, id: number) => unknown;
}

export class Deliveries {
  readonly #ground: Ground;
  readonly #book: WebhookBook;
  readonly #options: DeliveryOptions;
  readonly #running = new Set<Promise<void>>();
  readonly #posts = new Set<AbortController>();
  #timer: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(ground: Ground, book: WebhookBook, options: DeliveryOptions) {
    this.#ground = ground;
    this.#book = book;
    this.#options = options;
  }

  /** Due or under way. */
  get waiting(): number {
    return this.#book.waiting + this.#running.size;
  }

  /** Looks for due deliveries once the present request is over, as WordPress does at shutdown. */
  wake(): void {
    if (this.#timer === null && !this.#closed) this.#wakeIn(0);
  }

  /** For a changed delay: looks again at once. */
  rouse(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.wake();
  }

  /** Cuts off what is under way: it is due again when the shop is opened with the same state. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer) clearTimeout(this.#timer);
    for (const post of this.#posts) post.abort();
    await Promise.all(this.#running);
  }

  /** The unsigned, form-encoded greeting of a new webhook. An answer of exactly 200 is noted as a change of it. */
  ping(webhook: Webhook): void {
    this.#track(this.#ping(webhook));
  }

  async #ping(webhook: Webhook): Promise<void> {
    const headers = {
      'user-agent': USER_AGENT,
      accept: '*/*',
      'content-type': 'application/x-www-form-urlencoded',
    };
    const status = await this.#post(webhook.deliveryUrl, headers, `webhook_id=${webhook.id}`);
    if (status !== 200 || this.#closed || this.#book.byId(webhook.id) !== webhook) return;
    this.#book.edit(webhook, {});
    this.#ground.flush();
  }

  #wakeIn(ms: number): void {
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#start();
    }, ms);
  }

  #start(): void {
    while (!this.#closed && this.#running.size < PARALLEL_MAX) {
      const next = this.#book.take(this.#options.faults().webhookDelayMs ?? 0);
      if (next === null) return;
      if ('waitMs' in next) {
        this.#wakeIn(Math.ceil(next.waitMs));
        return;
      }
      this.#track(this.#deliver(next));
    }
  }

  #track(delivery: Promise<void>): void {
    this.#running.add(delivery);
    void delivery.finally(() => {
      this.#running.delete(delivery);
      this.wake();
    });
  }

  async #deliver(due: Due): Promise<void> {
    const webhook = this.#book.byId(due[0]);
    const success = webhook !== undefined && (await this.#send(webhook, due[1]));
    if (this.#closed && !success) return;
    this.#book.sent(due, success);
    this.#ground.flush();
  }

  /** Success is any status from 200 to 302. */
  async #send(webhook: Webhook, resourceId: number): Promise<boolean> {
    const body = phpJson(this.#options.bodyOf(webhook.topic, resourceId));
    const headers = this.#headers(webhook, body);
    if (this.#options.faults().duplicateWebhooks) await this.#post(webhook.deliveryUrl, headers, body);
    const status = await this.#post(webhook.deliveryUrl, headers, body);
    return status >= 200 && status <= 302;
  }

  #headers(webhook: Webhook, body: string): Record<string, string> {
    const [resource = '', event = ''] = webhook.topic.split('.');
    const second = Math.floor(Date.now() / 1000);
    return {
      'user-agent': USER_AGENT,
      accept: '*/*',
      'content-type': 'application/json',
      'x-wc-webhook-source': `${this.#options.source}/`,
      'x-wc-webhook-topic': webhook.topic,
      'x-wc-webhook-resource': resource,
      'x-wc-webhook-event': event,
      'x-wc-webhook-signature': createHmac('sha256', webhook.secret).update(body).digest('base64'),
      'x-wc-webhook-id': String(webhook.id),
      'x-wc-webhook-delivery-id': createHash('md5').update(`${webhook.id}${second}`).digest('hex'),
    };
  }

  /** @returns the status of the answer; 0: there was none. */
  async #post(url: string, headers: Record<string, string>, body: string): Promise<number> {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), TIMEOUT_MS);
    this.#posts.add(abort);
    try {
      return await postWebhook(url, { headers, body, signal: abort.signal });
    } catch {
      return 0;
    } finally {
      clearTimeout(timer);
      this.#posts.delete(abort);
    }
  }
}
