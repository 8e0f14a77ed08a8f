/** The runs of flows that booked a movement: those of the order's events that were under way at that moment. */
import type { Db, ObjectId } from 'mongodb';
import { ClientCollection, type ClientDocument } from '../database/client-collection.ts';
import type { EventDocument } from '../events/event.ts';
import { type ClientId, type ConnectionId, type OrderId, orderIdOf, type PipelineId } from '../ids.ts';

export interface Run {
  readonly id: string;
  readonly pipelineId: PipelineId;
  readonly startedAt: Date;
  readonly ms: number;
  readonly state: string;
}

/** What is read of an execution. */
interface ExecutionMark extends ClientDocument {
  readonly _id: string;
  readonly pipelineId: PipelineId;
  readonly eventId: ObjectId;
  readonly startedAt: Date;
  readonly endedAt: Date;
  readonly ms: number;
  readonly state: string;
}

/** A run that goes on longer than this after its booking is not looked for. */
const RUN_MS_MAX = 10 * 60_000;
const RUNS_READ_MAX = 300;
const PARTITION = /^order:(.+)$/;

export async function runsOf(
  db: Db,
  clientId: ClientId,
  movement: { readonly at: Date; readonly orderId: OrderId },
): Promise<Run[]> {
  const { at, orderId } = movement;
  const executions = new ClientCollection<ExecutionMark>(db, 'executions', clientId);
  const ended = await executions
    .find({
      state: { $in: ['done', 'failed'] },
      endedAt: { $gte: at, $lte: new Date(at.getTime() + RUN_MS_MAX) },
    })
    .sort({ endedAt: 1 })
    .limit(RUNS_READ_MAX)
    .toArray();
  const running = ended.filter(({ startedAt }) => startedAt <= at);
  const events = new ClientCollection<EventDocument>(db, 'events', clientId);
  const ofOrder = new Set<string>();
  const ids = running.map(({ eventId }) => eventId);
  for await (const { _id, source, partition } of events.find(
    { _id: { $in: ids } },
    { projection: { source: 1, partition: 1 } },
  )) {
    const externalId = PARTITION.exec(partition)?.[1];
    if (externalId && orderIdOf(source as ConnectionId, externalId) === orderId)
      ofOrder.add(_id.toHexString());
  }
  return running
    .filter(({ eventId }) => ofOrder.has(eventId.toHexString()))
    .map(({ _id: id, pipelineId, startedAt, ms, state }) => ({ id, pipelineId, startedAt, ms, state }));
}
