/**
 * Of two sales of the same last units the one that happened first gets them, also when the other one was booked
 * before. No unit moves by it, so the ledger is not asked: only who gets what was sold changes hands.
 */
import { askOf, type Booking, type BookingContext } from './booking-context.ts';
import { openConflictOf, type StockAccount, withConflict, withSold } from './stock-account.ts';
import type { GainedChange, YieldedChange } from './stock-change.ts';
import { cameShort } from './take-units.ts';

/** The later sale gives units up, and is short of them from now on. Without a taker it keeps them. */
export function yieldUnits(context: BookingContext, change: YieldedChange): StockAccount {
  const { account, handedOver } = context;
  if (!handedOver) return account;
  const { key } = askOf(context, 'yield');
  return cameShort(withSold(account, change.location, -change.units), change.units, key);
}

/**
 * The earlier sale gets units. What it has no use for any more (the customer cancelled in between) goes back to the
 * shelf that it was sold from.
 */
export function gainUnits(context: BookingContext, { units, location }: GainedChange): Booking {
  const { account } = context;
  const used = Math.min(units, account.short);
  const spare = units - used;
  const gained = withSold({ ...account, short: account.short - used }, location, used);
  const settled = used > 0 && gained.short === 0 && openConflictOf(gained) !== null;
  const done = withConflict(gained, settled ? { state: 'first', asked: null } : { asked: null });
  if (spare === 0) return { account: done, asks: [] };
  return {
    account: done,
    asks: [
      {
        operation: { kind: 'receive', ...askOf(context, 'spare', null), location, units: spare },
        settle: (now) => now,
      },
    ],
  };
}
