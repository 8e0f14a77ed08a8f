/** A trial in the shape of the API. */
import type { z } from 'zod';
import type { Graph } from '#runtime/pipelines/graph.ts';
import type { NodeTypes } from '#runtime/pipelines/node-type.ts';
import type { TrialReport, TrialRun } from '#runtime/trial/trial.ts';
import type { DeskTrial } from '../trials/trial-desk.ts';
import type { ExecutionView, TrialView } from './views.ts';

export function trialViewOf(trial: DeskTrial, types: NodeTypes): z.input<typeof TrialView> {
  const { id, state, done, total, problem, report, graph } = trial;
  return { id, state, done, total, problem, report: report && reportOf(id, report, graph, types) };
}

function reportOf(
  id: string,
  { differences, run, ...report }: TrialReport,
  graph: Graph,
  types: NodeTypes,
): z.input<typeof TrialView>['report'] {
  return {
    ...report,
    differences: differences.map(({ eventId, at, ...one }) => ({
      event: eventId,
      at: at.toISOString(),
      ...one,
    })),
    one: run && {
      effects: run.effects,
      deployed: run.deployed,
      run: executionOf(id, run, graph, types),
      // As JSON, which is what a flow keeps.
      keep: run.keep && { ...run.keep, event: JSON.parse(JSON.stringify(run.keep.event)) },
    },
  };
}

/** A tried run as if it had run, so that the page lays it over the drawing by the same code. */
function executionOf(id: string, run: TrialRun, { nodes }: Graph, types: NodeTypes): ExecutionView {
  const at = new Date().toISOString();
  const nameOf = (nodeId: string) => nodes.find((node) => node.id === nodeId)?.name ?? nodeId;
  const outputOf = (nodeId: string, port: number) => {
    const type = types.get(nodes.find((node) => node.id === nodeId)?.type ?? '');
    return Object.keys(type?.outputs ?? {})[port] ?? String(port + 1);
  };
  const failed = run.effects.find(({ kind }) => kind === 'fail');
  return {
    id,
    at,
    startedAt: at,
    event: id,
    pipeline: { id: 'draft', name: '' },
    state: run.state,
    ms: run.ms,
    tries: 1,
    subject: run.subject,
    messages: Object.values(run.nodes).reduce((sum, node) => sum + node.done + node.failed, 0),
    failure: failed ? { where: '', reason: failed.text, fix: null, code: 'bug', meaning: '' } : null,
    nodes: nodes.map((node) => ({
      id: node.id,
      name: node.name,
      ...(run.nodes[node.id] ?? { done: 0, failed: 0, ms: 0 }),
    })),
    steps: run.steps.map(({ outputs, nodeId, ...step }) => ({
      nodeId,
      name: nameOf(nodeId),
      ...step,
      outputs: outputs.map(({ port, item }) => ({ name: outputOf(nodeId, port), item })),
    })),
    more: run.more,
  };
}
