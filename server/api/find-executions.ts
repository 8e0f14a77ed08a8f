/** Runs of one client by a filter, as rows: for its own list, and for the search over all clients. */
import type { Filter } from 'mongodb';
import { z } from 'zod';
import { ClientCollection } from '#runtime/database/client-collection.ts';
import type { Database } from '#runtime/database/open-database.ts';
import type { ExecutionDocument } from '#runtime/executions/execution-document.ts';
import type { ClientId, Sku } from '#runtime/ids.ts';
import type { OrderDocument } from '#runtime/orders/order-document.ts';
import { type PipelineDocument, pipelinesOf } from '#runtime/pipelines/pipeline-model.ts';
import type { MovementDocument } from '#runtime/stock/stock-document.ts';
import { isOrderId, rowOf } from './execution-view.ts';
import { ordersMatching } from './orders-matching.ts';
import { ListQuery, olderThan, pageOf, readCursor } from './paging.ts';
import type { ExecutionRow } from './views.ts';

export const ExecutionsQuery = ListQuery.extend({
  state: z.enum(['done', 'failed']).optional(),
  pipeline: z.string().max(64).optional(),
});
const Position = z.object({ at: z.coerce.date(), id: z.string().max(400) });
/** Newest orders whose number or SKU fits, that a search looks for. */
const ORDERS_MAX = 200;

/** A page of the client's runs, newest first. @throws {Problem} on a cursor that is none. */
export async function findExecutions(
  database: Database,
  clientId: ClientId,
  query: z.output<typeof ExecutionsQuery>,
): Promise<{ readonly items: readonly ExecutionRow[]; readonly next: string | null }> {
  const after = readCursor(Position, query.cursor);
  const filters: Filter<ExecutionDocument>[] = [{}];
  if (query.state) filters.push({ state: query.state });
  if (query.pipeline) filters.push({ pipelineId: query.pipeline as ExecutionDocument['pipelineId'] });
  if (query.search) filters.push({ about: { $in: await wordsOf(database, clientId, query.search) } });
  filters.push(olderThan<ExecutionDocument>('endedAt', after));
  const found = await new ClientCollection<ExecutionDocument>(database.db, 'executions', clientId)
    .find({ $and: filters })
    .sort({ endedAt: -1, _id: -1 })
    .limit(query.limit + 1)
    .toArray();
  const [pipelines, numbers] = await Promise.all([
    pipelinesById(database, clientId),
    numbersOf(database, clientId, found),
  ]);
  return pageOf(
    found,
    query.limit,
    (execution) => rowOf(execution, pipelines.get(execution.pipelineId), numbers),
    ({ endedAt, _id }) => ({ at: endedAt, id: _id }),
  );
}

/** Orders are known to people by their numbers. */
export async function numbersOf(
  database: Pick<Database, 'db'>,
  clientId: ClientId,
  executions: readonly ExecutionDocument[],
): Promise<Map<string, string>> {
  const ids = new Set(executions.flatMap(({ about = [] }) => about.filter(isOrderId)));
  return await numbersById(database, clientId, ids);
}

/** The numbers of these orders; those that are not kept are left out. */
export async function numbersById(
  { db }: Pick<Database, 'db'>,
  clientId: ClientId,
  ids: ReadonlySet<string>,
): Promise<Map<string, string>> {
  if (ids.size === 0) return new Map();
  const orders = await new ClientCollection<OrderDocument>(db, 'orders', clientId)
    .find({ _id: { $in: [...ids] as OrderDocument['_id'][] } }, { projection: { number: 1 } })
    .toArray();
  return new Map(orders.map(({ _id, number }) => [_id, number]));
}

export async function pipelinesById(
  { models }: Pick<Database, 'models'>,
  clientId: ClientId,
): Promise<Map<string, PipelineDocument>> {
  const pipelines = await pipelinesOf(models, clientId);
  return new Map(pipelines.map((pipeline) => [pipeline._id, pipeline]));
}

/** The word itself, and the orders that it names by their number or by a SKU in them, whatever their shop calls it. */
async function wordsOf({ db }: Pick<Database, 'db'>, clientId: ClientId, search: string): Promise<string[]> {
  const [orders, moved] = await Promise.all([
    ordersMatching(db, clientId, search, ORDERS_MAX),
    new ClientCollection<MovementDocument>(db, 'movements', clientId)
      .find({ sku: search as Sku }, { projection: { cause: 1 } })
      .sort({ sequence: -1 })
      .limit(ORDERS_MAX)
      .toArray(),
  ]);
  const causes = moved.flatMap(({ cause }) => cause.orderId ?? []);
  return [search, `#${search.replace(/^#/, '')}`, ...new Set([...orders, ...causes])];
}
