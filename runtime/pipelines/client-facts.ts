import { clientById } from '../clients/client-model.ts';
import type { Database } from '../database/open-database.ts';
import { calledBy, type FlowFacts } from '../flow/call-problems.ts';
import type { ClientId } from '../ids.ts';
import { describeNodes } from './describe-nodes.ts';
import type { NodeTypes } from './node-type.ts';
import { type PipelineDocument, pipelinesOf } from './pipeline-model.ts';
import type { ClientFacts } from './validate.ts';

/** What the check of a flow has to know of its client. @param self the flow that is checked; null: one that is not kept. */
export async function clientFactsOf(
  { models }: Database,
  types: NodeTypes,
  clientId: ClientId,
  self: string | null,
): Promise<ClientFacts> {
  const [pipelines, client] = await Promise.all([
    pipelinesOf(models, clientId),
    clientById(models, clientId),
  ]);
  return { flows: flowFactsOf(pipelines, types, self), ownRunner: client?.runner === 'own' };
}

function flowFactsOf(
  pipelines: readonly PipelineDocument[],
  types: NodeTypes,
  self: string | null,
): FlowFacts {
  const descriptions = describeNodes(types);
  const flows = pipelines
    .filter(({ _id }) => _id !== self)
    .map(({ _id, name, graph }) => {
      const nodes = graph.nodes.filter(({ disabled }) => !disabled);
      return {
        id: _id,
        name,
        isCallable: nodes.some(({ type }) => types.get(type)?.wants === 'flow.called'),
        calls: nodes.flatMap((node) => calledBy(node, descriptions).map(({ flow }) => flow)),
      };
    });
  return { self, flows };
}
