/**
 * What becomes of a sale that met too little stock, when nobody is asked. Each way is one small strategy; the
 * booking of orders only carries out what a strategy says, so another one is one more file and one more entry.
 */
import type { LocationId, Sku } from '../../ids.ts';
import type { Order } from '../order.ts';

/** What SyncFlow can ask a channel for. */
export interface ChannelCancels {
  /** To cancel a whole order. */
  readonly orders: boolean;
  /** To refund single units of an order. */
  readonly lines: boolean;
}

/** A line of an order that came short: all that a strategy may look at. */
export interface Shortage {
  readonly sku: Sku;
  /** Units that were sold and are not there. */
  readonly units: number;
  /** Units that could be taken now, by location. */
  readonly available: ReadonlyMap<LocationId, number>;
  readonly order: {
    readonly number: string;
    readonly status: Order['status'];
    /** Something else of the order was booked and can be shipped. */
    readonly restCanShip: boolean;
  };
  readonly channel: ChannelCancels;
}

export type Verdict =
  /** A person decides. `because`: why it was not done as the policy says; null when holding is the policy. */
  | { readonly kind: 'hold'; readonly because: string | null }
  /** The line is accepted: what is missing is owed, and filled by what comes in. */
  | { readonly kind: 'backorder' }
  /** The channel cancels the order, or refunds the units of the line that are not there. */
  | { readonly kind: 'cancel'; readonly scope: 'order' | 'line' };

export interface ConflictStrategy {
  /** Stands in stored policies: never changes. */
  readonly type: string;
  /** Says what shall happen. Pure: asked twice with the same, it answers the same. */
  decide(shortage: Shortage): Verdict;
}
