/** The channel took units from its own count: what that asks of the ledger. */
import { askOf, type Booking, type BookingContext } from './booking-context.ts';
import { newConflict, openConflictOf, type StockAccount, withConflict, withSold } from './stock-account.ts';
import type { TakenChange } from './stock-change.ts';

/** All or none: what is not there is short. */
export function takeUnits(context: BookingContext, change: TakenChange): Booking {
  const { account, primary } = context;
  const units = change.units * account.per;
  const location = change.from?.find(({ sku }) => sku === account.sku)?.location ?? primary;
  const operation = { kind: 'commit' as const, ...askOf(context, 'commit'), location, units };
  return {
    account,
    asks: [
      {
        operation,
        settle: (now, { outcome }) => {
          if (outcome === 'short') return cameShort(now, units, operation.key);
          if (outcome !== 'applied') return { ...now, outside: now.outside + units };
          return withSold(now, location, units);
        },
      },
    ],
  };
}

/** More units of the account are not there: the open conflict grows, or a new one begins. */
export function cameShort(account: StockAccount, units: number, conflictId: string): StockAccount {
  const short = { ...account, short: account.short + units };
  if (openConflictOf(account)) return withConflict(short, { judged: false });
  return { ...short, conflicts: [...account.conflicts, newConflict(conflictId)] };
}
