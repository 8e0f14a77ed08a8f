/**
 * The log of an order line: everything that ever happened to the units that it takes from stock, numbered, written
 * down before it is booked. What the channel reported, what people or policies decided, and what the ledger filled
 * since stand in one log, so that all of it is booked once and in one order, whoever wrote it and whoever died.
 */
import type { ConnectionId, LocationId, OrderId, Sku } from '../ids.ts';

interface Numbered {
  /** 1, 2, 3, … within the line. What a number stands for never changes. */
  readonly sequence: number;
  readonly at: Date;
}

/** The channel took units from its own count (+3: sold three), or put some back (-1). */
export interface TakenChange extends Numbered {
  readonly kind: 'taken';
  readonly units: number;
  /** The order was not paid yet: the units are promised, not sold. */
  readonly held: boolean;
  /** The locations that were chosen before it was booked; none: the units come from the primary location. */
  readonly from?: readonly { readonly sku: Sku; readonly location: LocationId }[];
}

/** The order was paid: what was promised is sold. */
export interface PaidChange extends Numbered {
  readonly kind: 'paid';
}

/** The order was cancelled or refunded, and the channel put nothing back: nobody waits for what was never there. */
export interface ClosedChange extends Numbered {
  readonly kind: 'closed';
}

/** What is to become of units that came short. */
export type DecisionChoice =
  | { readonly choice: 'ship'; readonly from: LocationId }
  /** What is there ships, the rest is owed and filled by what comes in. */
  | { readonly choice: 'backorder' }
  /** The channel cancels the order, or refunds these units of it; they come back when the channel says so. */
  | { readonly choice: 'cancel'; readonly scope: 'order' | 'line' }
  /** The line stays as it is; people deal with it outside of SyncFlow. */
  | { readonly choice: 'ignore' };

export interface DecisionChange extends Numbered {
  readonly kind: 'decision';
  readonly conflictId: string;
  readonly sku: Sku;
  readonly decision: DecisionChoice;
  /** Who: `person:…` or `policy:backorder`. */
  readonly by: string;
  /** Chosen by who asked: the same request sent again is the same decision. */
  readonly key: string;
}

/** The channel refused to cancel, or somebody gave the cancellation up: the conflict is open again. */
export interface ReopenedChange extends Numbered {
  readonly kind: 'reopened';
  readonly conflictId: string;
  readonly sku: Sku;
  readonly reason: string;
}

/** Goods came in, and the ledger filled backorders of this line. How much is asked of the ledger when it is booked. */
export interface FilledChange extends Numbered {
  readonly kind: 'filled';
  readonly sku: Sku;
}

/** The other end of a hand-over between two orders that sold the same last units. */
export interface HandOverEnd {
  readonly orderId: OrderId;
  readonly orderNumber: string;
  readonly connectionId: ConnectionId;
  readonly lineId: string;
  readonly placedAt: Date;
}

/** Units that this line had are handed to a sale that happened earlier. No unit moves: only who gets it changes. */
export interface YieldedChange extends Numbered {
  readonly kind: 'yielded';
  readonly sku: Sku;
  readonly units: number;
  readonly location: LocationId;
  /** The conflict of the line that gets them; names the hand-over at both ends. */
  readonly conflictId: string;
  readonly to: HandOverEnd;
}

/** Units that a later sale had, handed to this line. */
export interface GainedChange extends Numbered {
  readonly kind: 'gained';
  readonly sku: Sku;
  readonly units: number;
  readonly location: LocationId;
  readonly conflictId: string;
  readonly from: HandOverEnd;
}

export type StockChange =
  | TakenChange
  | PaidChange
  | ClosedChange
  | DecisionChange
  | ReopenedChange
  | FilledChange
  | YieldedChange
  | GainedChange;

type Unnumbered<Change> = Change extends StockChange ? Omit<Change, 'sequence'> : never;

/** An entry that has no number yet. */
export type UnnumberedChange = Unnumbered<StockChange>;

/** A log with one more entry. */
export function withChange(
  changes: readonly StockChange[],
  change: UnnumberedChange,
): readonly StockChange[] {
  return [...changes, { ...change, sequence: changes.length + 1 } as StockChange];
}
