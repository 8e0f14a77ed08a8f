/** Deploys and what was deployed before. */
import { z } from 'zod';
import type { FlowProblem } from '#runtime/flow/flow-problem.ts';
import type { ClientId } from '#runtime/ids.ts';
import { deployPipeline } from '#runtime/pipelines/deploy-pipeline.ts';
import { Drafts } from '#runtime/pipelines/drafts.ts';
import type { PipelineDocument } from '#runtime/pipelines/pipeline-model.ts';
import { validateGraph } from '#runtime/pipelines/validate.ts';
import { type VersionDocument, Versions, versionOf } from '#runtime/pipelines/versions.ts';
import { Problem } from '../problem.ts';
import type { ApiOptions } from './client-context.ts';
import { connectionFacts, flowOf } from './flow-of.ts';
import { Override, passTests } from './flow-tests.ts';
import { clientRoute, type Route } from './route.ts';
import { list } from './view.ts';
import { DeployedView, Nothing, VersionRow, VersionView } from './views.ts';

const VERSIONS_SHOWN_MAX = 200;
const NOTE_CHARACTERS_MAX = 500;

export function flowVersionRoutes(options: ApiOptions): Route[] {
  const { database, types, reload, changed } = options;

  const deploy = clientRoute({
    method: 'post',
    path: '/pipelines/:id/deploy',
    summary: 'Puts the draft to work; what runs of the old state ends first',
    may: 'build',
    body: z.strictObject({
      revision: z.int().min(0).describe('The draft that was looked at'),
      note: z.string().trim().max(NOTE_CHARACTERS_MAX).default(''),
      override: Override.optional().describe('By an owner or admin: deploys although a test fails'),
    }),
    answer: DeployedView,
    was: async ({ clientId, params }) => {
      const { name, version, graph } = await flowOf(options, clientId, params.id);
      return { name, version, nodes: graph.nodes.length, wires: graph.wires.length };
    },
    run: async ({ clientId, params, body, by, principal }) => {
      const pipeline = await flowOf(options, clientId, params.id);
      const draft = await new Drafts(database.db, clientId).of(pipeline._id);
      if ((draft?.revision ?? 0) !== body.revision) throw overtaken();
      const { name, graph } = draft ?? pipeline;
      const connections = await connectionFacts(options, clientId);
      mustRun(validateGraph(graph, types, connections));
      const past = await passTests(options, { clientId, name, graph, override: body.override, principal });
      const note = [body.note, past].filter((part) => part !== '').join('\n');
      const request = { database, types, connections, pipeline, name, graph, note, by };
      const deployed = await deployPipeline(request);
      if (!deployed.ok) {
        if ('problems' in deployed) mustRun(deployed.problems);
        throw overtaken();
      }
      // The runners take it up, and let everything run again that waited for it.
      reload(clientId);
      changed(clientId, ['pipelines']);
      return { version: deployed.version };
    },
  });

  const all = clientRoute({
    method: 'get',
    path: '/pipelines/:id/versions',
    summary: 'What was deployed, newest first, with authors and notes',
    may: 'inspect',
    answer: list(VersionRow),
    run: async ({ clientId, params }) => {
      const pipeline = await flowOf(options, clientId, params.id);
      if (pipeline.version === 0) return [];
      const older = await new Versions(database.db, clientId).before(
        pipeline._id,
        pipeline.version,
        VERSIONS_SHOWN_MAX,
      );
      return [rowOf(versionOf(pipeline), true), ...older.map((one) => rowOf(one, false))];
    },
  });

  const one = clientRoute({
    method: 'get',
    path: '/pipelines/:id/versions/:version',
    summary: 'A flow as it was deployed',
    may: 'inspect',
    answer: VersionView,
    run: async ({ clientId, params }) => {
      const { version, name, graph } = await versionAt(
        clientId,
        await flowOf(options, clientId, params.id),
        params.version,
      );
      return { version, name, graph };
    },
  });

  const restore = clientRoute({
    method: 'post',
    path: '/pipelines/:id/versions/:version/restore',
    summary: 'Makes the draft what that version was; a deploy then puts it to work',
    may: 'build',
    answer: Nothing,
    run: async ({ clientId, params, by }) => {
      const pipeline = await flowOf(options, clientId, params.id);
      const { name, graph } = await versionAt(clientId, pipeline, params.version);
      const drafts = new Drafts(database.db, clientId);
      const revision = (await drafts.of(pipeline._id))?.revision ?? 0;
      if ((await drafts.save(pipeline._id, { revision, name, graph, by })) === null) throw overtaken();
      changed(clientId, ['pipelines']);
      return {};
    },
  });

  async function versionAt(
    clientId: ClientId,
    pipeline: PipelineDocument,
    text: string,
  ): Promise<VersionDocument> {
    const version = Number(text);
    if (version === pipeline.version && version > 0) return versionOf(pipeline);
    const found = Number.isInteger(version)
      ? await new Versions(database.db, clientId).one(pipeline._id, version)
      : null;
    if (!found) throw new Problem(404, 'No such version', 'This flow never had it. Nothing was changed.');
    return found;
  }

  return [deploy, all, one, restore];
}

function rowOf({ version, name, note, by, at }: VersionDocument, current: boolean): VersionRow {
  return { version, name, note, by, at: at.toISOString(), current };
}

function mustRun(problems: readonly FlowProblem[]): void {
  if (problems.length === 0) return;
  throw new Problem(
    422,
    'The flow can’t run yet',
    `${problems.map(({ text }) => text).join(' ')} Nothing was deployed; the draft is kept.`,
  );
}

function overtaken(): Problem {
  return new Problem(
    409,
    'Somebody else changed this flow',
    'It is not what you looked at any more. Nothing was changed; look at it again.',
  );
}
