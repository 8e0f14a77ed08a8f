/** Making, pausing and removing flows. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { takeHookAddresses } from '#runtime/hooks/hook-address.ts';
import { type ClientId, PipelineId } from '#runtime/ids.ts';
import { forgetFlow } from '#runtime/later/forget-flow.ts';
import { Drafts } from '#runtime/pipelines/drafts.ts';
import type { Graph } from '#runtime/pipelines/graph.ts';
import {
  pausePipeline,
  pipelinesOf,
  removePipeline,
  savePipeline,
} from '#runtime/pipelines/pipeline-model.ts';
import { Versions } from '#runtime/pipelines/versions.ts';
import { ALL_TEMPLATES } from '#templates/all-templates.ts';
import { fillIn } from '#templates/define-template.ts';
import { Problem } from '../problem.ts';
import type { ApiOptions } from './client-context.ts';
import { flowOf } from './flow-of.ts';
import { type ClientAsker, clientRoute, type Route } from './route.ts';
import { list } from './view.ts';
import { MadeView, Nothing, TemplateRow } from './views.ts';

/** As many as one runner deploys with ease: facts on Node-RED. */
const FLOWS_MAX = 200;
const EMPTY: Graph = { nodes: [], wires: [] };
const MARK_CHARACTERS = 12;

export function flowMakingRoutes(options: ApiOptions): Route[] {
  const { database, reload, changed } = options;

  const templates = clientRoute({
    method: 'get',
    path: '/flow-templates',
    summary: 'Flows to begin with',
    may: 'inspect',
    answer: list(TemplateRow),
    run: async () =>
      ALL_TEMPLATES.map((template) => ({
        id: template.id,
        title: template.title,
        promise: template.promise,
        graph: fillIn(template, {}).graph,
      })),
  });

  const make = clientRoute({
    method: 'post',
    path: '/pipelines',
    summary: 'Makes a flow: an empty one. It is not deployed',
    may: 'build',
    body: z.strictObject({ name: z.string().trim().min(1).max(80) }),
    answer: MadeView,
    status: 201,
    run: async ({ clientId, body }) => {
      await mayHaveMore(clientId);
      const id = PipelineId.parse(`flow-${randomUUID().slice(0, MARK_CHARACTERS)}`);
      await savePipeline(database.models, {
        _id: id,
        clientId,
        name: body.name,
        template: 'own',
        parameters: {},
        graph: EMPTY,
        version: 0,
        state: 'running',
        createdAt: new Date(),
      });
      changed(clientId, ['pipelines']);
      return { id };
    },
  });

  const pause = clientRoute({
    method: 'post',
    path: '/pipelines/:id/pause',
    summary: 'Pauses a flow: what comes meanwhile passes it by',
    may: 'build',
    answer: Nothing,
    status: 202,
    was: stateOf,
    run: async ({ clientId, params }) => {
      const { _id } = await flowOf(options, clientId, params.id);
      if (!(await pausePipeline(database.models, clientId, _id)))
        throw new Problem(409, 'It is paused already', 'Nothing was changed.');
      reload(clientId);
      changed(clientId, ['pipelines']);
      return {};
    },
  });

  const remove = clientRoute({
    method: 'delete',
    path: '/pipelines/:id',
    summary: 'Removes a flow with its draft and versions; what it did stays',
    may: 'build',
    answer: null,
    was: stateOf,
    run: async ({ clientId, params }) => {
      const { _id } = await flowOf(options, clientId, params.id);
      await removePipeline(database.models, clientId, _id);
      await new Drafts(database.db, clientId).remove(_id);
      await new Versions(database.db, clientId).removeAll(_id);
      await forgetFlow(database.db, clientId, _id);
      await takeHookAddresses(database.db, clientId, _id);
      reload(clientId);
      changed(clientId, ['pipelines']);
      return undefined;
    },
  });

  /** For the audit log. */
  async function stateOf({
    clientId,
    params,
  }: ClientAsker & { readonly params: { readonly id: string } }): Promise<unknown> {
    const { name, state, version } = await flowOf(options, clientId, params.id);
    return { name, state, version };
  }

  async function mayHaveMore(clientId: ClientId): Promise<void> {
    if ((await pipelinesOf(database.models, clientId)).length < FLOWS_MAX) return;
    throw new Problem(
      409,
      `There are ${FLOWS_MAX} flows already`,
      'Remove one that is not needed any more. Nothing was made.',
    );
  }

  return [templates, make, pause, remove];
}
