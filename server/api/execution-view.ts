/** An execution in the shape of the API: node names from the flow as it is now, ports by name. */
import { ERRORS } from '#runtime/errors.ts';
import type { ExecutionDocument, StepsDocument } from '#runtime/executions/execution-document.ts';
import type { NodeTypes } from '#runtime/pipelines/node-type.ts';
import type { PipelineDocument } from '#runtime/pipelines/pipeline-model.ts';
import type { ExecutionRow, ExecutionStepView, ExecutionView } from './views.ts';

const SUBJECTS_SHOWN = 3;

/** Whether a word that an execution is found by is the id of an order. */
export const isOrderId = (word: string): boolean => word.includes(':order:');

/** @param numbers of orders, by their ids. */
export function rowOf(
  execution: ExecutionDocument,
  pipeline: PipelineDocument | undefined,
  numbers: ReadonlyMap<string, string>,
): ExecutionRow {
  const { _id, eventId, pipelineId, endedAt, state, ms, tries, nodes, failure } = execution;
  return {
    id: _id,
    event: eventId.toHexString(),
    at: endedAt.toISOString(),
    pipeline: { id: pipelineId, name: pipeline?.name ?? 'A removed flow' },
    state,
    ms,
    tries,
    subject: subjectOf(execution.about ?? [], numbers),
    messages: Object.values(nodes).reduce((sum, { done, failed }) => sum + done + failed, 0),
    failure: failure ? failureView(failure) : null,
  };
}

export function executionViewOf({
  execution,
  kept,
  pipeline,
  numbers,
  types,
}: {
  readonly execution: ExecutionDocument;
  readonly kept: StepsDocument | null;
  readonly pipeline: PipelineDocument | undefined;
  readonly numbers: ReadonlyMap<string, string>;
  readonly types: NodeTypes;
}): ExecutionView {
  const graph = new Map(pipeline?.graph.nodes.map((node) => [node.id, node]));
  const nameOf = (id: string) => graph.get(id)?.name ?? id;
  const outputsOf = (id: string) => Object.keys(types.get(graph.get(id)?.type ?? '')?.outputs ?? {});
  const ids = new Set([...graph.keys(), ...Object.keys(execution.nodes)]);
  const steps = kept?.steps.map((step): ExecutionStepView => {
    const nodeId = step.nodeId.slice(execution.pipelineId.length + 1);
    const { atMs, ms, failed, reason, input } = step;
    const outputs = step.outputs.map(({ port, item }) => ({
      name: outputsOf(nodeId)[port] ?? String(port + 1),
      item,
    }));
    return { nodeId, name: nameOf(nodeId), atMs, ms, failed, reason, input, outputs };
  });
  return {
    ...rowOf(execution, pipeline, numbers),
    startedAt: execution.startedAt.toISOString(),
    nodes: [...ids].map((id) => {
      const { done, failed, ms } = execution.nodes[id] ?? { done: 0, failed: 0, ms: 0 };
      return { id, name: nameOf(id), done, failed, ms };
    }),
    steps: steps ? [...steps].sort((a, b) => a.atMs - b.atMs) : null,
    more: kept?.more ?? 0,
  };
}

function failureView({
  where,
  reason,
  fix = null,
  code = 'bug',
}: NonNullable<ExecutionDocument['failure']>): NonNullable<ExecutionRow['failure']> {
  return { where, reason, fix, code, meaning: ERRORS[code].sentence };
}

/** What people call it: the numbers of orders, ids only where no number is known; else the SKUs. */
function subjectOf(about: readonly string[], numbers: ReadonlyMap<string, string>): string {
  const others = about.filter((word) => !isOrderId(word));
  const orders = about.filter(isOrderId).map((id) => numbers.get(id));
  const known = [...new Set([...orders.filter((number) => number !== undefined), ...others])];
  const said = known.length > 0 ? known : about.map((id) => `order ${id.split(':order:')[1] ?? id}`);
  const more = said.length - SUBJECTS_SHOWN;
  return `${said.slice(0, SUBJECTS_SHOWN).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
