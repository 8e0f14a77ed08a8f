/** Who wants no more messages from an account, and letting them have some again. */
import { connectionsOf } from '#runtime/clients/connection-model.ts';
import type { ClientId } from '#runtime/ids.ts';
import { OptOuts } from '#runtime/outbox/opt-outs.ts';
import { Problem } from '../problem.ts';
import type { ApiOptions } from './client-context.ts';
import { clientRoute, type Route } from './route.ts';
import { list } from './view.ts';
import { OptOutRow } from './views.ts';

const SHOWN_MAX = 500;

export function optOutRoutes({ database, changed }: ApiOptions): Route[] {
  /** @throws {Problem} where the client has no such connection. */
  async function optOutsOf(clientId: ClientId, id: string): Promise<OptOuts> {
    const connection = (await connectionsOf(database.models, clientId)).find(({ _id }) => _id === id);
    if (connection) return new OptOuts(database.db, clientId, connection._id);
    throw new Problem(404, 'No such connection', 'It may have been removed. Nothing was changed.');
  }

  return [
    clientRoute({
      method: 'get',
      path: '/connections/:id/opt-outs',
      summary: `Who wants no more messages from this account, the newest ${SHOWN_MAX}`,
      may: 'connect',
      answer: list(OptOutRow),
      run: async ({ clientId, params }) =>
        (await (await optOutsOf(clientId, params.id)).newest(SHOWN_MAX)).map(({ address, at }) => ({
          address,
          at: at.toISOString(),
        })),
    }),
    clientRoute({
      method: 'delete',
      path: '/connections/:id/opt-outs/:address',
      summary: 'Somebody asked for messages again: what comes is sent to them from now on',
      may: 'connect',
      answer: null,
      run: async ({ clientId, params }) => {
        if (!(await (await optOutsOf(clientId, params.id)).remove(params.address))) {
          throw new Problem(
            404,
            'Not on the list',
            'Messages go to this address already. Nothing was changed.',
          );
        }
        changed(clientId, ['connections']);
      },
    }),
  ];
}
