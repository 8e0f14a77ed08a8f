/**
 * Chooses where units come from, for clients that ship from more than one location. The choice looks at the stock of
 * the moment, so it is written down before it is booked: booked again after a crash, it is still the same.
 */
import type { ClientCollection } from '../database/client-collection.ts';
import { type LocationId, MAIN_LOCATION, type Sku } from '../ids.ts';
import type { StockDocument } from '../stock/stock-document.ts';
import { availableAt, SHELVES } from './available-at.ts';
import type { OrderDocument, StoredLine } from './order-document.ts';
import { LOCATION_CHOICES, primaryOf } from './policy/location-choice.ts';
import type { ClientPolicy } from './policy/policy-store.ts';
import type { StockChange, TakenChange } from './stock-change.ts';

/** The location of a line's units when nothing was written down: what it was first sold from, else `main`. */
export function homeOf({ changes }: Pick<StoredLine, 'changes'>, sku: Sku): LocationId {
  const chosen = changes.find((change): change is TakenChange => isSale(change) && change.from !== undefined);
  return chosen?.from?.find((one) => one.sku === sku)?.location ?? MAIN_LOCATION;
}

/**
 * The order with a choice for each line that is to be sold next and has none; null: nothing is to be written, since
 * everything comes from `main` or was chosen before.
 */
export async function withLocations(
  stock: ClientCollection<StockDocument>,
  { locationChoice, locationOrder }: ClientPolicy,
  order: OrderDocument,
): Promise<readonly StoredLine[] | null> {
  const choice = LOCATION_CHOICES[locationChoice];
  const primary = primaryOf(locationOrder);
  const isPlain = !choice.looks && primary === MAIN_LOCATION;
  if (isPlain && order.lines.every(({ shelf }) => shelf === undefined)) return null;
  const waiting = order.lines.flatMap((line, index) => {
    const change = line.changes[line.booked];
    const skus = line.accounts.length > 0 ? line.accounts.map(({ sku }) => sku) : [line.sku ?? []].flat();
    const isOpen = change && isSale(change) && !change.from && skus.length > 0;
    return isOpen && !(isPlain && line.shelf === undefined) ? [{ line, index, change, skus }] : [];
  });
  if (waiting.length === 0) return null;

  const wanted = waiting.flatMap(({ skus }) => skus);
  const items = choice.looks
    ? await stock.find({ sku: { $in: wanted } }, { projection: SHELVES }).toArray()
    : [];
  const available = new Map(items.map((item) => [item.sku, availableAt(item)]));
  const lines = [...order.lines];
  for (const { line, index, change, skus } of waiting) {
    const from = skus.map((sku) => {
      const units = change.units * (line.accounts.find((account) => account.sku === sku)?.per ?? 1);
      const there = available.get(sku) ?? new Map<LocationId, number>();
      // Where the channel itself says from where it sells, that is how it is.
      const location = line.shelf ?? choice.choose(units, there, locationOrder) ?? primary;
      // Two lines of one order may want the same SKU: what the first one takes, the second one can't count on.
      there.set(location, (there.get(location) ?? 0) - units);
      return { sku, location };
    });
    const changes = line.changes.map((entry) => (entry === change ? { ...change, from } : entry));
    lines[index] = { ...line, changes };
  }
  return lines;
}

function isSale(change: StockChange): change is TakenChange {
  return change.kind === 'taken' && change.units > 0;
}
