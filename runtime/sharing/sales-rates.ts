/** How fast each channel sells each product, measured from the ledger's own counts as they go by. In memory only. */
import type { ConnectionId, Sku } from '../ids.ts';
import { takenByConnection } from '../stock/taken.ts';

/** A rate forgets half of what it saw in this time: fast enough for a launch, slow enough for a shop at night. */
const HALF_LIFE_MS = 5 * 60_000;
const DECAY_PER_MS = Math.LN2 / HALF_LIFE_MS;
const SKUS_MAX = 50_000;

interface Rate {
  readonly taken: number;
  /** Units a millisecond, as of `atMs`. */
  readonly perMs: number;
  readonly atMs: number;
}

export class SalesRates {
  readonly #rates = new Map<Sku, Map<string, Rate>>();

  /** @param taken units that each connection has taken since the SKU exists, by the newest level. */
  saw(sku: Sku, taken: Readonly<Record<string, number>>, nowMs: number): void {
    if (this.#rates.size >= SKUS_MAX && !this.#rates.has(sku)) this.#rates.clear();
    const known = this.#rates.get(sku);
    const rates = known ?? new Map<string, Rate>();
    for (const [connectionId, units] of takenByConnection(taken)) {
      const before = rates.get(connectionId);
      // What was sold before the first sight of a SKU has no known time; of a new channel it has.
      const sold = before ? units - before.taken : known ? units : 0;
      if (before && sold === 0) continue;
      const perMs = before ? faded(before, nowMs) : 0;
      rates.set(connectionId, { taken: units, perMs: perMs + Math.max(0, sold) * DECAY_PER_MS, atMs: nowMs });
    }
    this.#rates.set(sku, rates);
  }

  /** Units a second that all connections but this one sell of the product. */
  elsewherePerSecond(sku: Sku, connectionId: ConnectionId, nowMs: number): number {
    let perMs = 0;
    for (const [id, rate] of this.#rates.get(sku) ?? []) if (id !== connectionId) perMs += faded(rate, nowMs);
    return perMs * 1_000;
  }

  /** Each connection that sold some, with its units a second. */
  all(sku: Sku, nowMs: number): [ConnectionId, number][] {
    return [...(this.#rates.get(sku) ?? [])].map(([id, rate]) => [
      id as ConnectionId,
      faded(rate, nowMs) * 1_000,
    ]);
  }

  /** Units a second that this connection sells of the product. */
  perSecond(sku: Sku, connectionId: ConnectionId, nowMs: number): number {
    const rate = this.#rates.get(sku)?.get(connectionId);
    return rate ? faded(rate, nowMs) * 1_000 : 0;
  }
}

function faded({ perMs, atMs }: Rate, nowMs: number): number {
  return perMs * Math.exp(-Math.max(0, nowMs - atMs) * DECAY_PER_MS);
}
