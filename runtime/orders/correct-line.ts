/** A line that stands otherwise than its order says, put right. The entry that found it out is booked anew on top. */
import type { Correction } from './booking-context.ts';
import { lineStateOf } from './line-state.ts';
import type { StoredLine } from './order-document.ts';
import { openUnitsOf, type StockAccount } from './stock-account.ts';
import { takeOverFills } from './take-over-fills.ts';

/** @param before the accounts as of the last booked entry: what the new one has asked so far is asked again. */
export function correctedLine(
  line: StoredLine,
  before: readonly StockAccount[],
  position: number,
  what: Correction,
): StoredLine {
  switch (what.kind) {
    case 'filled': {
      const accounts = before.map((account, index) =>
        index === position ? takeOverFills(account, openOf(account, what)) : account,
      );
      return { ...line, accounts, state: lineStateOf(line, accounts) };
    }
    case 'not-held': {
      const next = line.changes[line.booked];
      const changes = line.changes.map((change) =>
        change === next && change.kind === 'taken' ? { ...change, held: false } : change,
      );
      return { ...line, changes };
    }
  }
}

/** Of the one backorder the ledger has spoken; of the others nothing is known, so they stay as they are. */
function openOf(
  { owed }: StockAccount,
  { backorder, open }: Extract<Correction, { readonly kind: 'filled' }>,
): (key: string) => number {
  return (key) =>
    key === backorder
      ? open
      : owed.filter((one) => one.key === key).reduce((sum, one) => sum + openUnitsOf(one), 0);
}
