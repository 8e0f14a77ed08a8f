/** Whether a deploy made things worse: how many runs fail since, and how many failed before. */
import type { Db, Filter } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
import type { ExecutionDocument } from '../executions/execution-document.ts';
import type { ClientId, PipelineId } from '../ids.ts';

export interface RunCounts {
  readonly all: number;
  readonly failed: number;
}

/** Fewer failed runs than this say nothing. */
const FAILED_MIN = 5;
/** The share that fails has to be so many times that of before, and this much above it. */
const TIMES_MIN = 3;
const SHARE_MORE_MIN = 0.2;
/** What failed in this time before the deploy is what failed before. */
const BEFORE_MS = 24 * 3_600_000;
/** A shop that is out of order fails whatever the flow. */
const NOT_ITS_FAULT = /^(far-side|connection|runner)\./;

/** Whether so many more fail that it can't be chance. A flow that never ran before is judged as one that never failed. */
export function isWorse(before: RunCounts, since: RunCounts): boolean {
  if (since.failed < FAILED_MIN) return false;
  const [was, is] = [shareOf(before), shareOf(since)];
  return is >= was * TIMES_MIN && is - was >= SHARE_MORE_MIN;
}

const shareOf = ({ all, failed }: RunCounts): number => (all === 0 ? 0 : failed / all);

/** Runs of a flow before and since a moment. Failures by a far side are left out: going back would not mend them. */
export async function runsAround(
  db: Db,
  clientId: ClientId,
  pipelineId: PipelineId,
  deployedAt: Date,
): Promise<{ readonly before: RunCounts; readonly since: RunCounts }> {
  const executions = new ClientCollection<ExecutionDocument>(db, 'executions', clientId);
  const count = async (period: Filter<ExecutionDocument>): Promise<RunCounts> => {
    const ours = { pipelineId, ...period };
    const failed = { ...ours, state: 'failed' as const, 'failure.code': { $not: NOT_ITS_FAULT } };
    const [all, bad] = await Promise.all([executions.count(ours), executions.count(failed)]);
    return { all, failed: bad };
  };
  const from = new Date(deployedAt.getTime() - BEFORE_MS);
  const [before, since] = await Promise.all([
    count({ endedAt: { $gte: from, $lt: deployedAt } }),
    count({ startedAt: { $gte: deployedAt }, endedAt: { $gte: deployedAt } }),
  ]);
  return { before, since };
}
