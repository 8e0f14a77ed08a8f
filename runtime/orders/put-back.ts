/** The channel put units back: from where in the account they come, and what that asks of the ledger. */
import { LocationId } from '../ids.ts';
import { type Ask, askOf, type BookingContext, done, type Step } from './booking-context.ts';
import {
  type Backorder,
  openConflictOf,
  openUnitsOf,
  owedUnits,
  type StockAccount,
  withBackorder,
  withConflict,
  withSold,
} from './stock-account.ts';

/**
 * Those go first that never left the shelf: what was short, what nobody waits for, what is owed (the newest first),
 * what is only promised. Then what was sold, to where it was sold from, the primary location last. What the ledger
 * never knew comes in at the primary location.
 */
export function putBack(context: BookingContext, units: number): Step {
  const { account } = context;
  const short = Math.min(units, account.short);
  const waived = Math.min(units - short, account.waived);
  const rest = putBackOwed(context, account, units - short - waived);
  if (short + waived === 0) return rest;
  return { ...rest, asks: [withdrawal(context, short, waived), ...rest.asks] };
}

/**
 * One backorder after another: how much of it is still owed is known to the ledger alone, and what is not owed any
 * more has to be taken from what was sold.
 */
function putBackOwed(context: BookingContext, account: StockAccount, units: number): Step {
  const newest = account.owed.findLast((backorder) => openUnitsOf(backorder) > 0);
  if (units === 0 || !newest) return putBackTaken(context, account, units);
  const dropped = Math.min(units, openUnitsOf(newest));
  return {
    account,
    asks: [
      dropping(context, newest, dropped, { byChannel: true }, (now) =>
        putBackOwed(context, now, units - dropped),
      ),
    ],
  };
}

/** What is owed of a backorder is owed no more. `byChannel`: its channel put the units back. `next` is what follows when that was still so. */
export function dropping(
  context: BookingContext,
  { key, location }: Backorder,
  units: number,
  { byChannel }: { readonly byChannel: boolean },
  next: (account: StockAccount) => Step,
): Ask {
  const position = context.account.owed.findIndex((backorder) => backorder.key === key);
  return {
    operation: {
      kind: 'withdraw',
      ...(byChannel ? askOf(context, `withdraw-${position}`) : askOf(context, `withdraw-${position}`, null)),
      location,
      units,
      backorder: key,
    },
    settle: (now, result) => {
      if (result.outcome === 'applied')
        return next(owedLess(withBackorder(now, key, ({ dropped }) => ({ dropped: dropped + units }))));
      const open = result.outcome === 'unknown-backorder' ? result.open : 0;
      return { account: now, asks: [], correction: { kind: 'filled', backorder: key, open } };
    },
  };
}

/** When nothing is owed any more although nothing was filled, the backorder was withdrawn. */
function owedLess(account: StockAccount): StockAccount {
  const waits = account.conflicts.at(-1)?.state === 'backordered';
  return waits && owedUnits(account) === 0 ? withConflict(account, { state: 'withdrawn' }) : account;
}

function putBackTaken(context: BookingContext, account: StockAccount, units: number): Step {
  const { primary } = context;
  const asks: Ask[] = [];
  let left = units;
  const part = (there: number) => {
    const taken = Math.min(left, Math.max(0, there));
    left -= taken;
    return taken;
  };
  for (const [index, held] of [...account.held.entries()].reverse()) {
    const released = part(held.units);
    if (released > 0) asks.push(release(context, index, released));
  }
  const locations = Object.keys(account.sold).map((location) => LocationId.parse(location));
  for (const location of locations.sort((a, b) => Number(a === primary) - Number(b === primary))) {
    const sold = part(account.sold[location] ?? 0);
    if (sold > 0) asks.push(receipt(context, sold, location, (now) => withSold(now, location, -sold)));
  }
  const rest = left;
  if (rest > 0)
    asks.push(receipt(context, rest, primary, (now) => ({ ...now, outside: now.outside - rest }), 'outside'));
  return { account, asks };
}

/** Units that never left the shelf are taken back by the channel: only its own count changes. */
function withdrawal(context: BookingContext, short: number, waived: number): Ask {
  return {
    operation: {
      kind: 'withdraw',
      ...askOf(context, 'withdraw'),
      location: context.primary,
      units: short + waived,
    },
    settle: (now) => done(lessShort({ ...now, waived: now.waived - waived }, short)),
  };
}

function release(context: BookingContext, index: number, units: number): Ask {
  const held = context.account.held[index];
  if (!held) throw new Error(`there is no reservation ${index}`);
  const { key: reservation, location } = held;
  return {
    operation: { kind: 'release', ...askOf(context, `release-${index}`), location, units, reservation },
    settle: (now) =>
      done({
        ...now,
        held: now.held.flatMap((one) => {
          if (one.key !== reservation) return [one];
          return one.units > units ? [{ ...one, units: one.units - units }] : [];
        }),
      }),
  };
}

function receipt(
  context: BookingContext,
  units: number,
  location: LocationId,
  settle: (account: StockAccount) => StockAccount,
  from = location === context.primary ? '' : location,
): Ask {
  const what = from === '' ? 'receive' : `receive-${from}`;
  return {
    operation: { kind: 'receive', ...askOf(context, what), location, units },
    settle: (now) => done(settle(now)),
  };
}

/** Fewer units are short: when none is left, the conflict is settled by that. */
function lessShort(account: StockAccount, units: number): StockAccount {
  const left = { ...account, short: account.short - units };
  const conflict = openConflictOf(account);
  if (left.short > 0 || !conflict) return left;
  return withConflict(left, { state: conflict.state === 'cancelling' ? 'cancelled' : 'withdrawn' });
}
