/** The channel put units back: from where in the account they come, and what that asks of the ledger. */
import { LocationId } from '../ids.ts';
import { type Ask, askOf, type Booking, type BookingContext } from './booking-context.ts';
import { openConflictOf, type StockAccount, withConflict, withSold } from './stock-account.ts';

/**
 * Those go first that never left the shelf: what was short, then what nobody waits for. Then what was sold, to where
 * it was sold from, the primary location last. What the ledger never knew comes in at the primary location.
 */
export function putBack(context: BookingContext, units: number): Booking {
  const { account, primary } = context;
  const asks: Ask[] = [];
  let left = units;
  const part = (there: number) => {
    const taken = Math.min(left, Math.max(0, there));
    left -= taken;
    return taken;
  };

  const [short, waived] = [part(account.short), part(account.waived)];
  if (short + waived > 0) asks.push(withdrawal(context, short, waived));
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
    settle: (now) => lessShort({ ...now, waived: now.waived - waived }, short),
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
  return { operation: { kind: 'receive', ...askOf(context, what), location, units }, settle };
}

/** Fewer units are short: when none is left, the conflict is settled by that. */
export function lessShort(account: StockAccount, units: number): StockAccount {
  const left = { ...account, short: account.short - units };
  const conflict = openConflictOf(account);
  if (left.short > 0 || !conflict) return left;
  return withConflict(left, { state: conflict.state === 'cancelling' ? 'cancelled' : 'withdrawn' });
}
