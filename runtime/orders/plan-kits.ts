/**
 * A kit's line gets one account for each component, written down before anything is booked: a line keeps the components
 * that it was sold with, also when the kit is changed while a process dies.
 */
import type { KitBook } from '../kits/with-kits.ts';
import type { OrderDocument, StoredLine } from './order-document.ts';
import { newAccount } from './stock-account.ts';

/** The order's lines with their components; null: none of them has any that are not written down. */
export function withComponents(order: OrderDocument, kits: KitBook): readonly StoredLine[] | null {
  let changed = false;
  const lines = order.lines.map((line) => {
    const { sku, accounts, changes } = line;
    const kit = sku !== null && accounts.length === 0 && changes.length > 0 ? kits.kit(sku) : null;
    if (!kit) return line;
    changed = true;
    return { ...line, accounts: kit.components.map((one) => newAccount(one.sku, one.units)) };
  });
  return changed ? lines : null;
}
