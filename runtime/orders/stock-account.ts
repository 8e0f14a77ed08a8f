/**
 * Where the units of an order line stand: every unit that the channel took is in exactly one place. An account is
 * changed by booking the entries of the line's log, one after another, and by nothing else.
 */
import { z } from 'zod';
import type { LocationId, Sku } from '../ids.ts';
import type { DecisionChoice, HandOverEnd } from './stock-change.ts';

/**
 * open: somebody has to decide. cancelling: the channel was asked to cancel the order. All others are final:
 * shipped (from another location, or from where it was found), backordered, filled (a backorder that was), ignored,
 * cancelled (by us), withdrawn (by the customer or the shop), first (its sale was the earlier one, and got the units).
 */
export const ConflictState = z.enum([
  'open',
  'cancelling',
  'shipped',
  'backordered',
  'filled',
  'ignored',
  'cancelled',
  'withdrawn',
  'first',
]);
export type ConflictState = z.infer<typeof ConflictState>;

/** Somebody, or a policy, decided. */
export interface DecisionRecord {
  readonly choice: DecisionChoice;
  readonly by: string;
  readonly at: Date;
  readonly key: string;
}

/** What an account knows of one time that it came short. The story for people stands in the conflict document. */
export interface AccountConflict {
  readonly id: string;
  readonly state: ConflictState;
  /** Hand-over and policy were looked at: from now on it waits for a person. */
  readonly judged: boolean;
  /** Why it is not as the policy says, or why it is open again; null: nothing to say. */
  readonly because: string | null;
  readonly decision: DecisionRecord | null;
  /** The later sale that was asked to hand its units over. */
  readonly asked: HandOverEnd | null;
}

export interface Reservation {
  readonly key: string;
  readonly location: LocationId;
  readonly units: number;
}

export interface Backorder {
  readonly key: string;
  /** Where it will be filled from. */
  readonly location: LocationId;
  /** Units that were owed at first, and how many of them are filled by now. */
  readonly units: number;
  readonly filled: number;
  /** Units that are not owed any more since nobody waits for them. */
  readonly dropped: number;
}

export interface StockAccount {
  readonly sku: Sku;
  /** Units of this SKU in one unit of the line: 1, but for the components of a kit. */
  readonly per: number;
  /** Promised to an order that is not paid. */
  readonly held: readonly Reservation[];
  /** Left the shelf, by location. */
  readonly sold: Readonly<Record<string, number>>;
  /** Not there, and to be decided. */
  readonly short: number;
  /** Accepted although not there. */
  readonly owed: readonly Backorder[];
  /** Not there, and nobody waits for them here: dealt with outside of SyncFlow, or the order is closed. */
  readonly waived: number;
  /** The ledger did not know the SKU. */
  readonly outside: number;
  /** Units that were ever outside: of an account with any, the ledger can't tell all. */
  readonly outsideEver: number;
  readonly conflicts: readonly AccountConflict[];
}

export function newAccount(sku: Sku, per = 1): StockAccount {
  return {
    sku,
    per,
    held: [],
    sold: {},
    short: 0,
    owed: [],
    waived: 0,
    outside: 0,
    outsideEver: 0,
    conflicts: [],
  };
}

export function newConflict(id: string): AccountConflict {
  return { id, state: 'open', judged: false, because: null, decision: null, asked: null };
}

/** Units of a backorder that are still owed. */
export function openUnitsOf({ units, filled, dropped }: Backorder): number {
  return units - filled - dropped;
}

export function owedUnits({ owed }: StockAccount): number {
  return owed.reduce((sum, backorder) => sum + openUnitsOf(backorder), 0);
}

export function soldUnits({ sold }: StockAccount): number {
  return Object.values(sold).reduce((sum, units) => sum + units, 0);
}

export function heldUnits({ held }: StockAccount): number {
  return held.reduce((sum, { units }) => sum + units, 0);
}

/** All units of the account: what the channel has taken, as far as it is booked. */
export function accountedUnits(account: StockAccount): number {
  const { short, waived, outside } = account;
  return heldUnits(account) + soldUnits(account) + short + owedUnits(account) + waived + outside;
}

/** The conflict that is not settled; at most the last one is. */
export function openConflictOf({ conflicts }: StockAccount): AccountConflict | null {
  const last = conflicts.at(-1);
  return last && (last.state === 'open' || last.state === 'cancelling') ? last : null;
}

/** The account with its newest conflict changed. */
export function withConflict(account: StockAccount, change: Partial<AccountConflict>): StockAccount {
  const last = account.conflicts.at(-1);
  if (!last) return account;
  return { ...account, conflicts: [...account.conflicts.slice(0, -1), { ...last, ...change }] };
}

/** The account with one of its backorders changed. */
export function withBackorder(
  account: StockAccount,
  key: string,
  change: (backorder: Backorder) => Partial<Backorder>,
): StockAccount {
  return {
    ...account,
    owed: account.owed.map((one) => (one.key === key ? { ...one, ...change(one) } : one)),
  };
}

/** The account with more (or fewer) units that left the shelf at a location. */
export function withSold(account: StockAccount, location: LocationId, units: number): StockAccount {
  const left = (account.sold[location] ?? 0) + units;
  const { [location]: _before, ...others } = account.sold;
  return { ...account, sold: left === 0 ? others : { ...others, [location]: left } };
}
