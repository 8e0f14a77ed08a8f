/** Runs one version of a flow for one event, with effects that happen nowhere. */
import type { KnownWorld } from '../effects/known-world.ts';
import { type SimulatedEffect, simulated } from '../effects/simulated-effect.ts';
import { simulatedEffects } from '../effects/simulated-effects.ts';
import type { SimulatedState } from '../effects/simulated-state.ts';
import type { IncomingEvent } from '../events/event.ts';
import type { Execution } from '../host/execution.ts';
import type { ExecutionContext, Host, HostedPipeline } from '../host/host.ts';

/** A flow that wakes itself again and again is left alone after so many events that came of one. */
const FOLLOWING_MAX = 20;

export interface SimulatedRun {
  readonly effects: readonly SimulatedEffect[];
  readonly executions: readonly Execution<ExecutionContext>[];
}

/** Runs the flow at each trigger that wants the event, and then for what comes of it (stock that changed). */
export async function simulateEvent(
  host: Host,
  pipeline: HostedPipeline,
  event: IncomingEvent,
  { world, state }: { readonly world: KnownWorld; readonly state: SimulatedState },
): Promise<SimulatedRun> {
  const effects: SimulatedEffect[] = [];
  const executions: Execution<ExecutionContext>[] = [];
  const events = [event];
  const { signal } = new AbortController();
  for (const [index, one] of events.entries()) {
    const triggers = one.to
      ? host.addressed(pipeline.clientId, one.to, one.topic)
      : host
          .triggersFor(pipeline.clientId, one.topic)
          .filter((trigger) => trigger.pipeline.id === pipeline.id);
    for (const { nodeId } of triggers) {
      const simulation = {
        pipelineId: pipeline.id,
        world,
        state,
        note: (effect: SimulatedEffect) => effects.push(effect),
        emit: (following: IncomingEvent) => {
          if (events.length <= FOLLOWING_MAX) events.push(following);
        },
      };
      const execution = await host.run(`${one.id}:${pipeline.id}:${nodeId}:${index}`, nodeId, {
        pipeline,
        event: one,
        effects: simulatedEffects(simulation, one),
        signal,
      });
      executions.push(execution);
      const failure = host.failureOf(execution);
      // The flow's name stands before the node's: both versions share the one, and only the other matters.
      if (failure) effects.push(simulated('fail', `Fails at ${placeOf(failure.where)}: ${failure.message}`));
    }
  }
  return { effects, executions };
}

const placeOf = (where: string): string => where.split(' › ').slice(1).join(' › ') || where;
