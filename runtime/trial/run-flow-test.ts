/** A flow's own tests: an event with its world, and the effects that are expected of it. */
import { SimulatedState } from '../effects/simulated-state.ts';
import type { Host, HostedPipeline } from '../host/host.ts';
import type { FlowTest } from '../pipelines/graph.ts';
import { compareEffects, linesOf } from './compare-effects.ts';
import { fixedWorld } from './fixed-world.ts';
import { eventOfSample, SampleEvent } from './sample-event.ts';
import { simulateEvent } from './simulate-event.ts';
import type { TestResult } from './trial.ts';

/** What the flow does with a sample, a line for each effect. */
export async function testFlow(host: Host, flow: HostedPipeline, sample: SampleEvent): Promise<string[]> {
  const world = fixedWorld(sample);
  const state = new SimulatedState(world);
  const { effects } = await simulateEvent(host, flow, eventOfSample(sample), { world, state });
  return linesOf(effects);
}

/** Runs one test. */
export async function verdictOfTest(
  host: Host,
  flow: HostedPipeline,
  { id, name, event, expected }: FlowTest,
): Promise<TestResult> {
  const sample = SampleEvent.safeParse(event);
  if (!sample.success)
    return { id, name, problem: 'Its event is none that this SyncFlow can read.', gone: [], added: [] };
  const { gone, added } = compareEffects(expected, await testFlow(host, flow, sample.data));
  return { id, name, problem: problemOf(gone, added), gone, added };
}

function problemOf(gone: readonly string[], added: readonly string[]): string | null {
  if (gone.length + added.length === 0) return null;
  const missing = gone.length > 0 ? `expected but not done: ${gone.join('; ')}` : '';
  const unasked = added.length > 0 ? `done but not expected: ${added.join('; ')}` : '';
  return [missing, unasked].filter((part) => part !== '').join('. ');
}
