/** A world that remembers what was looked at for an event, so that the event can be kept as a test. */
import type { KnownWorld } from '../effects/known-world.ts';
import type { IncomingEvent } from '../events/event.ts';
import type { ConnectionId, Sku } from '../ids.ts';
import type { Listing } from '../listings/listing.ts';
import type { Order } from '../orders/order.ts';
import type { OrderMoment } from '../orders/order-moments.ts';
import type { StockChanged } from '../stock/stock-changed.ts';
import type { StockLevel } from '../stock/stock-level.ts';
import type { SampleEvent, SampleWorld } from './sample-event.ts';

export class RememberingWorld implements KnownWorld {
  readonly #world: KnownWorld;
  readonly #levels = new Map<Sku, StockLevel>();
  readonly #listings = new Map<string, Listing>();
  readonly #orders = new Map<string, Order>();
  readonly #names: Record<string, string> = {};
  #order: Order | null = null;
  #moments: readonly OrderMoment[] | null = null;
  #changed: readonly Listing[] | null = null;
  #stock: StockChanged | null = null;

  constructor(world: KnownWorld) {
    this.#world = world;
  }

  get kits(): KnownWorld['kits'] {
    return this.#world.kits;
  }

  async levels(skus: readonly Sku[]): Promise<ReadonlyMap<Sku, StockLevel>> {
    const found = await this.#world.levels(skus);
    for (const [sku, level] of found) this.#levels.set(sku, level);
    return found;
  }

  async listings(sku: Sku, connectionId: ConnectionId | null): Promise<readonly Listing[]> {
    const found = await this.#world.listings(sku, connectionId);
    for (const one of found) this.#listings.set(`${one.connectionId}/${one.externalId}`, one);
    return found;
  }

  async readOrder(event: IncomingEvent): Promise<Order | { readonly skipped: string }> {
    const reading = await this.#world.readOrder(event);
    if (!('skipped' in reading)) this.#order = reading;
    return reading;
  }

  momentsOf(event: IncomingEvent): readonly OrderMoment[] | null {
    this.#moments = this.#world.momentsOf(event);
    return this.#moments;
  }

  async readListingsChanged(event: IncomingEvent): Promise<readonly Listing[]> {
    this.#changed = await this.#world.readListingsChanged(event);
    return this.#changed;
  }

  readStockChanged(event: IncomingEvent): StockChanged {
    const changed = this.#world.readStockChanged(event);
    this.#stock ??= changed;
    return changed;
  }

  async findOrder(connectionId: ConnectionId, idOrNumber: string): Promise<Order | null> {
    const found = await this.#world.findOrder(connectionId, idOrNumber);
    if (found) this.#orders.set(found.externalId, found);
    return found;
  }

  nameOf(connectionId: ConnectionId): string {
    const name = this.#world.nameOf(connectionId);
    this.#names[connectionId] = name;
    return name;
  }

  shows(wish: Parameters<KnownWorld['shows']>[0]): number {
    return this.#world.shows(wish);
  }

  /** The event with all that was looked at; null: nothing of it was read, so no trigger of the flow wants it. */
  sampleOf({ topic, source, receivedAt }: IncomingEvent): SampleEvent | null {
    const levels = [...this.#levels.values()];
    const world: SampleWorld = {
      levels,
      listings: [...this.#listings.values()],
      kits: this.kits.touchedBy([...levels.map(({ sku }) => sku), ...this.#skusOfOrder()]),
      orders: [...this.#orders.values()],
      names: this.#names,
    };
    const common = { source: source as SampleEvent['source'], receivedAt, world };
    if (topic === 'order.changed' && this.#order) {
      const moments = [...(this.#moments ?? (['created'] as const))];
      return { topic, order: this.#order, moments, ...common };
    }
    if (topic === 'listing.changed' && this.#changed)
      return { topic, listings: [...this.#changed], ...common };
    if (topic === 'stock.changed' && this.#stock) return { topic, stock: this.#stock, ...common };
    return null;
  }

  #skusOfOrder(): Sku[] {
    return (this.#order?.lines ?? []).flatMap(({ sku }) => sku ?? []);
  }
}
