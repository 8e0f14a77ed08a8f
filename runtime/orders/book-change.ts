/**
 * One entry of a line's log, against the ledger. Pure, and decided by the account as of the entry before: booked
 * again after a crash, it asks for the same under the same keys.
 */
import type { Booking, BookingContext } from './booking-context.ts';
import { carryOut, closeAccount, reopen } from './carry-out.ts';
import { gainUnits, yieldUnits } from './hand-over.ts';
import { putBack } from './put-back.ts';
import type { StockChange } from './stock-change.ts';
import { takeUnits } from './take-units.ts';

export function bookingOf(context: BookingContext, change: StockChange): Booking {
  const { account } = context;
  const unchanged: Booking = { account, asks: [] };
  // What names a SKU is about one component of a kit, and nothing to the others.
  if ('sku' in change && change.sku !== account.sku) return unchanged;
  switch (change.kind) {
    case 'taken':
      return change.units > 0 ? takeUnits(context, change) : putBack(context, -change.units * account.per);
    case 'paid':
      return unchanged;
    case 'closed':
      return closeAccount(context);
    case 'decision':
      return carryOut(context, change);
    case 'reopened':
      return { account: reopen(account, change), asks: [] };
    case 'filled':
      return unchanged;
    case 'yielded':
      return { account: yieldUnits(context, change), asks: [] };
    case 'gained':
      return gainUnits(context, change);
  }
}
