/**
 * Of two sales of the same last units the one that happened first gets them, also when the other one was booked
 * before. No unit moves by it, so the ledger is not asked: only who gets what was sold changes hands.
 */
import { askOf, type BookingContext, done, type Step } from './booking-context.ts';
import { openConflictOf, withConflict, withSold } from './stock-account.ts';
import type { GainedChange, YieldedChange } from './stock-change.ts';
import { cameShort } from './take-units.ts';

/** The later sale gives units up, and is short of them from now on. Without a taker it keeps them. */
export function yieldUnits(context: BookingContext, { location, units }: YieldedChange): Step {
  const { account, handedOver } = context;
  if (!handedOver) return done(account);
  return done(cameShort(withSold(account, location, -units), units, askOf(context, 'yield').key));
}

/**
 * The earlier sale gets units. What it has no use for any more (the customer cancelled in between) goes back to the
 * shelf that it was sold from.
 */
export function gainUnits(context: BookingContext, { units, location }: GainedChange): Step {
  const { account } = context;
  const used = Math.min(units, account.short);
  const spare = units - used;
  const gained = withSold({ ...account, short: account.short - used }, location, used);
  const settled = used > 0 && gained.short === 0 && openConflictOf(gained) !== null;
  const after = withConflict(gained, settled ? { state: 'first', asked: null } : { asked: null });
  if (spare === 0) return done(after);
  const operation = {
    kind: 'receive' as const,
    ...askOf(context, 'spare', null),
    location,
    units: spare,
  };
  return { account: after, asks: [{ operation, settle: (now) => done(now) }] };
}
