/** Below how many units a product counts as low: what the client's own low-stock flow says, else ten. */
import { thresholdsOf } from '#nodes/stock/own-thresholds.ts';
import type { Database } from '#runtime/database/open-database.ts';
import type { ClientId } from '#runtime/ids.ts';
import { pipelinesOf } from '#runtime/pipelines/pipeline-model.ts';

const LOW_DEFAULT = 10;

export interface LowThresholds {
  readonly usual: number;
  /** Of single SKUs. */
  readonly own: ReadonlyMap<string, number>;
}

export async function lowThresholdsOf({ models }: Database, clientId: ClientId): Promise<LowThresholds> {
  const pipelines = await pipelinesOf(models, clientId);
  const { threshold, own } =
    pipelines.flatMap(({ graph }) => graph.nodes).find(({ type }) => type === 'low-stock')?.config ?? {};
  return {
    usual: typeof threshold === 'number' ? threshold : LOW_DEFAULT,
    own: thresholdsOf(typeof own === 'string' ? own : ''),
  };
}

export function isLow(
  { sku, available }: { readonly sku: string; readonly available: number },
  { usual, own }: LowThresholds,
): boolean {
  return available < (own.get(sku) ?? usual);
}
