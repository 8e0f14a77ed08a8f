/** A shop in memory for the tests of the pusher: it sells, it fails, and it lets things happen between any two calls. */
import { Retryable } from '../errors.ts';
import type { ChannelClient, QuantityChange, QuantityOutcome, RemoteListing } from './channel.ts';

export class ScriptedShop implements ChannelClient {
  readonly counts = new Map<string, number>();
  readonly calls: string[] = [];
  /** Called before a write is done: a sale at the worst moment. */
  beforeWrite: () => void = () => {};
  /** Writes, but the answer is lost. */
  loseAnswer = false;
  readonly #compares: boolean;
  readonly #answers = new Map<string, Map<string, QuantityOutcome>>();

  constructor(compares: boolean) {
    this.#compares = compares;
  }

  sell(externalId: string, units: number): void {
    this.counts.set(externalId, (this.counts.get(externalId) ?? 0) - units);
  }

  async *listings(): AsyncGenerator<RemoteListing[]> {
    yield [...this.counts].map(([externalId, quantity]) => ({
      externalId,
      ref: { id: externalId },
      sku: externalId === '-' ? null : `SKU-${externalId}`,
      title: `Product ${externalId}`,
      tracked: true,
      quantity,
    }));
  }

  async readQuantities(
    listings: readonly { readonly externalId: string }[],
  ): Promise<Map<string, number | null>> {
    this.calls.push('read');
    return new Map(listings.map(({ externalId }) => [externalId, this.counts.get(externalId) ?? null]));
  }

  async setQuantities(
    changes: readonly QuantityChange[],
    key: string,
  ): Promise<Map<string, QuantityOutcome>> {
    this.calls.push(`set ${changes.map(({ externalId, to }) => `${externalId}=${to}`).join(' ')}`);
    const known = this.#answers.get(key);
    if (known && this.#compares) return known;
    this.beforeWrite();
    const outcomes = new Map(changes.map((change) => [change.externalId, this.#set(change)]));
    this.#answers.set(key, outcomes);
    if (this.loseAnswer) {
      this.loseAnswer = false;
      throw new Retryable('the connection was cut');
    }
    return outcomes;
  }

  async subscribe(): Promise<void> {}

  #set({ externalId, from, to }: QuantityChange): QuantityOutcome {
    if (externalId === 'gone') return { kind: 'refused', reason: 'no such product', fix: 'Make it again.' };
    if (this.#compares && this.counts.get(externalId) !== from) return { kind: 'stale' };
    this.counts.set(externalId, to);
    return { kind: 'set' };
  }
}
