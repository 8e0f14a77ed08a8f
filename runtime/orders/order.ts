/**
 * The one unified order: what every channel's order looks like inside SyncFlow. Channels map their own
 * payloads to it; nothing behind this type knows a channel's field names.
 */
import { z } from 'zod';
import { ConnectionId, LocationId, OrderId, Sku } from '../ids.ts';
import { Money } from '../money.ts';

export const OrderLine = z.object({
  /** The channel's own id of the line, unique in its order. */
  lineId: z.string().min(1).max(64),
  /** The SKU that the channel names; null when it has none (a custom line, a deleted product). */
  sku: Sku.nullable(),
  title: z.string().max(1000),
  /** Units ordered, before anything was cancelled or returned. */
  quantity: z.int().min(0),
  /**
   * Units of this line that the channel has taken out of its own stock count and not put back, as of this
   * snapshot. New order of 3: 3. One of them refunded with restock: 2. Refunded without restock: 3 still.
   * Not yet paid, where the channel waits for payment: 0. The ledger follows this number.
   */
  taken: z.int().min(0),
  unitPrice: Money,
  /**
   * Where the channel took the units from its own count, of a channel that is kept in step at several locations. Noted when
   * the order is first seen, and stays: should the channel move them later, its counts tell.
   */
  shelf: LocationId.exactOptional(),
  /** The listing that was sold, by its externalId, where the channel tells: SKUs that were matched otherwise are found by it. */
  listing: z.string().min(1).max(128).optional(),
  /** What was sold, where the channel's orders do not tell the listing: as the listing's `ref.variantId` has it. */
  variant: z.string().min(1).max(128).exactOptional(),
  /**
   * Units that the channel had taken before its stock was first counted: they are missing in that count already, and
   * are not booked again. Noted when the order is first seen; what comes back of them later is booked.
   */
  takenBefore: z.int().min(1).optional(),
});
export type OrderLine = z.infer<typeof OrderLine>;

export const OrderStatus = z.enum(['pending', 'open', 'fulfilled', 'cancelled', 'refunded']);
export type OrderStatus = z.infer<typeof OrderStatus>;

/** A snapshot of one order as a channel showed it at `updatedAt`. */
export const Order = z.object({
  connectionId: ConnectionId,
  /** Channel type: `shopify`, `woocommerce`, … */
  channel: z.string().min(1).max(32),
  /** The channel's own id of the order, as text. */
  externalId: z.string().min(1).max(100),
  /** What people call it: `#1001`. */
  number: z.string().max(64),
  status: OrderStatus,
  /** When the customer bought, by the channel's clock. */
  placedAt: z.date(),
  /**
   * When the channel took the units, by its clock, where that can have been later than the order was placed: it waits for
   * payment. In doubt the later moment. It decides whether the first count had them already, and is not kept.
   */
  takenAt: z.date().exactOptional(),
  /** The channel's stamp of this snapshot: an older snapshot never overwrites a newer one. */
  updatedAt: z.date(),
  /** Whether all of its money has come in; absent: the channel does not tell. */
  paid: z.boolean().exactOptional(),
  /** How often money went back so far; absent: the channel does not tell. */
  refunds: z.int().min(0).exactOptional(),
  total: Money,
  lines: z.array(OrderLine).max(10_000),
});
export type Order = z.infer<typeof Order>;

/** An order that is kept in our database: everything an Order is, with its id. */
export const CapturedOrder = Order.extend({ orderId: OrderId });
export type CapturedOrder = z.infer<typeof CapturedOrder>;
