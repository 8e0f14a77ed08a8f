/** `/api/v1/policy` and `/api/v1/policy/skus`: what becomes of sales that met too little stock when nobody is asked. */
import { Router } from 'express';
import { z } from 'zod';
import { connectionsOf } from '#runtime/clients/connection-model.ts';
import { ClientCollection } from '#runtime/database/client-collection.ts';
import { type ClientId, MAIN_LOCATION, Sku } from '#runtime/ids.ts';
import {
  ClientPolicy,
  policiesOf,
  readClientPolicy,
  removeSkuPolicy,
  SkuPolicy,
  saveClientPolicy,
  saveSkuPolicy,
} from '#runtime/orders/policy/policy-store.ts';
import type { StockDocument } from '#runtime/stock/stock-document.ts';
import { Problem } from '../problem.ts';
import { type ApiOptions, clientOf, personOf } from './client-context.ts';
import { channelCancels } from './conflict-rows.ts';
import { decidedBy } from './conflict-words.ts';
import { ListQuery, pageOf, readCursor, readQuery } from './paging.ts';
import type { ClientPolicyView, SkuPolicyRow } from './views.ts';

const Position = z.object({ sku: Sku });
const OneSku = z.object({ sku: Sku });

export function policyRoutes(options: ApiOptions): Router {
  const { database, changed } = options;
  const { db } = database;
  const router = Router();

  router.get('/policy', async (_request, response) => {
    response.json(await viewOf(clientOf(response)));
  });

  router.put('/policy', async (request, response) => {
    const clientId = clientOf(response);
    const policy = readQuery(ClientPolicy, request.body);
    const known = await locationsOf(clientId);
    const unknown = policy.locationOrder.find((location) => !known.includes(location));
    if (unknown !== undefined) {
      throw new Problem(
        400,
        'Unknown location',
        `None of your stock lies at "${unknown}". Nothing was changed.`,
      );
    }
    await saveClientPolicy(db, clientId, policy, personOf(response));
    changed(clientId, ['conflicts']);
    response.json(await viewOf(clientId));
  });

  router.get('/policy/skus', async (request, response) => {
    const clientId = clientOf(response);
    const query = readQuery(ListQuery, request.query);
    const after = readCursor(Position, query.cursor);
    const found = await policiesOf(db, clientId)
      .find({ sku: after ? { $gt: after.sku } : { $type: 'string' } })
      .sort({ sku: 1 })
      .limit(query.limit + 1)
      .toArray();
    const titles = await titlesOf(
      clientId,
      found.flatMap(({ sku }) => (sku === null ? [] : [sku])),
    );
    response.json(
      pageOf(
        found,
        query.limit,
        ({ sku, policy, changedAt, changedBy }): SkuPolicyRow => ({
          sku: sku ?? '',
          title: titles.get(sku) ?? '',
          policy,
          changedAt: changedAt.toISOString(),
          changedBy: decidedBy(changedBy),
        }),
        ({ sku }) => ({ sku }),
      ),
    );
  });

  router.put('/policy/skus', async (request, response) => {
    const clientId = clientOf(response);
    const exception = readQuery(SkuPolicy, request.body);
    if (!(await titlesOf(clientId, [exception.sku])).has(exception.sku)) {
      throw new Problem(404, 'Unknown SKU', `The ledger holds no "${exception.sku}". Nothing was changed.`);
    }
    await saveSkuPolicy(db, clientId, exception, personOf(response));
    changed(clientId, ['conflicts']);
    response.json(exception);
  });

  router.delete('/policy/skus', async (request, response) => {
    const clientId = clientOf(response);
    const { sku } = readQuery(OneSku, request.query);
    if (!(await removeSkuPolicy(db, clientId, sku))) {
      throw new Problem(404, 'No such exception', `"${sku}" has no exception. Nothing was changed.`);
    }
    changed(clientId, ['conflicts']);
    response.status(204).end();
  });

  async function viewOf(clientId: ClientId): Promise<ClientPolicyView> {
    const [policy, locations, connections, cancels] = await Promise.all([
      readClientPolicy(db, clientId),
      locationsOf(clientId),
      connectionsOf(database.models, clientId),
      channelCancels(options, clientId),
    ]);
    const channels = connections
      .filter(({ channel }) => options.channels.has(channel))
      .map(({ _id, name }) => {
        const { orders, lines } = cancels(_id);
        return { name, cancelsOrders: orders, refundsLines: lines };
      });
    return { ...policy, locations, channels };
  }

  /** Every location that any SKU of the client knows; `main` when there is no stock yet. */
  async function locationsOf(clientId: ClientId): Promise<string[]> {
    const stock = new ClientCollection<StockDocument>(db, 'stock', clientId);
    const found = await stock.aggregate<{ _id: string }>([
      { $project: { at: { $objectToArray: '$locations' } } },
      { $unwind: '$at' },
      { $group: { _id: '$at.k' } },
      { $sort: { _id: 1 } },
    ]);
    const locations = found.map(({ _id }) => _id);
    return locations.length > 0 ? locations : [MAIN_LOCATION];
  }

  async function titlesOf(clientId: ClientId, skus: readonly Sku[]): Promise<Map<Sku | null, string>> {
    const stock = new ClientCollection<StockDocument>(db, 'stock', clientId);
    const found = await stock
      .find({ sku: { $in: [...skus] } }, { projection: { sku: 1, title: 1 } })
      .toArray();
    return new Map(found.map(({ sku, title }) => [sku, title]));
  }

  return router;
}
