/** `GET /api/v1/trends`: the days of a week or a month, for the charts. */
import { z } from 'zod';
import { connectionsOf } from '#runtime/clients/connection-model.ts';
import { ClientCollection } from '#runtime/database/client-collection.ts';
import { quantileOf } from '#runtime/metrics/histogram.ts';
import { figuresOf, readHours } from '#runtime/metrics/read-figures.ts';
import type { OrderDocument } from '#runtime/orders/order-document.ts';
import type { ApiOptions } from './client-context.ts';
import { midnightsOf } from './days.ts';
import { clientRoute, type Route } from './route.ts';
import { TrendsView } from './views.ts';

const Query = z.object({
  zone: z.string().max(64).default('UTC'),
  days: z.enum(['7', '30']).default('7'),
});

export function trendRoutes({ database, channels }: ApiOptions): Route[] {
  return [
    clientRoute({
      method: 'get',
      path: '/trends',
      summary:
        'Orders of each channel, lag, changes and errors by the day; days begin at midnight of the zone',
      may: 'see',
      query: Query,
      answer: TrendsView,
      run: async ({ clientId, query }) => {
        const { db, models } = database;
        const connections = await connectionsOf(models, clientId);
        const shops = connections.filter(({ channel }) => channels.has(channel));
        const midnights = midnightsOf(new Date(), query.zone, Number(query.days));
        const [first = new Date(), ...others] = midnights;
        const ends = [...others, new Date()];
        const orders = new ClientCollection<OrderDocument>(db, 'orders', clientId);
        const subjects = [...connections.map(({ _id }) => _id), 'syncflow'];
        const hours = await readHours(db, clientId, subjects, { since: first, until: new Date() });
        const days = await Promise.all(
          midnights.map(async (since, index) => {
            const until = ends[index] ?? since;
            const figures = figuresOf(hours.filter(({ at }) => at >= since && at < until));
            const counts = await Promise.all(
              shops.map(({ _id }) =>
                orders.count({ connectionId: _id, receivedAt: { $gte: since, $lt: until } }),
              ),
            );
            return {
              at: since.toISOString(),
              orders: counts,
              changesSynced: figures.count('pushed'),
              lagP95: quantileOf(figures.times('lag'), 0.95),
              errors: figures.count('events-retry') + figures.count('events-dead'),
            };
          }),
        );
        return { shops: shops.map(({ _id, name }) => ({ id: _id, name })), days };
      },
    }),
  ];
}
