/** Who is signed in, and for which client. */
import { allClients } from '#runtime/clients/client-model.ts';
import type { ApiOptions } from './client-context.ts';
import { clientRoute, type Route } from './route.ts';
import { SessionView } from './views.ts';

export function sessionRoutes({ database, version }: ApiOptions): Route[] {
  return [
    clientRoute({
      method: 'get',
      path: '/session',
      summary: 'Who is signed in, and for which client',
      may: 'see',
      answer: SessionView,
      run: async ({ clientId }) => {
        const client = (await allClients(database.models)).find(({ _id }) => _id === clientId);
        return { client: { id: clientId, name: client?.name ?? '' }, version };
      },
    }),
  ];
}
