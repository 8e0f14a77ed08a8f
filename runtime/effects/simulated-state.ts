/** What has become of stock and orders in a simulation so far. Forks see what was before, and change nothing of it. */
import type { OrderId, Sku } from '../ids.ts';
import type { Order } from '../orders/order.ts';
import type { StockLevel } from '../stock/stock-level.ts';
import type { KnownWorld } from './known-world.ts';

export interface SimulatedOrder {
  readonly order: Order;
  /** By line and SKU: units that are booked out, and where; reserved ones are not paid yet. */
  readonly booked: ReadonlyMap<string, BookedUnits>;
}

export interface BookedUnits {
  readonly units: number;
  readonly location: string;
  readonly reserved: boolean;
}

export class SimulatedState {
  readonly #world: KnownWorld;
  readonly #parent: SimulatedState | null;
  readonly #levels = new Map<Sku, StockLevel>();
  readonly #orders = new Map<OrderId, SimulatedOrder>();
  readonly #alerts = new Map<string, Date>();
  readonly #memory = new Map<string, unknown>();

  constructor(world: KnownWorld, parent: SimulatedState | null = null) {
    this.#world = world;
    this.#parent = parent;
  }

  /** A state of its own that begins here. */
  fork(): SimulatedState {
    return new SimulatedState(this.#world, this);
  }

  async levels(skus: readonly Sku[]): Promise<Map<Sku, StockLevel>> {
    const known = skus.flatMap((sku) => this.#level(sku) ?? []);
    const found = new Map(known.map((level) => [level.sku, level]));
    const unknown = skus.filter((sku) => !found.has(sku));
    if (unknown.length > 0)
      for (const [sku, level] of await this.#world.levels(unknown)) found.set(sku, level);
    return found;
  }

  setLevel(level: StockLevel): void {
    this.#levels.set(level.sku, level);
  }

  order(id: OrderId): SimulatedOrder | null {
    return this.#orders.get(id) ?? this.#parent?.order(id) ?? null;
  }

  setOrder(id: OrderId, order: SimulatedOrder): void {
    this.#orders.set(id, order);
  }

  /** When an alert with this title was last told. */
  toldAt(title: string): Date | null {
    return this.#alerts.get(title) ?? this.#parent?.toldAt(title) ?? null;
  }

  told(title: string, at: Date): void {
    this.#alerts.set(title, at);
  }

  /** What a node has laid down under this name. */
  recall(name: string): unknown {
    return this.#memory.has(name) ? this.#memory.get(name) : this.#parent?.recall(name);
  }

  remember(name: string, what: unknown): void {
    this.#memory.set(name, what);
  }

  /** Takes over all that a fork of it has changed. */
  take(fork: SimulatedState): void {
    for (const [sku, level] of fork.#levels) this.#levels.set(sku, level);
    for (const [id, order] of fork.#orders) this.#orders.set(id, order);
    for (const [title, at] of fork.#alerts) this.#alerts.set(title, at);
    for (const [name, what] of fork.#memory) this.#memory.set(name, what);
  }

  #level(sku: Sku): StockLevel | null {
    return this.#levels.get(sku) ?? (this.#parent ? this.#parent.#level(sku) : null);
  }
}
