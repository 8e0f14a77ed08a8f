/** From the sale or return of a kit to what it means for the ledger. */
import type { StockOperation } from '../stock/operation.ts';
import type { Kit } from './kit.ts';

type LineOperation = Extract<StockOperation, { readonly kind: 'commit' | 'receive' | 'withdraw' }>;

/**
 * The operations of a line's change, where the line's SKU is a kit: its components leave or come back, and the channel
 * that sold it counts the kit itself. Keys are made of the line's own key and the component, so each is applied once,
 * however often the line is booked; a component that is not there is short by itself, and the others are sold.
 * @param kit as it was when the line was first booked: keep it with the line, since a kit can be changed later.
 */
export function kitOperations(kit: Kit, operation: LineOperation): StockOperation[] {
  const parts = kit.components.map(
    ({ sku, units }): StockOperation => ({
      ...operation,
      key: `${operation.key}:${sku}`,
      sku,
      units: operation.units * units,
      // The channel counts the kit, and not what is in it.
      connectionId: null,
    }),
  );
  // Taking back counts the same for what was there and what was short: the channel's own number rises.
  const counted: StockOperation =
    operation.kind === 'commit'
      ? { ...operation, kind: 'kit', key: `${operation.key}:kit` }
      : { ...operation, kind: 'withdraw', key: `${operation.key}:kit` };
  return [...parts, counted];
}
