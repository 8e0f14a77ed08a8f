/** Lets dead letters run again when what they failed by is well again: a connection is back, a flow was mended or resumed. */
import { connectionById } from '../clients/connection-model.ts';
import { ClientCollection } from '../database/client-collection.ts';
import type { Database } from '../database/open-database.ts';
import type { Cause } from '../errors.ts';
import { DeadLetters } from '../events/dead-letters.ts';
import { type ClientId, ConnectionId } from '../ids.ts';
import type { NodeTypes } from '../pipelines/node-type.ts';
import { pipelinesOf } from '../pipelines/pipeline-model.ts';
import type { HealthDocument } from '../sync/connection-health.ts';
import { hostedOf } from './hosted-of.ts';

/** Puts every dead letter of the client back into the queue whose cause has healed. @returns how many. */
export async function recoverHealed(
  database: Database,
  types: NodeTypes,
  clientId: ClientId,
): Promise<number> {
  const deadLetters = new DeadLetters(database.db, clientId);
  let recovered = 0;
  for (const cause of await deadLetters.causes()) {
    const asOf = new Date();
    const isWell =
      cause.kind === 'pipeline'
        ? await pipelineRuns(database, types, clientId, cause)
        : await connectionIsWell(database, clientId, cause);
    if (isWell) recovered += await deadLetters.recover(cause, asOf);
  }
  return recovered;
}

/** A flow that is gone, or that a person paused, no longer wants the event: it then ends well at its next run. */
async function pipelineRuns(
  { models }: Database,
  types: NodeTypes,
  clientId: ClientId,
  { id }: Cause,
): Promise<boolean> {
  const pipeline = (await pipelinesOf(models, clientId)).find(({ _id }) => _id === id);
  return !(pipeline && hostedOf(pipeline, types)?.heldBack);
}

async function connectionIsWell(
  { db, models }: Database,
  clientId: ClientId,
  { id }: Cause,
): Promise<boolean> {
  const connectionId = ConnectionId.safeParse(id);
  const connection = connectionId.success ? await connectionById(models, connectionId.data) : null;
  if (connection?.clientId !== clientId) return false;
  const health = await new ClientCollection<HealthDocument>(db, 'health', clientId).findOne({
    _id: connection._id,
  });
  return health === null || health.trouble === null;
}
