/** Every quarter of an hour, dead letters run again whose cause has healed meanwhile. */
import { allClients } from '../clients/client-model.ts';
import type { Database } from '../database/open-database.ts';
import type { ClientId } from '../ids.ts';
import type { JobDefinition } from '../jobs/jobs.ts';
import type { NodeTypes } from '../pipelines/node-type.ts';
import { recoverHealed } from './recover-healed.ts';

const EVERY_15_MINUTES = '*/15 * * * *';

/** @param recovered is told of each client for whom some run again. */
export function recoveryJob(
  database: Database,
  types: NodeTypes,
  recovered: (clientId: ClientId, events: number) => void,
): JobDefinition {
  return {
    name: 'recovery',
    cron: EVERY_15_MINUTES,
    run: async (clientId, alive) => {
      const clients = clientId ? [clientId] : (await allClients(database.models)).map(({ _id }) => _id);
      for (const client of clients) {
        const events = await recoverHealed(database, types, client);
        if (events > 0) recovered(client, events);
        await alive();
      }
    },
  };
}
