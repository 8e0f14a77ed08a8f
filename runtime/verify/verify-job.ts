/** The proof as a job: every night for all clients, or for one that somebody asked for. Keeps what it found, and warns. */
import { ObjectId } from 'mongodb';
import { Alerts } from '../alerts/alerts.ts';
import { eachClient } from '../clients/each-client.ts';
import type { Database } from '../database/open-database.ts';
import type { ClientId } from '../ids.ts';
import type { JobDefinition } from '../jobs/jobs.ts';
import { isClean, type Proof, proofsOf } from './proof-document.ts';
import { verifyClient } from './verify-client.ts';

export const VERIFY_JOB = 'verify';
/** When least is sold, as a rule. */
const EVERY_NIGHT = '30 2 * * *';

/** @param proved is told of each client whose proof is new. */
export function verifyJob(
  { db, models }: Pick<Database, 'db' | 'models'>,
  proved: (clientId: ClientId, proof: Proof) => void,
): JobDefinition {
  return {
    name: VERIFY_JOB,
    cron: EVERY_NIGHT,
    run: (clientId, alive) =>
      eachClient(models, clientId, alive, async (client) => {
        const proof = await verifyClient(db, client, { alive });
        await proofsOf(db, client).insertIfAbsent({ ...proof, _id: new ObjectId(), clientId: client });
        if (!isClean(proof)) await warn(db, client, proof);
        proved(client, proof);
      }),
  };
}

async function warn(db: Database['db'], clientId: ClientId, proof: Proof): Promise<void> {
  const [first] = proof.deviations;
  await new Alerts(db, clientId).raise(null, {
    key: `proof:${proof.startedAt.toISOString()}`,
    level: 'urgent',
    title: 'The check of the books found something',
    text: `${proof.deviationsFound} things do not agree. The first: ${first?.subject} ${first?.text}. Nothing was changed; the dashboard names them all.`,
    quietHours: 0,
  });
}
