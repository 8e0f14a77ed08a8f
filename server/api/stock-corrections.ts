/** `POST /api/v1/stock/adjustments` and `/stock/counts`: stock corrected by hand. */
import { type Response, Router } from 'express';
import { z } from 'zod';
import { MAIN_LOCATION, Sku } from '#runtime/ids.ts';
import { correctByHand } from '#runtime/stock/correct-by-hand.ts';
import { KeyReused, type StockOperation } from '#runtime/stock/operation.ts';
import { Problem } from '../problem.ts';
import { type ApiOptions, clientOf } from './client-context.ts';
import { readQuery } from './paging.ts';

const Correction = z.strictObject({
  /** Chosen by the caller: the same request sent again is done once. */
  key: z.string().min(1).max(100),
  sku: Sku,
  note: z.string().max(500).optional(),
});
const Adjustment = Correction.extend({ change: z.int() });
const Count = Correction.extend({ quantity: z.int(), seenVersion: z.int() });

export function stockCorrectionRoutes({ database, wake }: ApiOptions): Router {
  const router = Router();

  router.post('/stock/adjustments', async (request, response) => {
    const { key, change, sku, note } = readQuery(Adjustment, request.body);
    await correct(response, { kind: 'adjust', change, key: `adjust:${key}`, ...common(sku, note) });
  });

  router.post('/stock/counts', async (request, response) => {
    const { key, quantity, seenVersion, sku, note } = readQuery(Count, request.body);
    await correct(response, {
      kind: 'count',
      quantity,
      seenVersion,
      key: `count:${key}`,
      ...common(sku, note),
    });
  });

  async function correct(response: Response, operation: StockOperation): Promise<void> {
    const clientId = clientOf(response);
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
    response.json(result);
  }

  return router;
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
