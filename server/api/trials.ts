/** Trials of a changed flow: what it would do, and for which orders it would do something else than what is deployed. */
import { z } from 'zod';
import { upTo } from '#runtime/flow/up-to.ts';
import { Graph } from '#runtime/pipelines/graph.ts';
import { validateGraph } from '#runtime/pipelines/validate.ts';
import { SampleEvent } from '#runtime/trial/sample-event.ts';
import type { TrialOf } from '#runtime/trial/trial.ts';
import { Problem } from '../problem.ts';
import type { ApiOptions } from './client-context.ts';
import { connectionFacts, flowOf } from './flow-of.ts';
import { clientRoute, type Route } from './route.ts';
import { trialViewOf } from './trial-view.ts';
import { TrialBegunView, TrialView } from './views.ts';

const HOUR_MS = 3_600_000;
const HOURS_MAX = 90 * 24;
const EVENTS_MAX = 5_000;

const Of = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('example') }),
  z.strictObject({
    kind: z.literal('sample'),
    event: z.record(z.string(), z.unknown()).describe('As a trial gave it to be kept'),
  }),
  z.strictObject({ kind: z.literal('event'), id: z.string().max(40).describe('The event of an execution') }),
  z.strictObject({ kind: z.literal('period'), hours: z.int().min(1).max(HOURS_MAX) }),
  z.strictObject({ kind: z.literal('tests') }),
]);

export function trialRoutes(options: ApiOptions): Route[] {
  const { types, trials } = options;

  const begin = clientRoute({
    method: 'post',
    path: '/pipelines/:id/trials',
    summary: 'Tries a draft on events, without any effect; look at the trial until it has ended',
    unaudited: true,
    may: 'build',
    body: z.strictObject({
      graph: Graph,
      of: Of,
      upTo: z.string().max(40).optional().describe('Only what leads to this node'),
    }),
    answer: TrialBegunView,
    status: 202,
    run: async ({ clientId, params, body }) => {
      const { name, version, graph: deployed } = await flowOf(options, clientId, params.id);
      const part = (graph: Graph): Graph => (body.upTo === undefined ? graph : upTo(graph, body.upTo));
      const graph = part(body.graph);
      const [problem] = validateGraph(graph, types, await connectionFacts(options, clientId));
      if (problem)
        throw new Problem(
          422,
          'The flow can’t be tried yet',
          `${problem.text} Mend it first, then try again.`,
        );
      const request = {
        clientId,
        name,
        graph,
        deployed: version === 0 ? null : part(deployed),
        of: trialOf(body.of, body.graph),
      };
      return { id: trials.desk.begin(request) };
    },
  });

  const one = clientRoute({
    method: 'get',
    path: '/trials/:id',
    summary: 'A trial: how far it is, and what it found',
    may: 'build',
    answer: TrialView,
    run: async ({ clientId, params }) => {
      const trial = trials.desk.one(clientId, params.id);
      if (!trial)
        throw new Problem(404, 'No such trial', 'Trials are kept for some minutes. Try the flow again.');
      return trialViewOf(trial, types);
    },
  });

  return [begin, one];
}

function trialOf(of: z.infer<typeof Of>, { tests = [] }: Graph): TrialOf {
  switch (of.kind) {
    case 'period': {
      const until = new Date();
      return {
        kind: 'period',
        from: new Date(until.getTime() - of.hours * HOUR_MS),
        until,
        limit: EVENTS_MAX,
      };
    }
    case 'tests':
      return { kind: 'tests', tests };
    case 'sample': {
      const event = SampleEvent.safeParse(of.event);
      if (event.success) return { kind: 'sample', event: event.data };
      throw new Problem(400, 'That is no sample', `${z.prettifyError(event.error)}. Nothing was tried.`);
    }
    default:
      return of;
  }
}
