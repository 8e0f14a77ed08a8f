/** One tried event in full: what each node got and gave, over all that ran for it. */
import type { KeptStep } from '../executions/execution-document.ts';
import { keptStep } from '../executions/recorder.ts';
import type { SimulatedRun } from './simulate-event.ts';
import type { TrialRun } from './trial.ts';

const STEPS_MAX = 200;

/** The nodes and steps of a run, as executions keep theirs. */
export function shownRun({
  executions,
}: Pick<SimulatedRun, 'executions'>): Pick<TrialRun, 'state' | 'ms' | 'nodes' | 'steps' | 'more'> {
  const nodes: Record<string, { done: number; failed: number; ms: number }> = {};
  const steps: KeptStep[] = [];
  let [atMs, more] = [0, 0];
  for (const { activity, trace, ms, context } of executions) {
    const nodeOf = (id: string) => id.slice(context.pipeline.id.length + 1);
    for (const [id, counts] of activity) {
      const known = nodes[nodeOf(id)] ?? { done: 0, failed: 0, ms: 0 };
      nodes[nodeOf(id)] = {
        done: known.done + counts.done,
        failed: known.failed + counts.failed,
        ms: known.ms + counts.ms,
      };
    }
    for (const step of trace.steps) {
      const kept = keptStep(step, trace.startedMs);
      steps.push({ ...kept, nodeId: nodeOf(step.nodeId), atMs: kept.atMs + atMs });
    }
    more += trace.more;
    atMs += ms;
  }
  return {
    state: executions.every(({ state }) => state === 'done') ? 'done' : 'failed',
    ms: atMs,
    nodes,
    steps: steps.slice(0, STEPS_MAX),
    more: more + Math.max(0, steps.length - STEPS_MAX),
  };
}
