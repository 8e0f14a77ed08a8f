/** How many units of an order line the shop has taken out of its own count. */
import { Rejected } from '#runtime/errors.ts';

/** PHP writes a list whose numbering has a gap as an object. */
type MetaData = readonly unknown[] | Readonly<Record<string, unknown>>;

/**
 * Reads the line's `_reduced_stock`. WooCommerce sets it when it takes units (on payment, processing, on-hold,
 * completed), lowers it by a refund with restock, and removes it when it puts all back (cancelled, pending):
 * it is the net number (wc-stock-functions.php; recorded: 2, after a restocked refund of one 1, cancelled: gone).
 * Absent: nothing is taken, as for a product that the shop does not count. Below zero, after a refund of more
 * than was taken: 0, since a line can't hold less than nothing.
 * @throws {Rejected} when it is there but no whole number: guessing it would move stock.
 */
export function takenUnits(metaData: MetaData, where: string): number {
  const entry = Object.values(metaData).find(isReducedStock);
  const value = entry?.value ?? '';
  if (value === '') return 0;
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  if (!/^-?\d{1,15}(\.0+)?$/.test(text)) {
    throw new Rejected(`The order tells no whole number of units that it took from stock (${where}).`, {
      code: 'order.unreadable',
      fix: 'SyncFlow counts whole units: correct the stock of this line\'s product by hand, and switch off plugins that sell fractions or rewrite "_reduced_stock".',
    });
  }
  return Math.max(Number(text), 0);
}

function isReducedStock(entry: unknown): entry is { key: string; value?: unknown } {
  return typeof entry === 'object' && entry !== null && 'key' in entry && entry.key === '_reduced_stock';
}
