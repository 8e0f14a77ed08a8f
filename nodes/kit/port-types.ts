/** The port types that exist. New ones are added here and nowhere else, so that wires keep few colours. */
import { z } from 'zod';
import { Listing } from '#runtime/listings/listing.ts';
import { CapturedOrder, Order } from '#runtime/orders/order.ts';
import { ShortLine } from '#runtime/orders/short-line.ts';
import type { PortType } from '#runtime/pipelines/port-type.ts';
import { StockLevel } from '#runtime/stock/stock-level.ts';

/** Anything: for nodes that only look at single fields. */
export const AnyPort: PortType<Readonly<Record<string, unknown>>> = {
  name: 'Any',
  schema: z.record(z.string(), z.unknown()),
};

/** What the node takes, whatever that is: for nodes that pass on what they get. Its wires keep the type that comes in. */
export const SamePort: PortType<Readonly<Record<string, unknown>>> = {
  name: 'Same',
  schema: z.record(z.string(), z.unknown()),
};

/** An order as a channel showed it. */
export const OrderPort: PortType<Order> = { name: 'Order', schema: Order };

/** An order that is kept: fits wherever an order fits. */
export const CapturedOrderPort: PortType<CapturedOrder> = {
  name: 'CapturedOrder',
  schema: CapturedOrder,
  extends: OrderPort,
};

/** The level of one SKU after a change. */
export const StockLevelPort: PortType<StockLevel> = { name: 'StockLevel', schema: StockLevel };

/** A line of an order that met too little stock. */
export const ShortLinePort: PortType<ShortLine> = { name: 'ShortLine', schema: ShortLine };

/** A product of a shop, as it is kept here. */
export const ListingPort: PortType<Listing> = { name: 'Listing', schema: Listing };
