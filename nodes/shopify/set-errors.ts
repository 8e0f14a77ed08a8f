/** What the user errors of inventorySetQuantities mean. Codes: InventorySetQuantitiesUserErrorCode, 2026-10. */
import { Retryable } from '#runtime/errors.ts';
import type { QuantityChange, QuantityOutcome } from '#runtime/sync/channel.ts';

export interface SetError {
  readonly code: string | null;
  /** `["input", "quantities", "3", "changeFromQuantity"]` */
  readonly field: readonly string[] | null;
  readonly message: string;
}

export interface SetVerdict {
  readonly outcomes: Map<string, QuantityOutcome>;
  /** Something is stale, and the error does not say what. */
  readonly staleSomewhere: boolean;
}

const STALE: ReadonlySet<string | null> = new Set(['CHANGE_FROM_QUANTITY_STALE', 'COMPARE_QUANTITY_STALE']);
/** An earlier call under the same key came to nothing: nothing was written, the key is spent. */
const KEY_SPENT = 'IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED';
const CONCURRENT_WAIT_MS = 1000;

const REFUSALS: Readonly<Record<string, { readonly reason: string; readonly fix: string }>> = {
  INVALID_INVENTORY_ITEM: {
    reason: 'Shopify does not know this product any more.',
    fix: 'If the product was deleted, load the listings of this connection again.',
  },
  INVALID_LOCATION: {
    reason: 'Shopify does not know this location any more.',
    fix: 'Load the listings of this connection again: they will use a location that is active.',
  },
  NON_MUTABLE_INVENTORY_ITEM: {
    reason: 'Shopify derives the count of this product from others, as for a bundle.',
    fix: 'Set stock for the parts of the bundle, and take the bundle out of this connection.',
  },
  INVALID_QUANTITY_TOO_HIGH: {
    reason: 'Shopify does not count beyond 1,000,000,000.',
    fix: 'Correct the stock of this SKU.',
  },
};

/**
 * Sorts the errors by listing.
 * @throws {Retryable} when the same call is still under way at Shopify.
 * @throws {Error} for what only a mistake of ours can cause.
 */
export function judge(errors: readonly SetError[], changes: readonly QuantityChange[]): SetVerdict {
  const outcomes = new Map<string, QuantityOutcome>();
  let staleSomewhere = false;
  for (const error of errors) {
    if (error.code === KEY_SPENT) continue;
    if (error.code === 'IDEMPOTENCY_CONCURRENT_REQUEST') {
      throw new Retryable('Shopify is still busy with the same write.', {
        code: 'far-side.limited',
        afterMs: CONCURRENT_WAIT_MS,
      });
    }
    const change = changes[indexOf(error)];
    if (change) outcomes.set(change.externalId, outcomeOf(error));
    else if (STALE.has(error.code)) staleSomewhere = true;
    else throw new Error(`Shopify calls a write of quantities wrong: ${error.code} ${shown(error)}`);
  }
  return { outcomes, staleSomewhere: staleSomewhere && outcomes.size === 0 };
}

/** An error that we don't know concerns its listing alone: it must not hold up the other 249. */
function outcomeOf(error: SetError): QuantityOutcome {
  if (STALE.has(error.code)) return { kind: 'stale' };
  const known = REFUSALS[error.code ?? ''];
  if (known) return { kind: 'refused', ...known };
  return {
    kind: 'refused',
    reason: `Shopify refuses this quantity: ${shown(error)}`,
    fix: 'Look at the product in Shopify; if nothing is wrong there, report this text to SyncFlow.',
  };
}

const shown = (error: SetError): string => error.message.slice(0, 200);

/** Where in the list that was sent the error lies; -1 when it does not say. */
function indexOf({ field }: SetError): number {
  const index = field?.[field.indexOf('quantities') + 1] ?? '';
  return /^\d{1,3}$/.test(index) ? Number(index) : -1;
}
