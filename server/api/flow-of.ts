/** One flow of the client who asks, and what its checks need. */
import { connectionsOf } from '#runtime/clients/connection-model.ts';
import type { ConnectionFact } from '#runtime/flow/node-description.ts';
import { type ClientId, PipelineId } from '#runtime/ids.ts';
import type { Graph } from '#runtime/pipelines/graph.ts';
import type { NodeTypes } from '#runtime/pipelines/node-type.ts';
import { type PipelineDocument, pipelineOf } from '#runtime/pipelines/pipeline-model.ts';
import { Problem } from '../problem.ts';
import type { ApiOptions } from './client-context.ts';

/** @throws {Problem} 404 when the client has no such flow. */
export async function flowOf(
  { database }: Pick<ApiOptions, 'database'>,
  clientId: ClientId,
  id: string,
): Promise<PipelineDocument> {
  const parsed = PipelineId.safeParse(id);
  const pipeline = parsed.success ? await pipelineOf(database.models, clientId, parsed.data) : null;
  if (!pipeline)
    throw new Problem(404, 'No such flow', 'There is no flow with this id. It may have been removed.');
  return pipeline;
}

/** The connections that settings of nodes may name. */
export async function connectionFacts(
  { database, services }: Pick<ApiOptions, 'database' | 'services'>,
  clientId: ClientId,
): Promise<ConnectionFact[]> {
  return (await connectionsOf(database.models, clientId)).map(({ _id, channel }) => ({
    id: _id,
    kind: services.has(channel) ? 'service' : 'channel',
    type: channel,
  }));
}

/** One line for each node, written from its settings; settings that are not right give the line of its type. */
export function summariesOf({ nodes }: Graph, types: NodeTypes): Record<string, string> {
  return Object.fromEntries(
    nodes.map(({ id, type, config }) => {
      const definition = types.get(type);
      if (!definition) return [id, 'Not installed'];
      return [
        id,
        definition.config.safeParse(config).success ? definition.describe(config) : definition.summary,
      ];
    }),
  );
}
