/** Below how many units a product counts as low: what the client's own low-stock flow says, else ten. */
import type { Database } from '#runtime/database/open-database.ts';
import type { ClientId } from '#runtime/ids.ts';
import { pipelinesOf } from '#runtime/pipelines/pipeline-model.ts';

const LOW_DEFAULT = 10;

export async function lowThresholdOf({ models }: Database, clientId: ClientId): Promise<number> {
  const pipelines = await pipelinesOf(models, clientId);
  const node = pipelines.flatMap(({ graph }) => graph.nodes).find(({ type }) => type === 'low-stock');
  return typeof node?.config.threshold === 'number' ? node.config.threshold : LOW_DEFAULT;
}
