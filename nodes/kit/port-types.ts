/** The port types that exist. New ones are added here and nowhere else, so that wires keep few colours. */
import { z } from 'zod';
import { ConnectionId, OrderId, Sku } from '#runtime/ids.ts';
import { Listing } from '#runtime/listings/listing.ts';
import { CapturedOrder, Order } from '#runtime/orders/order.ts';
import { ShortLine } from '#runtime/orders/short-line.ts';
import type { PortType } from '#runtime/pipelines/port-type.ts';
import { StockLevel } from '#runtime/stock/stock-level.ts';

const connectionId = ConnectionId.parse('shop-1');
const sku = Sku.parse('TEA-001');
const order: Order = {
  connectionId,
  channel: 'shopify',
  externalId: '5678901234',
  number: '#1001',
  status: 'open',
  placedAt: new Date('2026-11-27T09:12:00Z'),
  updatedAt: new Date('2026-11-27T09:12:03Z'),
  paid: true,
  total: { amount: 2_480, currency: 'EUR' },
  lines: [
    {
      lineId: '1',
      sku,
      title: 'Green tea',
      quantity: 2,
      taken: 2,
      unitPrice: { amount: 990, currency: 'EUR' },
    },
    {
      lineId: '2',
      sku: null,
      title: 'Gift wrap',
      quantity: 1,
      taken: 1,
      unitPrice: { amount: 500, currency: 'EUR' },
    },
  ],
};
const orderId = OrderId.parse('shop-1:order:5678901234');

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
export const OrderPort: PortType<Order> = { name: 'Order', schema: Order, example: order };

/** An order that is kept: fits wherever an order fits. */
export const CapturedOrderPort: PortType<CapturedOrder> = {
  name: 'CapturedOrder',
  schema: CapturedOrder,
  example: { ...order, orderId },
  extends: OrderPort,
};

/** The level of one SKU after a change. */
export const StockLevelPort: PortType<StockLevel> = {
  name: 'StockLevel',
  schema: StockLevel,
  example: {
    sku,
    title: 'Green tea',
    onHand: 7,
    reserved: 2,
    available: 5,
    backordered: 0,
    byLocation: { main: { onHand: 7, reserved: 2, available: 5 } },
    version: 12,
    taken: {},
  },
};

/** A line of an order that met too little stock. */
export const ShortLinePort: PortType<ShortLine> = {
  name: 'ShortLine',
  schema: ShortLine,
  example: { orderId, orderNumber: '#1001', lineId: '1', sku, title: 'Green tea', wanted: 2, available: 1 },
};

/** A product of a shop, as it is kept here. */
export const ListingPort: PortType<Listing> = {
  name: 'Listing',
  schema: Listing,
  example: {
    connectionId,
    externalId: '44556677',
    title: 'Green tea',
    sku,
    ownSku: 'TEA-001',
    barcode: '4006381333931',
    tracked: true,
    quantity: 5,
    oversell: false,
  },
};
