/** The world of a sample event: what stands in it, and nothing else. Channels show what is available less what the flow keeps back. */
import type { KnownWorld } from '../effects/known-world.ts';
import { KitBook } from '../kits/with-kits.ts';
import { readStockChanged } from '../stock/stock-changed.ts';
import type { SampleEvent } from './sample-event.ts';

export function fixedWorld(sample: SampleEvent): KnownWorld {
  const { levels, listings, kits, orders, names } = sample.world;
  const bySku = new Map(levels.map((level) => [level.sku, level]));
  return {
    levels: async (skus) =>
      new Map(
        skus.flatMap((sku) => {
          const level = bySku.get(sku);
          return level ? [[sku, level] as const] : [];
        }),
      ),
    kits: new KitBook(kits),
    listings: async (sku, connectionId) =>
      listings.filter((one) => one.sku === sku && (!connectionId || one.connectionId === connectionId)),
    readOrder: async () =>
      sample.topic === 'order.changed' ? sample.order : { skipped: 'the sample is no order' },
    momentsOf: () => (sample.topic === 'order.changed' ? sample.moments : null),
    readListingsChanged: async () => (sample.topic === 'listing.changed' ? sample.listings : []),
    // What the flow itself changed comes with its levels, and the sample without.
    readStockChanged: ({ body }) =>
      sample.topic === 'stock.changed' && body.length === 0 ? sample.stock : readStockChanged(body),
    findOrder: async (connectionId, idOrNumber) =>
      orders.find(
        (one) => one.connectionId === connectionId && [one.externalId, one.number].includes(idOrNumber),
      ) ?? null,
    nameOf: (connectionId) => names[connectionId] ?? connectionId,
    shows: ({ level, flowBuffer, shownByAnother }) =>
      shownByAnother ? 0 : Math.max(0, level.available - flowBuffer),
  };
}
