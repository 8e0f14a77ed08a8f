/**
 * One entry of a line's log, against the ledger. Pure, and decided by the account as of the entry before: booked
 * again after a crash, it asks for the same under the same keys.
 */
import { type BookingContext, done, type Step } from './booking-context.ts';
import { carryOut, reopen } from './carry-out.ts';
import { closeAccount } from './close-account.ts';
import { gainUnits, yieldUnits } from './hand-over.ts';
import { putBack } from './put-back.ts';
import type { StockChange } from './stock-change.ts';
import { sellHeld, takeUnits } from './take-units.ts';

export function bookingOf(context: BookingContext, change: StockChange): Step {
  const { account } = context;
  // What names a SKU is about one component of a kit, and nothing to the others.
  if ('sku' in change && change.sku !== account.sku) return done(account);
  switch (change.kind) {
    case 'taken':
      return change.units > 0 ? takeUnits(context, change) : putBack(context, -change.units * account.per);
    case 'paid':
      return sellHeld(context);
    case 'closed':
      return closeAccount(context);
    case 'decision':
      return carryOut(context, change);
    case 'reopened':
      return done(reopen(account, change));
    // What was filled is taken over from the ledger before any entry is booked; this one only asks for it.
    case 'filled':
      return done(account);
    case 'yielded':
      return yieldUnits(context, change);
    case 'gained':
      return gainUnits(context, change);
  }
}
