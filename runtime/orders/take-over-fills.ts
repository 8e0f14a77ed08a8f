/** The ledger fills backorders by itself, whoever brings the goods in. Here an order's account follows. */
import {
  openUnitsOf,
  owedUnits,
  type StockAccount,
  withBackorder,
  withConflict,
  withSold,
} from './stock-account.ts';

/**
 * The account after the ledger's word on how many units of its backorders are still open.
 * @param openOf by the key of a backorder; what the ledger does not know any more is filled.
 */
export function takeOverFills(account: StockAccount, openOf: (backorder: string) => number): StockAccount {
  let after = account;
  for (const backorder of account.owed) {
    const now = openUnitsOf(backorder) - openOf(backorder.key);
    if (now <= 0) continue;
    const { key, location } = backorder;
    after = withSold(
      withBackorder(after, key, ({ filled }) => ({ filled: filled + now })),
      location,
      now,
    );
  }
  const isFilled =
    after !== account && owedUnits(after) === 0 && after.conflicts.at(-1)?.state === 'backordered';
  return isFilled ? withConflict(after, { state: 'filled' }) : after;
}
