import { calledBy, type FlowFacts } from '../flow/call-problems.ts';
import { describeNodes } from './describe-nodes.ts';
import type { NodeTypes } from './node-type.ts';
import type { PipelineDocument } from './pipeline-model.ts';

/** What the check of calls has to know of the flows of a client. @param self the flow that is checked. */
export function flowFactsOf(
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
