/** An order was closed, and the channel put nothing back: what that asks of the ledger. */
import { type BookingContext, done, type Step } from './booking-context.ts';
import { dropping } from './put-back.ts';
import { openConflictOf, openUnitsOf, type StockAccount, withConflict } from './stock-account.ts';
import { sellHeld } from './take-units.ts';

/**
 * Nobody waits any more for what was not there; the channel keeps counting it as taken. What was only promised is gone
 * with what was sold: the shop said that nothing goes back to the shelf.
 */
export function closeAccount(context: BookingContext): Step {
  const { account } = context;
  const conflict = openConflictOf(account);
  const state = conflict?.state === 'cancelling' ? 'cancelled' : 'withdrawn';
  const waived = { ...account, short: 0, waived: account.waived + account.short };
  const rest = dropOwed(context, conflict ? withConflict(waived, { state }) : waived);
  const held = sellHeld(context);
  return { ...rest, asks: [...held.asks, ...rest.asks] };
}

function dropOwed(context: BookingContext, account: StockAccount): Step {
  const newest = account.owed.findLast((backorder) => openUnitsOf(backorder) > 0);
  if (!newest) return done(account);
  const units = openUnitsOf(newest);
  const next = (now: StockAccount) => dropOwed(context, { ...now, waived: now.waived + units });
  return { account, asks: [dropping(context, newest, units, { byChannel: false }, next)] };
}
