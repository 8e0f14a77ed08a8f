/**
 * Runs a changed flow without effects, and compares what it would do with what the deployed version would do. Each event
 * meets the world as the deployed version left it, so that an order is listed for what the change does to it, and not for
 * what the change did to others before it.
 */
import type { KnownWorld } from '../effects/known-world.ts';
import { SimulatedState } from '../effects/simulated-state.ts';
import type { IncomingEvent } from '../events/event.ts';
import { runningPart } from '../flow/running-part.ts';
import type { Host, HostedPipeline } from '../host/host.ts';
import { PipelineId } from '../ids.ts';
import { compareEffects, linesOf } from './compare-effects.ts';
import { RememberingWorld } from './remembering-world.ts';
import { testFlow, verdictOfTest } from './run-flow-test.ts';
import { type SimulatedRun, simulateEvent } from './simulate-event.ts';
import type { TrialDifference, TrialReport, TrialRequest, TrialRun } from './trial.ts';
import { shownRun } from './trial-run.ts';

const DIFFERENCES_MAX = 500;
const PROGRESS_EVERY = 50;
const DRAFT = PipelineId.parse('draft');
const DEPLOYED = PipelineId.parse('deployed');

export interface TrialParts {
  readonly host: Host;
  readonly world: KnownWorld;
  /** Oldest first. */
  readonly events: readonly IncomingEvent[];
  readonly more: boolean;
  readonly progress: (done: number, total: number) => void;
}

/** Puts the flow of the request to work, without anything that it could reach. */
export async function deployTrial(
  host: Host,
  { clientId, name, graph, deployed }: TrialRequest,
): Promise<{ readonly draft: HostedPipeline; readonly deployed: HostedPipeline | null }> {
  const draft = { id: DRAFT, clientId, name, graph: runningPart(graph) };
  const other = deployed && { id: DEPLOYED, clientId, name, graph: runningPart(deployed) };
  await host.deploy(other ? [draft, other] : [draft]);
  return { draft, deployed: other };
}

/** Tries the events. @throws {Error} when the flow has a problem that keeps it from running. */
export async function runTrial(request: TrialRequest, parts: TrialParts): Promise<TrialReport> {
  const { host, events, progress } = parts;
  const began = performance.now();
  const { draft, deployed } = await deployTrial(host, request);
  const remembering = events.length === 1 ? new RememberingWorld(parts.world) : null;
  const world = remembering ?? parts.world;
  const state = new SimulatedState(world);
  const counts: Record<string, number> = {};
  const differences: TrialDifference[] = [];
  const [orders, differing] = [new Set<string>(), new Set<string>()];
  let run: TrialRun | null = null;
  for (const [index, event] of events.entries()) {
    const tried = state.fork();
    const byDraft = await simulateEvent(host, draft, event, { world, state: tried });
    const base = deployed ? state.fork() : tried;
    const byDeployed = deployed ? await simulateEvent(host, deployed, event, { world, state: base }) : null;
    state.take(base);
    for (const { kind } of byDraft.effects) counts[kind] = (counts[kind] ?? 0) + 1;
    const about = await aboutOf(event, world);
    if (about.isOrder) orders.add(about.key);
    const difference = byDeployed && compareEffects(linesOf(byDeployed.effects), linesOf(byDraft.effects));
    if (difference && difference.gone.length + difference.added.length > 0) {
      differing.add(about.key);
      if (differences.length < DIFFERENCES_MAX)
        differences.push({ eventId: event.id, subject: about.subject, at: event.receivedAt, ...difference });
    }
    if (remembering)
      run = await oneInFull(host, draft, event, { byDraft, byDeployed, remembering, subject: about.subject });
    if (index % PROGRESS_EVERY === 0) progress(index, events.length);
  }
  return {
    events: events.length,
    orders: orders.size,
    more: parts.more,
    ms: performance.now() - began,
    counts,
    differing: differing.size,
    differences,
    run,
    tests: [],
  };
}

interface InFull {
  readonly byDraft: SimulatedRun;
  readonly byDeployed: SimulatedRun | null;
  readonly remembering: RememberingWorld;
  readonly subject: string;
}

async function oneInFull(
  host: Host,
  draft: HostedPipeline,
  event: IncomingEvent,
  { byDraft, byDeployed, remembering, subject }: InFull,
): Promise<TrialRun> {
  const sample = remembering.sampleOf(event);
  return {
    subject,
    effects: byDraft.effects,
    deployed: byDeployed?.effects ?? null,
    ...shownRun(byDraft),
    // By the test's own world, which has no rules of sharing: so it holds whatever they become.
    keep: sample && { event: sample, expected: await testFlow(host, draft, sample) },
  };
}

/** What people call an event, and what makes two events one. */
async function aboutOf(
  event: IncomingEvent,
  world: KnownWorld,
): Promise<{ readonly key: string; readonly subject: string; readonly isOrder: boolean }> {
  if (event.topic === 'order.changed') {
    const order = await world.readOrder(event);
    if ('skipped' in order) return { key: event.id, subject: order.skipped, isOrder: false };
    return { key: `${order.connectionId}/${order.externalId}`, subject: order.number, isOrder: true };
  }
  if (event.topic === 'stock.changed') {
    const skus = world.readStockChanged(event).levels.map(({ sku }) => sku);
    return { key: event.id, subject: skus.slice(0, 3).join(', '), isOrder: false };
  }
  const listings = await world.readListingsChanged(event);
  const titles = [...new Set(listings.map(({ title }) => title))];
  return { key: event.id, subject: titles.slice(0, 3).join(', '), isOrder: false };
}

/** Runs the tests of a flow. */
export async function runFlowTests(
  host: Host,
  request: TrialRequest,
  progress: TrialParts['progress'],
): Promise<TrialReport> {
  const began = performance.now();
  const { draft } = await deployTrial(host, { ...request, deployed: null });
  const all = request.of.kind === 'tests' ? request.of.tests : [];
  const tests = [];
  for (const test of all) {
    tests.push(await verdictOfTest(host, draft, test));
    progress(tests.length, all.length);
  }
  const nothing = { orders: 0, more: false, counts: {}, differing: 0, differences: [], run: null };
  return { ...nothing, events: all.length, ms: performance.now() - began, tests };
}
