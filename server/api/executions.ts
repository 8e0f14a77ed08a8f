/** `GET /api/v1/executions` and `/executions/:id`: what ran, for what, how long each node took, and what went in and out. */
import { z } from 'zod';
import { clientsOf } from '#runtime/clients/client-model.ts';
import { ClientCollection } from '#runtime/database/client-collection.ts';
import type { ExecutionDocument, StepsDocument } from '#runtime/executions/execution-document.ts';
import { Problem } from '../problem.ts';
import type { ApiOptions } from './client-context.ts';
import { executionViewOf } from './execution-view.ts';
import { ExecutionsQuery, findExecutions, numbersOf, pipelinesById } from './find-executions.ts';
import { clientRoute, personRoute, type Route } from './route.ts';
import { list } from './view.ts';
import { ExecutionOfClient, ExecutionRow, ExecutionView, pageOfRows } from './views.ts';

/** Over all clients: so many clients are looked through, and so many runs of each. */
const CLIENTS_MAX = 100;
const OF_EACH_MAX = 20;
const EVERYWHERE_MAX = 100;

export function executionRoutes({ database, types }: ApiOptions): Route[] {
  const all = clientRoute({
    method: 'get',
    path: '/executions',
    summary: 'Runs of flows, newest first; `search`: an order number or a SKU',
    may: 'inspect',
    query: ExecutionsQuery,
    answer: pageOfRows(ExecutionRow),
    run: async ({ clientId, query }) => await findExecutions(database, clientId, query),
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
      const pipeline = (await pipelinesById(database, clientId)).get(execution.pipelineId);
      const numbers = await numbersOf(database, clientId, [execution]);
      return executionViewOf({ execution, kept: steps, pipeline, numbers, types });
    },
  });

  const everywhere = personRoute({
    method: 'get',
    path: '/everywhere/executions',
    summary: 'Runs that dealt with an order or a SKU, over all clients that you may see, newest first',
    query: z.strictObject({ search: z.string().trim().min(2).max(200) }),
    answer: list(ExecutionOfClient),
    run: async ({ agencyId, principal, query: { search } }) => {
      if (!principal.permissions.has('inspect'))
        throw new Problem(403, 'Not allowed', 'Your role does not see the runs of flows.');
      const among = principal.clients && [...principal.clients];
      const clients = await clientsOf(database.models, agencyId, { among, limit: CLIENTS_MAX });
      const query = ExecutionsQuery.parse({ search, limit: String(OF_EACH_MAX) });
      const found = await Promise.all(
        clients.map(async ({ _id, name }) => {
          const { items } = await findExecutions(database, _id, query);
          return items.map((execution) => ({ client: { id: _id, name }, execution }));
        }),
      );
      return found
        .flat()
        .sort((a, b) => (a.execution.at < b.execution.at ? 1 : -1))
        .slice(0, EVERYWHERE_MAX);
    },
  });

  return [all, one, everywhere];
}
