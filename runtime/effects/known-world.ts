/** What a simulation may look at: reading alone, so that nothing which it does can reach the world. */
import type { IncomingEvent } from '../events/event.ts';
import type { ConnectionId, Sku } from '../ids.ts';
import type { KitBook } from '../kits/with-kits.ts';
import type { Listing } from '../listings/listing.ts';
import type { Order } from '../orders/order.ts';
import type { OrderMoment } from '../orders/order-moments.ts';
import type { StockChanged } from '../stock/stock-changed.ts';
import type { StockLevel } from '../stock/stock-level.ts';

export interface KnownWorld {
  /** Levels as they were before the events that are tried; SKUs without stock are left out. */
  levels(skus: readonly Sku[]): Promise<ReadonlyMap<Sku, StockLevel>>;
  readonly kits: KitBook;
  listings(sku: Sku, connectionId: ConnectionId | null): Promise<readonly Listing[]>;
  readOrder(event: IncomingEvent): Promise<Order | { readonly skipped: string }>;
  /** What the event was told when it really came; null: it never came, or nobody knows any more. */
  momentsOf(event: IncomingEvent): readonly OrderMoment[] | null;
  readListingsChanged(event: IncomingEvent): Promise<readonly Listing[]>;
  readStockChanged(event: IncomingEvent): StockChanged;
  /** As SyncFlow keeps it: the shop is not asked. */
  findOrder(connectionId: ConnectionId, idOrNumber: string): Promise<Order | null>;
  /** What people call the connection. */
  nameOf(connectionId: ConnectionId): string;
  /** What a listing of the SKU shows on a channel, by the rules of sharing. */
  shows(wish: {
    readonly level: StockLevel;
    readonly connectionId: ConnectionId;
    readonly flowBuffer: number;
    readonly shownByAnother: boolean;
  }): number;
}
