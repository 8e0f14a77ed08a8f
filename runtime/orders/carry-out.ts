/** A decision about units that came short, and what came of one: what that asks of the ledger. */
import type { LocationId } from '../ids.ts';
import { type Ask, askOf, type Booking, type BookingContext } from './booking-context.ts';
import { openConflictOf, type StockAccount, withConflict, withSold } from './stock-account.ts';
import type { DecisionChange, ReopenedChange } from './stock-change.ts';

/** A decision that came too late (the customer has cancelled meanwhile) changes nothing. */
export function carryOut(context: BookingContext, change: DecisionChange): Booking {
  const { account } = context;
  const conflict = openConflictOf(account);
  if (conflict?.id !== change.conflictId) return { account, asks: [] };
  const { decision: choice, by, at, key } = change;
  const decided = withConflict(account, { state: 'open', decision: { choice, by, at, key }, because: null });
  switch (choice.choice) {
    case 'ship':
      return { account: decided, asks: [shipment(context, choice.from, by)] };
    case 'cancel':
      return { account: withConflict(decided, { state: 'cancelling' }), asks: [] };
    case 'ignore':
      return {
        account: withConflict(
          { ...decided, short: 0, waived: decided.waived + decided.short },
          { state: 'ignored' },
        ),
        asks: [],
      };
  }
}

/** The channel has counted these units already, when they were sold: now they leave a shelf. */
function shipment(context: BookingContext, from: LocationId, by: string): Ask {
  const units = context.account.short;
  return {
    operation: { kind: 'commit', ...askOf(context, 'ship', null), location: from, units },
    settle: (now, { outcome }) =>
      outcome === 'applied'
        ? withConflict(withSold({ ...now, short: now.short - units }, from, units), { state: 'shipped' })
        : withConflict(now, {
            because: `${from} did not have ${units} any more when it was decided`,
            // Somebody was quicker. A policy looks at what there is now; a person is asked again.
            judged: !by.startsWith('policy:'),
          }),
  };
}

/** The order was not cancelled after all: somebody has to decide again. */
export function reopen(account: StockAccount, { conflictId, reason }: ReopenedChange): StockAccount {
  const conflict = openConflictOf(account);
  return conflict?.id === conflictId && conflict.state === 'cancelling'
    ? withConflict(account, { state: 'open', because: reason })
    : account;
}

/** Nobody waits any more for what was not there, and the channel keeps counting it as taken. */
export function closeAccount({ account }: BookingContext): Booking {
  if (account.short === 0) return { account, asks: [] };
  const conflict = openConflictOf(account);
  const state = conflict?.state === 'cancelling' ? 'cancelled' : 'withdrawn';
  return {
    account: withConflict({ ...account, short: 0, waived: account.waived + account.short }, { state }),
    asks: [],
  };
}
