/** Runs one event in every pipeline of its client that wants it, and keeps what became of each run. */

import type { Db } from 'mongodb';
import { ObjectId } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
import type { EffectsOf } from '../effects/live-effects.ts';
import { codeOf, Rejected, Retryable, verdictOf } from '../errors.ts';
import type { IncomingEvent } from '../events/event.ts';
import { aboutOf } from '../executions/about.ts';
import type { ExecutionDocument } from '../executions/execution-document.ts';
import type { Recorder } from '../executions/recorder.ts';
import type { ClientId } from '../ids.ts';
import type { Execution } from './execution.ts';
import type { ExecutionContext, FlowFailed, Host } from './host.ts';

export interface RunOptions {
  readonly db: Db;
  readonly clientId: ClientId;
  readonly host: Host;
  readonly effectsOf: EffectsOf;
  readonly recorder: Recorder;
}

/**
 * Runs the event. A run that ended well at an earlier try is not run again.
 * @throws the failure that leaves most hope: one that may pass before one that only a person can mend.
 */
export async function runEvent(
  { db, clientId, host, effectsOf, recorder }: RunOptions,
  event: IncomingEvent,
  signal: AbortSignal,
): Promise<void> {
  const executions = new ClientCollection<ExecutionDocument>(db, 'executions', clientId);
  const triggers = host.triggersFor(clientId, event.topic).map(({ pipeline, nodeId }) => ({
    pipeline,
    nodeId,
    id: `${event.id}:${pipeline.id}:${nodeId}`,
  }));
  const done = new Set<string>();
  if (event.failures > 0) {
    const ids = triggers.map(({ id }) => id);
    for await (const { _id } of executions.find({ _id: { $in: ids }, state: 'done' })) done.add(_id);
  }
  const failures = await Promise.all(
    triggers
      .filter(({ id }) => !done.has(id))
      .map(async ({ id, pipeline, nodeId }) => {
        const effects = effectsOf(event, pipeline.id);
        const execution = await host.run(id, nodeId, { pipeline, event, effects, signal });
        const failure = host.failureOf(execution);
        recorder.record(noteOf(execution, event, clientId, failure), execution.trace);
        return failure;
      }),
  );
  const failed = failures.filter((failure) => failure !== null);
  // The next try must know which runs ended well.
  if (failed.length > 0 && failed.length < failures.length) await recorder.flush();
  const worst = failed.find((failure) => verdictOf(failure) instanceof Retryable) ?? failed[0];
  if (worst) throw worst;
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
