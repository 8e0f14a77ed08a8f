/** A decision about units that came short, and what came of one: what that asks of the ledger. */
import type { LocationId } from '../ids.ts';
import { type Ask, askOf, type BookingContext, done, type Step } from './booking-context.ts';
import { openConflictOf, type StockAccount, withConflict, withSold } from './stock-account.ts';
import type { DecisionChange, ReopenedChange } from './stock-change.ts';

/** A decision that came too late (the customer has cancelled meanwhile) changes nothing. */
export function carryOut(context: BookingContext, change: DecisionChange): Step {
  const { account } = context;
  const conflict = openConflictOf(account);
  if (conflict?.id !== change.conflictId) return done(account);
  const { decision: choice, by, at, key } = change;
  const decided = withConflict(account, {
    state: 'open',
    decision: { choice, by, at, key },
    because: null,
  });
  switch (choice.choice) {
    case 'ship':
      return { account: decided, asks: [shipment(context, choice.from, by)] };
    case 'backorder':
      return { account: decided, asks: [backorder(context)] };
    case 'cancel':
      return done(withConflict(decided, { state: 'cancelling' }));
    case 'ignore':
      return done(
        withConflict({ ...decided, short: 0, waived: decided.waived + decided.short }, { state: 'ignored' }),
      );
  }
}

/** The channel has counted these units already, when they were sold: now they leave a shelf. */
function shipment(context: BookingContext, from: LocationId, by: string): Ask {
  const units = context.account.short;
  return {
    operation: { kind: 'commit', ...askOf(context, 'ship', null), location: from, units },
    settle: (now, { outcome }) =>
      done(
        outcome === 'applied'
          ? withConflict(withSold({ ...now, short: now.short - units }, from, units), { state: 'shipped' })
          : withConflict(now, {
              because: `${from} did not have ${units} any more when it was decided`,
              // Somebody was quicker. A policy looks at what there is now; a person is asked again.
              judged: !by.startsWith('policy:'),
            }),
      ),
  };
}

/** What is there leaves now, the rest is owed. */
function backorder(context: BookingContext): Ask {
  const units = context.account.short;
  const operation = {
    kind: 'backorder' as const,
    ...askOf(context, 'backorder', null),
    location: context.primary,
    units,
  };
  return {
    operation,
    settle: (now, result) => {
      if (result.outcome !== 'applied') {
        const because = 'there are as many open backorders of this product as SyncFlow keeps';
        return done(withConflict(now, { because }));
      }
      const { owed } = result;
      const { key, location } = operation;
      const sold = withSold({ ...now, short: now.short - units }, location, units - owed);
      if (owed === 0) return done(withConflict(sold, { state: 'shipped' }));
      const backorders = [...sold.owed, { key, location, units: owed, filled: 0, dropped: 0 }];
      return done(withConflict({ ...sold, owed: backorders }, { state: 'backordered' }));
    },
  };
}

/** The order was not cancelled after all: somebody has to decide again. */
export function reopen(account: StockAccount, { conflictId, reason }: ReopenedChange): StockAccount {
  const conflict = openConflictOf(account);
  return conflict?.id === conflictId && conflict.state === 'cancelling'
    ? withConflict(account, { state: 'open', because: reason })
    : account;
}
