/** Pipelines: the flows, as they are drawn, with what ran along them in the last hour. */
import { type ClientId, PipelineId } from '#runtime/ids.ts';
import { quantileOf } from '#runtime/metrics/histogram.ts';
import { type Figures, figuresOf, readMinutes } from '#runtime/metrics/read-figures.ts';
import { type GraphNode, wireIdOf } from '#runtime/pipelines/graph.ts';
import type { NodeTypes } from '#runtime/pipelines/node-type.ts';
import { type PipelineDocument, pipelinesOf, resumePipeline } from '#runtime/pipelines/pipeline-model.ts';
import { ALL_TEMPLATES } from '#templates/all-templates.ts';
import { Problem } from '../problem.ts';
import type { ApiOptions } from './client-context.ts';
import { settingsOf } from './node-settings.ts';
import { clientRoute, type Route } from './route.ts';
import { list } from './view.ts';
import { Nothing, PipelineRow, PipelineView } from './views.ts';

const HOUR_MS = 3_600_000;

export function pipelineRoutes({ database, types, reload }: ApiOptions): Route[] {
  const all = clientRoute({
    method: 'get',
    path: '/pipelines',
    summary: 'The flows',
    may: 'inspect',
    answer: list(PipelineRow),
    run: async ({ clientId }) => {
      const pipelines = await pipelinesOf(database.models, clientId);
      return await Promise.all(pipelines.map(async (one) => rowOf(one, await lastHour(clientId, one._id))));
    },
  });

  const one = clientRoute({
    method: 'get',
    path: '/pipelines/:id',
    summary: 'One flow as it is drawn, with what ran along its wires in the last hour',
    may: 'inspect',
    answer: PipelineView,
    run: async ({ clientId, params }) => {
      const pipeline = (await pipelinesOf(database.models, clientId)).find(({ _id }) => _id === params.id);
      if (!pipeline) throw new Problem(404, 'No such flow', 'There is no flow with this id.');
      return viewOf(pipeline, await lastHour(clientId, pipeline._id), types);
    },
  });

  const resume = clientRoute({
    method: 'post',
    path: '/pipelines/:id/resume',
    summary: 'Lets a paused flow run again, and with it everything that waited for it',
    may: 'decide',
    answer: Nothing,
    status: 202,
    run: async ({ clientId, params }) => {
      const id = PipelineId.safeParse(params.id);
      if (!id.success || !(await resumePipeline(database.models, clientId, id.data)))
        throw new Problem(404, 'No such paused flow', 'It may run already. Nothing was changed.');
      // The runner takes it up, and then lets everything run that waited for it.
      reload(clientId);
      return {};
    },
  });

  async function lastHour(clientId: ClientId, pipelineId: string): Promise<Figures> {
    return figuresOf(await readMinutes(database.db, clientId, [pipelineId], new Date(Date.now() - HOUR_MS)));
  }

  return [all, one, resume];
}

function rowOf(
  { _id, name, template, state, graph, safeMode, wentBack, version }: PipelineDocument,
  figures: Figures,
): PipelineRow {
  const [done, failed] = [figures.counts('done:'), figures.counts('failed:')];
  const sum = (counts: Record<string, number>, ids: readonly string[]) =>
    ids.reduce((total, id) => total + (counts[id] ?? 0), 0);
  const all = graph.nodes.map(({ id }) => id);
  const targets = new Set(graph.wires.map(({ to }) => to));
  const triggers = all.filter((id) => !targets.has(id));
  return {
    id: _id,
    name,
    template,
    promise: ALL_TEMPLATES.find(({ id }) => id === template)?.promise ?? '',
    state,
    version,
    pausedFor: safeMode ? { reason: safeMode.reason, at: safeMode.at.toISOString() } : null,
    wentBack: wentBack ? { ...wentBack, at: wentBack.at.toISOString() } : null,
    executions: sum(done, triggers) + sum(failed, triggers),
    failed: sum(failed, all),
  };
}

function viewOf(pipeline: PipelineDocument, figures: Figures, types: NodeTypes): PipelineView {
  const { nodes, wires } = pipeline.graph;
  const [done, failed] = [figures.counts('done:'), figures.counts('failed:')];
  const dropped = figures.counts('dropped:');
  const typeOfNode = new Map(nodes.map(({ id, type }) => [id, types.get(type)]));
  return {
    ...rowOf(pipeline, figures),
    nodes: nodes.map((node) => nodeView(node, types)),
    wires: wires.map((wire) => ({
      id: wireIdOf(wire),
      ...wire,
      type: typeOfNode.get(wire.from)?.outputs[wire.output]?.name ?? '',
    })),
    counts: figures.counts('wire:'),
    activity: Object.fromEntries(
      nodes.map(({ id }) => [
        id,
        {
          done: done[id] ?? 0,
          failed: failed[id] ?? 0,
          dropped: dropped[id] ?? 0,
          p95Ms: quantileOf(figures.times(`node:${id}`), 0.95),
        },
      ]),
    ),
  };
}

function nodeView(
  { id, type: typeName, name, config, x, y }: GraphNode,
  types: NodeTypes,
): PipelineView['nodes'][number] {
  const type = types.get(typeName);
  if (!type) {
    const gone = {
      summary: 'Not installed',
      help: 'The package of this node is not installed.',
      settings: [],
    };
    return {
      id,
      type: typeName,
      name,
      ...gone,
      trigger: false,
      group: 'Decide',
      x,
      y,
      inputs: [],
      outputs: [],
    };
  }
  return {
    id,
    type: typeName,
    name,
    summary: type.describe(config),
    help: type.help,
    trigger: type.input === null,
    group: type.group,
    x,
    y,
    inputs: type.input ? [{ name: 'in', type: type.input.name }] : [],
    outputs: Object.entries(type.outputs).map(([output, port]) => ({ name: output, type: port.name })),
    settings: settingsOf(type, config),
  };
}
