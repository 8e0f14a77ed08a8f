/** How a line stands, in one word, from its account. */
import type { LineState, StoredLine } from './order-document.ts';
import { heldUnits, openConflictOf, owedUnits, type StockAccount, soldUnits } from './stock-account.ts';

/** The state of a line that the ledger has a part in. What most needs a person comes first. */
export function lineStateOf(
  { taken, takenBefore = 0 }: Pick<StoredLine, 'taken' | 'takenBefore'>,
  accounts: readonly StockAccount[],
): LineState {
  const some = (is: (account: StockAccount) => boolean) => accounts.some(is);
  if (some((account) => account.short > 0))
    return some((account) => openConflictOf(account)?.state === 'open') ? 'short' : 'cancelling';
  if (some((account) => owedUnits(account) > 0)) return 'backordered';
  if (some((account) => heldUnits(account) > 0)) return 'reserved';
  if (taken === 0) return 'returned';
  if (some((account) => soldUnits(account) > 0)) return 'committed';
  if (!some((account) => account.outside > 0)) return 'settled';
  return takenBefore > 0 ? 'before' : 'unmatched';
}
