/** Every quarter of an hour, dead letters run again whose cause has healed meanwhile. */
import { eachClient } from '../clients/each-client.ts';
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
    run: (clientId, alive) =>
      eachClient(database.models, clientId, alive, async (client) => {
        const events = await recoverHealed(database, types, client);
        if (events > 0) recovered(client, events);
      }),
  };
}
