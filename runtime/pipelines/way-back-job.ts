/** Every minute, the newest deploys are looked after: one after which too much fails is taken back. */
import { eachClient } from '../clients/each-client.ts';
import type { Database } from '../database/open-database.ts';
import type { ClientId } from '../ids.ts';
import type { JobDefinition } from '../jobs/jobs.ts';
import type { PipelineDocument } from './pipeline-model.ts';
import { goBackWhereWorse } from './way-back.ts';

const EVERY_MINUTE = '* * * * *';

/** @param wentBack is told of each flow, as it was deployed before it went back. */
export function wayBackJob(
  database: Database,
  wentBack: (clientId: ClientId, flow: PipelineDocument) => void,
): JobDefinition {
  return {
    name: 'way-back',
    cron: EVERY_MINUTE,
    run: (clientId, alive) =>
      eachClient(database.models, clientId, alive, async (client) => {
        for (const flow of await goBackWhereWorse(database, client)) wentBack(client, flow);
      }),
  };
}
