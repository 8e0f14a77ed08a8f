/** Stock corrected, counted, taken in and carried by hand. */
import { z } from 'zod';
import { LocationId, MAIN_LOCATION, Sku } from '#runtime/ids.ts';
import { correctByHand } from '#runtime/stock/correct-by-hand.ts';
import { KeyReused, type StockOperation, type StockResult } from '#runtime/stock/operation.ts';
import { Problem } from '../problem.ts';
import type { ApiOptions } from './client-context.ts';
import { type ClientAsker, clientRoute, type Route } from './route.ts';
import { CorrectionView } from './views.ts';

const Correction = z.strictObject({
  /** Chosen by the caller: the same request sent again is done once. */
  key: z.string().min(1).max(100),
  sku: Sku,
  location: LocationId.default(MAIN_LOCATION),
  note: z.string().max(500).optional(),
});
const Adjustment = Correction.extend({ change: z.int() });
const Count = Correction.extend({ quantity: z.int(), seenVersion: z.int() });
/** A location that the SKU never lay at begins with it; backorders are filled from it, oldest first. */
const Receipt = Correction.extend({ units: z.int() });
const Transfer = Correction.omit({ location: true }).extend({
  units: z.int(),
  from: LocationId,
  to: LocationId,
});

export function stockCorrectionRoutes({ database, wake }: ApiOptions): Route[] {
  const adjust = clientRoute({
    method: 'post',
    path: '/stock/adjustments',
    summary: 'Adds units to a SKU, or takes some away',
    may: 'decide',
    body: Adjustment,
    answer: CorrectionView,
    run: async ({ body: { change, ...given }, ...asker }) =>
      await correct(asker, { kind: 'adjust', change, ...common(asker, 'adjust', given) }),
  });

  const count = clientRoute({
    method: 'post',
    path: '/stock/counts',
    summary: 'Sets a SKU to what was counted, unless it has changed since it was looked at',
    may: 'decide',
    body: Count,
    answer: CorrectionView,
    run: async ({ body: { quantity, seenVersion, ...given }, ...asker }) =>
      await correct(asker, {
        kind: 'count',
        quantity,
        seenVersion,
        ...common(asker, 'count', given),
      }),
  });

  const receive = clientRoute({
    method: 'post',
    path: '/stock/receipts',
    summary: 'Takes a delivery in; backorders are filled from it, oldest first',
    may: 'decide',
    body: Receipt,
    answer: CorrectionView,
    run: async ({ body: { units, ...given }, ...asker }) =>
      await correct(asker, {
        kind: 'receive',
        units,
        connectionId: null,
        ...common(asker, 'receive', given),
      }),
  });

  const transfer = clientRoute({
    method: 'post',
    path: '/stock/transfers',
    summary: 'Carries units from one location to another',
    may: 'decide',
    body: Transfer,
    answer: CorrectionView,
    run: async ({ body: { units, from, to, ...given }, ...asker }) =>
      await correct(asker, {
        kind: 'transfer',
        units,
        to,
        ...common(asker, 'transfer', { ...given, location: from }),
      }),
  });

  async function correct({ clientId }: ClientAsker, operation: StockOperation) {
    const result = await correctByHand(database.db, clientId, operation).catch(explain);
    if (result.outcome === 'unknown-sku') {
      throw new Problem(404, 'Unknown SKU', `The ledger holds no "${operation.sku}". Nothing was changed.`);
    }
    if (result.outcome !== 'applied') {
      throw new Problem(409, 'Not possible now', `${whyNot(result, operation)} Nothing was changed.`);
    }
    wake(clientId);
    const { onHand, available, version, title } = result.level;
    return { repeated: result.repeated, level: { sku: operation.sku, title, onHand, available, version } };
  }

  return [adjust, count, receive, transfer];
}

function common({ by }: ClientAsker, kind: string, { key, sku, location, note }: z.infer<typeof Correction>) {
  return { key: `${kind}:${key}`, sku, location, cause: { by, ...(note ? { note } : {}) } };
}

type Refused = Exclude<StockResult, { readonly outcome: 'applied' | 'unknown-sku' }>;

function whyNot({ outcome, level }: Refused, { location }: StockOperation): string {
  switch (outcome) {
    case 'stale':
      return `It has changed since you counted: ${level.onHand} on hand.`;
    case 'unknown-location':
      return `It never lay at "${location}".`;
    case 'full':
      return 'It lies at as many locations as SyncFlow keeps for one product.';
    default:
      return `Too few are free at "${location}": ${level.byLocation[location]?.available ?? 0} of ${level.onHand} on hand.`;
  }
}

function explain(error: unknown): never {
  if (error instanceof KeyReused)
    throw new Problem(409, 'Key used before', `${error.message}. Choose a new key.`);
  if (error instanceof z.ZodError)
    throw new Problem(400, 'Not a possible quantity', `${z.prettifyError(error)}. Nothing was changed.`);
  throw error;
}
