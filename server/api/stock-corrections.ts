/** Stock corrected by hand. */
import { z } from 'zod';
import { type ClientId, MAIN_LOCATION, Sku } from '#runtime/ids.ts';
import { correctByHand } from '#runtime/stock/correct-by-hand.ts';
import { KeyReused, type StockOperation } from '#runtime/stock/operation.ts';
import { Problem } from '../problem.ts';
import type { ApiOptions } from './client-context.ts';
import { clientRoute, type Route } from './route.ts';
import { CorrectionView } from './views.ts';

const Correction = z.strictObject({
  /** Chosen by the caller: the same request sent again is done once. */
  key: z.string().min(1).max(100),
  sku: Sku,
  note: z.string().max(500).optional(),
});
const Adjustment = Correction.extend({ change: z.int() });
const Count = Correction.extend({ quantity: z.int(), seenVersion: z.int() });

export function stockCorrectionRoutes({ database, wake }: ApiOptions): Route[] {
  const adjust = clientRoute({
    method: 'post',
    path: '/stock/adjustments',
    summary: 'Adds units to a SKU, or takes some away',
    may: 'decide',
    body: Adjustment,
    answer: CorrectionView,
    run: async ({ clientId, body: { key, change, sku, note } }) =>
      await correct(clientId, { kind: 'adjust', change, key: `adjust:${key}`, ...common(sku, note) }),
  });

  const count = clientRoute({
    method: 'post',
    path: '/stock/counts',
    summary: 'Sets a SKU to what was counted, unless it has changed since it was looked at',
    may: 'decide',
    body: Count,
    answer: CorrectionView,
    run: async ({ clientId, body: { key, quantity, seenVersion, sku, note } }) =>
      await correct(clientId, {
        kind: 'count',
        quantity,
        seenVersion,
        key: `count:${key}`,
        ...common(sku, note),
      }),
  });

  async function correct(clientId: ClientId, operation: StockOperation) {
    const result = await correctByHand(database.db, clientId, operation).catch(explain);
    if (result.outcome === 'unknown-sku') {
      throw new Problem(404, 'Unknown SKU', `The ledger holds no "${operation.sku}". Nothing was changed.`);
    }
    if (result.outcome === 'stale' || result.outcome === 'short') {
      const why =
        result.outcome === 'stale' ? 'It has changed since you counted' : 'It would fall below zero';
      throw new Problem(
        409,
        'Not possible now',
        `${why}: ${result.level.onHand} on hand. Nothing was changed.`,
      );
    }
    wake(clientId);
    const { onHand, available, version, title } = result.level;
    return { repeated: result.repeated, level: { sku: operation.sku, title, onHand, available, version } };
  }

  return [adjust, count];
}

function common(sku: Sku, note: string | undefined) {
  return { sku, location: MAIN_LOCATION, cause: { by: 'person', ...(note ? { note } : {}) } };
}

function explain(error: unknown): never {
  if (error instanceof KeyReused)
    throw new Problem(409, 'Key used before', `${error.message}. Choose a new key.`);
  if (error instanceof z.ZodError)
    throw new Problem(400, 'Not a possible quantity', `${z.prettifyError(error)}. Nothing was changed.`);
  throw error;
}
