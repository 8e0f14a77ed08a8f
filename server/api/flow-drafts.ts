/** Flows that are being changed: the draft of each, saved by revision, checked by the code that the page runs too. */

import { z } from 'zod';
import { compareFlows } from '#runtime/flow/compare-flows.ts';
import { clientFactsOf } from '#runtime/pipelines/client-facts.ts';
import { describeNodes } from '#runtime/pipelines/describe-nodes.ts';
import { type DraftDocument, Drafts } from '#runtime/pipelines/drafts.ts';

import { Graph } from '#runtime/pipelines/graph.ts';
import type { PipelineDocument } from '#runtime/pipelines/pipeline-model.ts';
import { examineGraph } from '#runtime/pipelines/validate.ts';
import { Problem } from '../problem.ts';
import type { ApiOptions } from './client-context.ts';
import { connectionFacts, flowOf, summariesOf } from './flow-of.ts';
import { clientRoute, type Route } from './route.ts';
import { list } from './view.ts';
import { DraftBody, DraftSavedView, DraftView, FlowProblemView, NodeTypeView } from './views.ts';

export function flowDraftRoutes(options: ApiOptions): Route[] {
  const { database, types, changed } = options;

  const nodeTypes = clientRoute({
    method: 'get',
    path: '/node-types',
    summary: 'Every node that a flow can be built of, with its ports and the schema of its settings',
    may: 'inspect',
    answer: list(NodeTypeView),
    run: async () =>
      [...describeNodes(types).values()].map((description) => ({
        ...description,
        settings: {
          type: 'object' as const,
          properties: description.settings.properties as Record<string, Record<string, unknown>>,
        },
      })),
  });

  const draft = clientRoute({
    method: 'get',
    path: '/pipelines/:id/draft',
    summary: 'A flow as it is being changed, beside what is deployed',
    may: 'inspect',
    answer: DraftView,
    run: async ({ clientId, params }) => {
      const pipeline = await flowOf(options, clientId, params.id);
      return draftView(pipeline, await new Drafts(database.db, clientId).of(pipeline._id), types);
    },
  });

  const save = clientRoute({
    method: 'put',
    path: '/pipelines/:id/draft',
    summary: 'Saves the draft; refused when somebody saved another one since `revision`',
    // With each stroke; what runs is changed by a deploy alone, which is told.
    unaudited: true,
    may: 'build',
    body: DraftBody,
    answer: DraftSavedView,
    run: async ({ clientId, params, body, by }) => {
      const pipeline = await flowOf(options, clientId, params.id);
      const revision = await new Drafts(database.db, clientId).save(pipeline._id, { ...body, by });
      if (revision === null)
        throw new Problem(
          409,
          'Somebody else changed this flow',
          'Your change was not saved over theirs. Load the draft again, and put both together.',
        );
      changed(clientId, ['pipelines']);
      return {
        revision,
        summaries: summariesOf(body.graph, types),
        problems: examineGraph(
          body.graph,
          types,
          await connectionFacts(options, clientId),
          await clientFactsOf(database, types, clientId, pipeline._id),
        ),
      };
    },
  });

  const discard = clientRoute({
    method: 'delete',
    path: '/pipelines/:id/draft',
    summary: 'Throws away what was changed since the last deploy',
    may: 'build',
    answer: null,
    run: async ({ clientId, params }) => {
      const pipeline = await flowOf(options, clientId, params.id);
      await new Drafts(database.db, clientId).remove(pipeline._id);
      changed(clientId, ['pipelines']);
      return undefined;
    },
  });

  const validate = clientRoute({
    method: 'post',
    path: '/flows/check',
    unaudited: true,
    summary: 'What is wrong with a flow: wires, settings, connections, unreachable nodes, loops',
    may: 'inspect',
    body: z.strictObject({ graph: Graph }),
    answer: list(FlowProblemView),
    run: async ({ clientId, body }) =>
      examineGraph(
        body.graph,
        types,
        await connectionFacts(options, clientId),
        await clientFactsOf(database, types, clientId, null),
      ),
  });

  return [nodeTypes, draft, save, discard, validate];
}

function draftView(
  pipeline: PipelineDocument,
  draft: DraftDocument | null,
  types: ApiOptions['types'],
): z.input<typeof DraftView> {
  const { _id, version } = pipeline;
  const { name, graph } = draft ?? pipeline;
  return {
    id: _id,
    name,
    graph,
    revision: draft?.revision ?? 0,
    version,
    changed: name !== pipeline.name || !compareFlows(pipeline.graph, graph).same,
    deployed: { name: pipeline.name, graph: pipeline.graph },
    summaries: summariesOf(graph, types),
    changedAt: draft?.changedAt.toISOString() ?? null,
    changedBy: draft?.changedBy ?? null,
  };
}
