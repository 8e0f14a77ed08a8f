/** The runs of flows that booked a movement: those that dealt with its order and were under way at that moment. */
import type { Db } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
import type { ExecutionDocument } from '../executions/execution-document.ts';
import type { ClientId, OrderId } from '../ids.ts';

export type Run = Pick<ExecutionDocument, '_id' | 'pipelineId' | 'startedAt' | 'ms' | 'state'>;

/** An order is seldom run more often than this; the newest are looked at. */
const RUNS_READ_MAX = 50;

export async function runsOf(
  db: Db,
  clientId: ClientId,
  { at, orderId }: { readonly at: Date; readonly orderId: OrderId },
): Promise<Run[]> {
  const ended = await new ClientCollection<ExecutionDocument>(db, 'executions', clientId)
    .find(
      { about: orderId, endedAt: { $gte: at } },
      { projection: { pipelineId: 1, startedAt: 1, ms: 1, state: 1 } },
    )
    .sort({ endedAt: 1 })
    .limit(RUNS_READ_MAX)
    .toArray();
  return ended.filter(({ startedAt }) => startedAt <= at);
}
