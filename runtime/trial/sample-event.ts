/**
 * An event with all that a flow may look at for it: the order, the stock that it meets, where things are listed. It needs
 * no database, so that a flow test means the same today and in a year.
 */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { type IncomingEvent, NO_FLOWS } from '../events/event.ts';
import { ConnectionId } from '../ids.ts';
import { Kit } from '../kits/kit.ts';
import { Listing } from '../listings/listing.ts';
import { Order } from '../orders/order.ts';
import { StockChanged } from '../stock/stock-changed.ts';
import { StockLevel } from '../stock/stock-level.ts';

const PARTS_MAX = 2_000;

/** Dates as text too: it lies in a flow as JSON. */
const SampleOrder = Order.extend({
  placedAt: z.coerce.date(),
  takenAt: z.coerce.date().exactOptional(),
  updatedAt: z.coerce.date(),
});

const common = {
  source: ConnectionId.or(z.literal('syncflow')),
  receivedAt: z.coerce.date(),
  world: z.object({
    levels: z.array(StockLevel).max(PARTS_MAX),
    listings: z.array(Listing).max(PARTS_MAX),
    kits: z.array(Kit).max(PARTS_MAX),
    /** Others than that of the event, which the flow may look up. */
    orders: z.array(SampleOrder).max(PARTS_MAX),
    /** What people call the connections. */
    names: z.record(z.string(), z.string()),
  }),
};

export const SampleEvent = z.discriminatedUnion('topic', [
  z.object({
    topic: z.literal('order.changed'),
    order: SampleOrder,
    moments: z.array(z.enum(['created', 'changed', 'paid', 'cancelled', 'refunded'])),
    ...common,
  }),
  z.object({ topic: z.literal('listing.changed'), listings: z.array(Listing).max(PARTS_MAX), ...common }),
  z.object({ topic: z.literal('stock.changed'), stock: StockChanged, ...common }),
]);
export type SampleEvent = z.infer<typeof SampleEvent>;
export type SampleWorld = SampleEvent['world'];

/** The sample as an event that a trigger takes; what it holds is read by `FixedWorld`. */
export function eventOfSample({ topic, source, receivedAt }: SampleEvent): IncomingEvent {
  return {
    id: `sample-${randomUUID()}`,
    source,
    topic,
    body: Buffer.alloc(0),
    receivedAt,
    failures: 0,
    flows: NO_FLOWS,
  };
}
