/** Keeps a client's steps within its budget of bytes: samples go first, then older successes, failures last. */
import type { ClientCollection } from '../database/client-collection.ts';
import { KEPT_FOR, type StepsDocument } from './execution-document.ts';

/** After pruning there is room again, so that it need not be done at once. */
const FILLED_AFTER = 0.8;
/** Most that are removed in one go. */
const REMOVED_MAX = 5_000;

/** @returns how many executions lost their steps. */
export async function pruneSteps(steps: ClientCollection<StepsDocument>, bytesMax: number): Promise<number> {
  const [sum] = await steps.aggregate<{ bytes: number }>([
    { $group: { _id: null, bytes: { $sum: '$bytes' } } },
  ]);
  let surplus = (sum?.bytes ?? 0) - bytesMax;
  if (surplus <= 0) return 0;
  surplus += bytesMax * (1 - FILLED_AFTER);
  let removed = 0;
  for (const keptFor of KEPT_FOR) {
    if (surplus <= 0) break;
    const oldest = await steps
      .find({ keptFor }, { projection: { bytes: 1 } })
      .sort({ endedAt: 1 })
      .limit(REMOVED_MAX)
      .toArray();
    const ids: string[] = [];
    for (const { _id, bytes } of oldest) {
      if (surplus <= 0) break;
      surplus -= bytes;
      ids.push(_id);
    }
    if (ids.length > 0) await steps.deleteMany({ _id: { $in: ids } });
    removed += ids.length;
  }
  return removed;
}
