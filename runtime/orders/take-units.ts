/** The channel took units from its own count, or an order was paid: what that asks of the ledger. */
import { type Ask, askOf, type BookingContext, done, type Step } from './booking-context.ts';
import {
  newConflict,
  openConflictOf,
  type Reservation,
  type StockAccount,
  withConflict,
  withSold,
} from './stock-account.ts';
import type { TakenChange } from './stock-change.ts';

/** Sold, or promised to an order that is not paid. All or none: what is not there is short. */
export function takeUnits(context: BookingContext, change: TakenChange): Step {
  const { account, primary } = context;
  const units = change.units * account.per;
  const location = change.from?.find(({ sku }) => sku === account.sku)?.location ?? primary;
  const kind = change.held ? 'reserve' : 'commit';
  const operation = { kind, ...askOf(context, kind), location, units } as const;
  const { key } = operation;
  const ask: Ask = {
    operation,
    settle: (now, { outcome }) => {
      if (outcome === 'short') return done(cameShort(now, units, key));
      if (outcome === 'full') return { account: now, asks: [], correction: { kind: 'not-held' } };
      if (outcome !== 'applied') return done(outside(now, units));
      return done(
        change.held
          ? { ...now, held: [...now.held, { key, location, units }] }
          : withSold(now, location, units),
      );
    },
  };
  return { account, asks: [ask] };
}

/** What was promised is sold. The channel has counted these units already, when it took them. */
export function sellHeld(context: BookingContext): Step {
  const { account } = context;
  return { account, asks: account.held.map((held, index) => saleOf(context, held, index)) };
}

function saleOf(context: BookingContext, { key, location, units }: Reservation, index: number): Ask {
  const sale = askOf(context, `commit-${index}`, null);
  const without = (account: StockAccount) => ({
    ...account,
    held: account.held.filter((held) => held.key !== key),
  });
  return {
    operation: { kind: 'commit', ...sale, location, units, reservation: key },
    settle: (now, { outcome }) => {
      if (outcome === 'applied') return done(withSold(without(now), location, units));
      // A stock-take found fewer units than were promised. The promise ends, and the line is short.
      const end = askOf(context, `release-${index}`, null);
      return {
        account: now,
        asks: [
          {
            operation: { kind: 'release', ...end, location, units, reservation: key },
            settle: (then) => done(cameShort(without(then), units, sale.key)),
          },
        ],
      };
    },
  };
}

/** The ledger does not know the SKU. */
function outside(account: StockAccount, units: number): StockAccount {
  return {
    ...account,
    outside: account.outside + units,
    outsideEver: account.outsideEver + units,
  };
}

/** More units of the account are not there: the open conflict grows, or a new one begins. */
export function cameShort(account: StockAccount, units: number, conflictId: string): StockAccount {
  const short = { ...account, short: account.short + units };
  if (openConflictOf(account)) return withConflict(short, { judged: false });
  return { ...short, conflicts: [...account.conflicts, newConflict(conflictId)] };
}
