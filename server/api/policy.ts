/** `/api/v1/policy` and `/api/v1/policy/skus`: what becomes of sales that met too little stock when nobody is asked. */
import { z } from 'zod';
import { connectionsOf } from '#runtime/clients/connection-model.ts';
import { ClientCollection } from '#runtime/database/client-collection.ts';
import { type ClientId, Sku } from '#runtime/ids.ts';
import {
  ClientPolicy,
  policiesOf,
  readClientPolicy,
  removeSkuPolicy,
  SkuPolicy,
  saveClientPolicy,
  saveSkuPolicy,
} from '#runtime/orders/policy/policy-store.ts';
import { locationsOf } from '#runtime/stock/locations.ts';
import type { StockDocument } from '#runtime/stock/stock-document.ts';
import { Problem } from '../problem.ts';
import type { ApiOptions } from './client-context.ts';
import { channelCancels } from './conflict-rows.ts';
import { decidedBy } from './conflict-words.ts';
import { ListQuery, pageOf, readCursor } from './paging.ts';
import { clientRoute, type Route } from './route.ts';
import { ClientPolicyView, pageOfRows, SkuPolicyRow } from './views.ts';

const Position = z.object({ sku: Sku });
const OneSku = z.object({ sku: Sku });

export function policyRoutes(options: ApiOptions): Route[] {
  const { database, changed } = options;
  const { db } = database;

  const read = clientRoute({
    method: 'get',
    path: '/policy',
    summary: 'What becomes of sales that met too little stock',
    may: 'see',
    answer: ClientPolicyView,
    run: async ({ clientId }) => await viewOf(clientId),
  });

  const change = clientRoute({
    method: 'put',
    path: '/policy',
    summary: 'Sets what becomes of such sales',
    may: 'decide',
    body: ClientPolicy,
    answer: ClientPolicyView,
    was: async ({ clientId }) => await readClientPolicy(db, clientId),
    run: async ({ clientId, by, body: policy }) => {
      const known = await locationsOf(db, clientId);
      const unknown = policy.locationOrder.find((location) => !known.includes(location));
      if (unknown !== undefined) {
        throw new Problem(
          400,
          'Unknown location',
          `None of your stock lies at "${unknown}". Nothing was changed.`,
        );
      }
      await saveClientPolicy(db, clientId, policy, by);
      changed(clientId, ['conflicts']);
      return await viewOf(clientId);
    },
  });

  const exceptions = clientRoute({
    method: 'get',
    path: '/policy/skus',
    summary: 'Exceptions for single SKUs',
    may: 'see',
    query: ListQuery,
    answer: pageOfRows(SkuPolicyRow),
    run: async ({ clientId, query }) => {
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
      return pageOf(
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
      );
    },
  });

  const setException = clientRoute({
    method: 'put',
    path: '/policy/skus',
    summary: 'Sets the exception of one SKU',
    may: 'decide',
    body: SkuPolicy,
    answer: SkuPolicy,
    was: async ({ clientId, body: { sku } }) => await exceptionOf(clientId, sku),
    run: async ({ clientId, by, body: exception }) => {
      if (!(await titlesOf(clientId, [exception.sku])).has(exception.sku)) {
        throw new Problem(404, 'Unknown SKU', `The ledger holds no "${exception.sku}". Nothing was changed.`);
      }
      await saveSkuPolicy(db, clientId, exception, by);
      changed(clientId, ['conflicts']);
      return exception;
    },
  });

  const removeException = clientRoute({
    method: 'delete',
    path: '/policy/skus',
    summary: 'Removes the exception of one SKU',
    may: 'decide',
    query: OneSku,
    answer: null,
    was: async ({ clientId, query: { sku } }) => await exceptionOf(clientId, sku),
    run: async ({ clientId, query: { sku } }) => {
      if (!(await removeSkuPolicy(db, clientId, sku))) {
        throw new Problem(404, 'No such exception', `"${sku}" has no exception. Nothing was changed.`);
      }
      changed(clientId, ['conflicts']);
      return undefined;
    },
  });

  async function exceptionOf(clientId: ClientId, sku: Sku): Promise<unknown> {
    const exception = await policiesOf(db, clientId).findOne({ sku });
    return exception && { sku, policy: exception.policy };
  }

  async function viewOf(clientId: ClientId): Promise<ClientPolicyView> {
    const [policy, locations, connections, cancels] = await Promise.all([
      readClientPolicy(db, clientId),
      locationsOf(db, clientId),
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

  async function titlesOf(clientId: ClientId, skus: readonly Sku[]): Promise<Map<Sku | null, string>> {
    const stock = new ClientCollection<StockDocument>(db, 'stock', clientId);
    const found = await stock
      .find({ sku: { $in: [...skus] } }, { projection: { sku: 1, title: 1 } })
      .toArray();
    return new Map(found.map(({ sku, title }) => [sku, title]));
  }

  return [read, change, exceptions, setException, removeException];
}
