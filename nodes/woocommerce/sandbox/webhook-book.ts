/** The shop's webhooks and the deliveries that wait: WooCommerce's table and its Action Scheduler. */
import type { Ground, Topic } from './ground.ts';
import type { Due, Webhook } from './state.ts';

/** More consecutive failures than this switch a webhook off: by the code that is the seventh, the docs say five. */
const FAILURES_MAX = 5;

export class WebhookBook {
  readonly #ground: Ground;
  readonly #byId = new Map<number, Webhook>();
  readonly #due = new Map<string, { readonly due: Due; readonly madeMs: number }>();

  constructor(ground: Ground) {
    this.#ground = ground;
  }

  /** As the API lists them: newest second first, and within a second by id (recorded: 3, 4, 5, 1, 2). */
  get all(): Webhook[] {
    const second = (webhook: Webhook) => Math.floor(webhook.createdMs / 1000);
    return [...this.#byId.values()].sort((one, other) => second(other) - second(one) || one.id - other.id);
  }

  byId(id: number): Webhook | undefined {
    return this.#byId.get(id);
  }

  get waiting(): number {
    return this.#due.size;
  }

  add(fields: Pick<Webhook, 'name' | 'topic' | 'deliveryUrl' | 'secret'>): Webhook {
    const now = this.#ground.now();
    const id = this.#ground.next('webhook');
    const webhook: Webhook = {
      ...fields,
      id,
      createdMs: now,
      status: 'active',
      failures: 0,
      modifiedMs: null,
    };
    this.restore(webhook);
    this.#ground.keep({ webhook });
    return webhook;
  }

  restore(webhook: Webhook): void {
    this.#byId.set(webhook.id, webhook);
  }

  edit(webhook: Webhook, fields: Partial<Omit<Webhook, 'id' | 'createdMs'>>): void {
    Object.assign(webhook, fields, { modifiedMs: this.#ground.now() });
    this.#ground.keep({ webhook });
  }

  remove(webhook: Webhook): void {
    this.#byId.delete(webhook.id);
    this.#ground.keep({ webhookGone: webhook.id });
  }

  /**
   * Makes a delivery due for each active webhook of the topic. An equal one that still waits stands for both:
   * its body is built when it is sent.
   */
  queue(topic: Topic, resourceId: number): void {
    for (const webhook of this.#byId.values()) {
      if (webhook.status !== 'active' || webhook.topic !== topic) continue;
      const due: Due = [webhook.id, resourceId];
      if (this.restoreDue(due)) this.#ground.keep({ due });
    }
  }

  /** @returns false when an equal one waits already. */
  restoreDue(due: Due): boolean {
    const key = due.join(':');
    if (this.#due.has(key)) return false;
    this.#due.set(key, { due, madeMs: performance.now() });
    return true;
  }

  /** Takes the oldest delivery that was made at least `delayMs` ago, else tells how long to wait for it. */
  take(delayMs: number): Due | { readonly waitMs: number } | null {
    for (const [key, { due, madeMs }] of this.#due) {
      const waitMs = madeMs + delayMs - performance.now();
      if (waitMs > 0) return { waitMs };
      this.#due.delete(key);
      return due;
    }
    return null;
  }

  /** Books the end of a delivery. A failed one is never sent again. */
  sent(due: Due, success: boolean): void {
    // A delivery of the same order that became due meanwhile must stay in the journal.
    if (!this.#due.has(due.join(':'))) this.#ground.keep({ sent: due });
    const webhook = this.#byId.get(due[0]);
    if (!webhook) return;
    if (success) {
      if (webhook.failures > 0) this.edit(webhook, { failures: 0 });
    } else if (webhook.failures > FAILURES_MAX) this.edit(webhook, { status: 'disabled' });
    else this.edit(webhook, { failures: webhook.failures + 1 });
  }
}
