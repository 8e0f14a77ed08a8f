/** `GET /api/v1/executions` and `/executions/:id`: what ran, for what, how long each node took, and what went in and out. */
import type { Filter } from 'mongodb';
import { z } from 'zod';
import { ClientCollection } from '#runtime/database/client-collection.ts';
import type { ExecutionDocument, StepsDocument } from '#runtime/executions/execution-document.ts';
import type { ClientId } from '#runtime/ids.ts';
import type { OrderDocument } from '#runtime/orders/order-document.ts';
import { type PipelineDocument, pipelinesOf } from '#runtime/pipelines/pipeline-model.ts';
import { Problem } from '../problem.ts';
import type { ApiOptions } from './client-context.ts';
import { executionViewOf, isOrderId, rowOf } from './execution-view.ts';
import { ordersMatching } from './orders-matching.ts';
import { ListQuery, pageOf, readCursor } from './paging.ts';
import { clientRoute, type Route } from './route.ts';
import { ExecutionRow, ExecutionView, pageOfRows } from './views.ts';

const Query = ListQuery.extend({
  state: z.enum(['done', 'failed']).optional(),
  pipeline: z.string().max(64).optional(),
});
const Position = z.object({ at: z.coerce.date(), id: z.string().max(400) });
/** Newest orders whose number or SKU fits, that a search looks for. */
const ORDERS_MAX = 200;

export function executionRoutes({ database, types }: ApiOptions): Route[] {
  const list = clientRoute({
    method: 'get',
    path: '/executions',
    summary: 'Runs of flows, newest first; `search`: an order number or a SKU',
    may: 'inspect',
    query: Query,
    answer: pageOfRows(ExecutionRow),
    run: async ({ clientId, query }) => {
      const after = readCursor(Position, query.cursor);
      const filters: Filter<ExecutionDocument>[] = [{}];
      if (query.state) filters.push({ state: query.state });
      if (query.pipeline) filters.push({ pipelineId: query.pipeline as ExecutionDocument['pipelineId'] });
      if (query.search) filters.push({ about: { $in: await wordsOf(clientId, query.search) } });
      if (after)
        filters.push({
          $or: [{ endedAt: { $lt: after.at } }, { endedAt: after.at, _id: { $lt: after.id } }],
        });
      const found = await new ClientCollection<ExecutionDocument>(database.db, 'executions', clientId)
        .find({ $and: filters })
        .sort({ endedAt: -1, _id: -1 })
        .limit(query.limit + 1)
        .toArray();
      const [pipelines, numbers] = await Promise.all([pipelinesById(clientId), numbersOf(clientId, found)]);
      return pageOf(
        found,
        query.limit,
        (execution) => rowOf(execution, pipelines.get(execution.pipelineId), numbers),
        ({ endedAt, _id }) => ({ at: endedAt, id: _id }),
      );
    },
  });

  const one = clientRoute({
    method: 'get',
    path: '/executions/:id',
    summary: 'One run with what its nodes got and gave',
    may: 'inspect',
    answer: ExecutionView,
    run: async ({ clientId, params: { id } }) => {
      const [execution, steps] = await Promise.all([
        new ClientCollection<ExecutionDocument>(database.db, 'executions', clientId).findOne({ _id: id }),
        new ClientCollection<StepsDocument>(database.db, 'steps', clientId).findOne({ _id: id }),
      ]);
      if (!execution) {
        throw new Problem(
          404,
          'No such execution',
          'It may be older than the 30 days for which runs are kept.',
        );
      }
      const pipeline = (await pipelinesById(clientId)).get(execution.pipelineId);
      const numbers = await numbersOf(clientId, [execution]);
      return executionViewOf({ execution, kept: steps, pipeline, numbers, types });
    },
  });

  /** Orders are known to people by their numbers. */
  async function numbersOf(
    clientId: ClientId,
    executions: readonly ExecutionDocument[],
  ): Promise<Map<string, string>> {
    const ids = new Set(executions.flatMap(({ about = [] }) => about.filter(isOrderId)));
    if (ids.size === 0) return new Map();
    const orders = await new ClientCollection<OrderDocument>(database.db, 'orders', clientId)
      .find({ _id: { $in: [...ids] as OrderDocument['_id'][] } }, { projection: { number: 1 } })
      .toArray();
    return new Map(orders.map(({ _id, number }) => [_id, number]));
  }

  async function pipelinesById(clientId: ClientId): Promise<Map<string, PipelineDocument>> {
    const pipelines = await pipelinesOf(database.models, clientId);
    return new Map(pipelines.map((pipeline) => [pipeline._id, pipeline]));
  }

  /** The word itself, and the orders that it names by their number or by a SKU in them. */
  async function wordsOf(clientId: ClientId, search: string): Promise<string[]> {
    const orders = await ordersMatching(database.db, clientId, search, ORDERS_MAX);
    return [search, `#${search.replace(/^#/, '')}`, ...orders];
  }

  return [list, one];
}
