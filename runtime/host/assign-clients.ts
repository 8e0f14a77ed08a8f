/** Which runner a client's pipelines run in: one of its own where its flows run code of others, else the shared one. */
import { allClients } from '../clients/client-model.ts';
import type { Database } from '../database/open-database.ts';
import type { ClientId } from '../ids.ts';
import type { NodeTypes } from '../pipelines/node-type.ts';
import { clientsWithNodes } from '../pipelines/pipeline-model.ts';

/** The runner of all clients that need none of their own. No client's id looks like this. */
export const SHARED = '*';

/** The shared one, or the id of the client whose own it is. */
export type RunnerName = typeof SHARED | ClientId;

/** Every client stands in exactly one of the runners. */
export type Assignment = ReadonlyMap<RunnerName, readonly ClientId[]>;

/** Reads how the clients are spread over runners as things stand now. The shared one is always there. */
export async function readAssignment(database: Database, types: NodeTypes): Promise<Assignment> {
  const assignment = new Map<RunnerName, ClientId[]>([[SHARED, []]]);
  const foreign = [...types.values()].filter(({ foreignCode }) => foreignCode).map(({ type }) => type);
  const withForeignCode = await clientsWithNodes(database.models, foreign);
  for (const { _id, runner } of await allClients(database.models)) {
    const alone = runner === 'own' || withForeignCode.has(_id);
    if (alone) assignment.set(_id, [_id]);
    else assignment.get(SHARED)?.push(_id);
  }
  return assignment;
}
