/** Runs one event in every pipeline of its client that wants it, and keeps what became of each run. */

import type { Db } from 'mongodb';
import { ObjectId } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
import type { EffectsOf } from '../effects/live-effects.ts';
import { Retryable, verdictOf } from '../errors.ts';
import type { IncomingEvent } from '../events/event.ts';
import type { ClientId, PipelineId } from '../ids.ts';
import type { Host } from './host.ts';

export interface ExecutionDocument {
  /** `<event>:<pipeline>:<trigger>` */
  readonly _id: string;
  readonly clientId: ClientId;
  readonly pipelineId: PipelineId;
  readonly eventId: ObjectId;
  readonly state: 'done' | 'failed';
  readonly tries: number;
  readonly startedAt: Date;
  readonly endedAt: Date;
  readonly ms: number;
  /** By node id: messages that went well and that failed, and milliseconds over all. */
  readonly nodes: Readonly<
    Record<string, { readonly done: number; readonly failed: number; readonly ms: number }>
  >;
  readonly failure: { readonly where: string; readonly reason: string } | null;
}

/**
 * Runs the event. A run that ended well at an earlier try is not run again.
 * @throws the failure that leaves most hope: one that may pass before one that only a person can mend.
 */
export async function runEvent(
  { db, clientId, host, effectsOf }: { db: Db; clientId: ClientId; host: Host; effectsOf: EffectsOf },
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
        await executions.updateOne(
          { _id: id },
          {
            $set: {
              pipelineId: pipeline.id,
              eventId: new ObjectId(event.id),
              state: failure ? 'failed' : 'done',
              tries: event.failures + 1,
              startedAt: execution.startedAt,
              endedAt: new Date(),
              ms: execution.ms,
              nodes: Object.fromEntries(
                [...execution.activity].map(([node, activity]) => [
                  node.slice(pipeline.id.length + 1),
                  activity,
                ]),
              ),
              failure: failure ? { where: failure.where, reason: failure.message } : null,
            },
          },
          { upsert: true },
        );
        return failure;
      }),
  );
  const failed = failures.filter((failure) => failure !== null);
  const worst = failed.find((failure) => verdictOf(failure) instanceof Retryable) ?? failed[0];
  if (worst) throw worst;
}
