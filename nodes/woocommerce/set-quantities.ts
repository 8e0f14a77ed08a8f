/** Writes counts by WooCommerce's batch endpoints. */
import { z } from 'zod';
import { Retryable } from '#runtime/errors.ts';
import type { QuantityChange, QuantityOutcome } from '#runtime/sync/channel.ts';
import { TooLarge } from './answer-trouble.ts';
import { byParent, type StockGroup } from './by-parent.ts';
import { StockRow } from './listing-row.ts';
import type { Rest } from './rest.ts';

const CHANGES_MAX = 100;

const ItemError = z.object({
  id: z.int(),
  error: z.object({ code: z.string(), data: z.unknown() }),
});
type ItemError = z.infer<typeof ItemError>;
/** Items that failed stand among those that did not, under the same status 200 (recorded: rest-17). */
const BatchAnswer = z.object({ update: z.array(z.union([ItemError, StockRow])) });

/**
 * Writes absolute quantities; `from` is not looked at, since WooCommerce compares nothing: `stale` is never
 * answered, and a sale that came in since our last read is overwritten. The caller reads back.
 * When this throws, some groups may be written: the same changes can be sent again at any time.
 */
export async function setQuantities(
  rest: Rest,
  changes: readonly QuantityChange[],
): Promise<Map<string, QuantityOutcome>> {
  if (changes.length > CHANGES_MAX)
    throw new RangeError(`setQuantities takes at most ${CHANGES_MAX} changes`);
  const outcomes = new Map<string, QuantityOutcome>();
  for (const group of byParent(changes)) {
    await writeGroup(rest, group, [...group.items.keys()], outcomes);
  }
  return outcomes;
}

/** Halves the batch while the shop finds it too large: sites lower the limit of 100 by a filter. */
async function writeGroup(
  rest: Rest,
  group: StockGroup<QuantityChange>,
  ids: readonly number[],
  outcomes: Map<string, QuantityOutcome>,
): Promise<void> {
  try {
    await writeBatch(rest, group, ids, outcomes);
  } catch (error) {
    if (!(error instanceof TooLarge) || ids.length < 2) throw error;
    const half = Math.ceil(ids.length / 2);
    await writeGroup(rest, group, ids.slice(0, half), outcomes);
    await writeGroup(rest, group, ids.slice(half), outcomes);
  }
}

async function writeBatch(
  rest: Rest,
  { path, name, variations, items }: StockGroup<QuantityChange>,
  ids: readonly number[],
  outcomes: Map<string, QuantityOutcome>,
): Promise<void> {
  const body = { update: ids.map((id) => ({ id, stock_quantity: items.get(id)?.to })) };
  const call = { name: `POST ${name}/batch`, method: 'POST', path: `${path}/batch`, body } as const;
  const answer = await rest(call, BatchAnswer);
  const answered = new Map(answer.body.update.map((item) => [item.id, item]));
  for (const id of ids) {
    const item = answered.get(id);
    const change = items.get(id);
    if (!item || !change)
      throw new Retryable('The shop answered for only a part of the quantities that were sent.');
    outcomes.set(change.externalId, outcomeOf(item, variations));
  }
}

function outcomeOf(item: ItemError | StockRow, variation: boolean): QuantityOutcome {
  if ('error' in item) return refusedByShop(item.error);
  if (item.manage_stock === true) return { kind: 'set' };
  if (item.manage_stock === 'parent') {
    return {
      kind: 'refused',
      reason: 'This variation has no count of its own: it shares the count of its product.',
      fix: 'In WooCommerce tick "Manage stock?" on this variation, or match the SKU to the product as a whole; then refresh the listings.',
    };
  }
  return {
    kind: 'refused',
    reason: 'WooCommerce does not count this product, so it dropped the quantity.',
    fix: variation
      ? 'In WooCommerce tick "Manage stock?" on this variation, then retry.'
      : 'In WooCommerce tick "Track stock quantity for this product" under Inventory, then retry.',
  };
}

function refusedByShop(error: ItemError['error']): QuantityOutcome {
  const status = z.object({ status: z.int() }).safeParse(error.data).data?.status ?? 400;
  // The shop's own trouble with one product may pass; the whole call can be repeated without harm.
  if (status >= 500 || status === 429)
    throw new Retryable(`WooCommerce could not save a product (${error.code.slice(0, 100)}).`);
  if (error.code.endsWith('_invalid_id')) {
    return {
      kind: 'refused',
      reason: 'The product is no longer in the shop.',
      fix: 'Restore it from the trash in WooCommerce, or refresh the listings and match the SKU to another product.',
    };
  }
  return {
    kind: 'refused',
    reason: `WooCommerce refused the quantity (${error.code.slice(0, 100)}).`,
    fix: 'Open the product in WooCommerce and save it there once: the message that appears says what is missing.',
  };
}
