/** Runs one event in every pipeline of its client that wants it, and keeps what became of each run. */

import { ObjectId } from 'mongodb';
import type { EffectsOf } from '../effects/live-effects.ts';
import { codeOf, Rejected, verdictOf } from '../errors.ts';
import type { IncomingEvent } from '../events/event.ts';
import { nextDelayMs } from '../events/retry-policy.ts';
import { aboutOf } from '../executions/about.ts';
import type { ExecutionDocument } from '../executions/execution-document.ts';
import type { Recorder } from '../executions/recorder.ts';
import type { ClientId } from '../ids.ts';
import type { Execution } from './execution.ts';
import { type FlowEnd, failedFlows } from './failed-flows.ts';
import { type ExecutionContext, type FlowFailed, FlowGone, type Host } from './host.ts';
import type { TriggerOf } from './starts.ts';

export interface RunOptions {
  readonly clientId: ClientId;
  readonly host: Host;
  readonly effectsOf: EffectsOf;
  readonly recorder: Recorder;
}

/**
 * Runs the event. A flow that ended well at an earlier try is not run again, and neither is one whose tries are used up
 * while others of the same event still have some.
 * @throws {FlowsFailed} with the failure that leaves most hope: one that may pass before one that only a person can mend.
 */
export async function runEvent(
  { clientId, host, effectsOf, recorder }: RunOptions,
  event: IncomingEvent,
  signal: AbortSignal,
): Promise<void> {
  const over = new Set([...event.flows.done, ...event.flows.givenUp.map(({ id }) => id)]);
  const flows = flowsFor(host, clientId, event)
    .map((trigger) => ({ ...trigger, id: `${event.id}:${trigger.pipeline.id}:${trigger.nodeId}` }))
    .filter(({ id }) => !over.has(id));
  const ends = await Promise.all(
    flows.map(async ({ id, pipeline, nodeId, retry }): Promise<FlowEnd> => {
      try {
        const effects = effectsOf(event, pipeline.id);
        const execution = await host.run(id, nodeId, { pipeline, event, effects, signal });
        const error = host.failureOf(execution);
        recorder.record(noteOf(execution, event, clientId, error), execution.trace);
        const nextTryMs = error && nextDelayMs(error, event.failures + 1, retry, Math.random());
        return { id, error, nextTryMs };
      } catch (error) {
        if (error instanceof FlowGone) return { id, error: null, nextTryMs: null };
        throw error;
      }
    }),
  );
  const failed = failedFlows(event.flows, ends);
  if (failed) throw failed;
}

/** @throws {Rejected} when what it was meant for is there no longer, and nobody else would notice: it is kept for a person. */
function flowsFor(host: Host, clientId: ClientId, { topic, to }: IncomingEvent): TriggerOf[] {
  if (!to) return host.triggersFor(clientId, topic);
  const found = host.addressed(clientId, to, topic);
  // The clock comes again.
  if (found.length > 0 || topic === 'schedule.due') return found;
  const what =
    topic === 'flow.continued'
      ? 'The flow, or the node, at which a message waited,'
      : 'The flow that was called';
  throw new Rejected(`${what} does not run any more.`, {
    code: 'flow.held',
    about: { kind: 'pipeline', id: to.pipelineId },
    fix: 'Resume the flow, or restore the version that has the node, then retry. Or leave the message here.',
  });
}

function noteOf(
  execution: Execution<ExecutionContext>,
  event: IncomingEvent,
  clientId: ClientId,
  failure: FlowFailed | null,
): ExecutionDocument {
  const { id, context, startedAt, ms, activity, trace } = execution;
  const { pipeline } = context;
  const verdict = verdictOf(failure);
  return {
    _id: id,
    clientId,
    pipelineId: pipeline.id,
    eventId: new ObjectId(event.id),
    state: failure ? 'failed' : 'done',
    tries: event.failures + 1,
    startedAt,
    endedAt: new Date(),
    ms,
    nodes: Object.fromEntries(
      [...activity].map(([node, figures]) => [node.slice(pipeline.id.length + 1), figures]),
    ),
    failure: failure
      ? {
          where: failure.where,
          reason: failure.message,
          code: codeOf(failure),
          fix: verdict instanceof Rejected ? verdict.fix : null,
        }
      : null,
    about: aboutOf(trace, event.partition),
  };
}
