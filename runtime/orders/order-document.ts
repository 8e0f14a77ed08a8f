/** The stored shape of an order: one document over all channels, with what its stock owes the ledger. */
import type { ClientId, OrderId } from '../ids.ts';
import type { Money } from '../money.ts';
import type { Order, OrderLine } from './order.ts';
import type { StockAccount } from './stock-account.ts';
import type { StockChange } from './stock-change.ts';

/**
 * `waiting`: not booked yet. `reserved`: held for an order that is not paid. `short`: not there, a person decides.
 * `cancelling`: not there, the channel was asked to cancel. `backordered`: accepted, filled by what comes in.
 * `settled`: not there, and dealt with outside of SyncFlow. `not-counted`: the shop does not count this product.
 * `unmatched`: no such SKU in the ledger. `before`: sold before the shop's stock was first counted.
 */
export type LineState =
  | 'waiting'
  | 'reserved'
  | 'committed'
  | 'short'
  | 'cancelling'
  | 'backordered'
  | 'settled'
  | 'returned'
  | 'not-counted'
  | 'unmatched'
  | 'before';

export interface StoredLine extends OrderLine {
  readonly changes: readonly StockChange[];
  /** The newest change that is booked; 0: none. */
  readonly booked: number;
  readonly state: LineState;
  /** Where its units stand, as of the newest booked change: one account, or one for each component of a kit. */
  readonly accounts: readonly StockAccount[];
}

export interface OrderDocument {
  readonly _id: OrderId;
  readonly clientId: ClientId;
  readonly connectionId: Order['connectionId'];
  readonly channel: string;
  readonly externalId: string;
  readonly number: string;
  readonly status: Order['status'];
  readonly placedAt: Date;
  readonly updatedAt: Date;
  /** When the first event of it reached us. */
  readonly receivedAt: Date;
  readonly total: Money;
  readonly lines: readonly StoredLine[];
  /** Lines that wait for a person since there was too little stock. */
  readonly shortLines: number;
  /** Lines that wait for goods. */
  readonly owedLines: number;
  /** Something that no event of a channel will bring to its end: whoever finds it books the order again. */
  readonly unfinished: boolean;
  /** When lines of it were last booked; null: never. */
  readonly bookedAt: Date | null;
  /** By which it is found in lists. */
  readonly words: readonly string[];
  /** Grows by one at every write: two writers can't overwrite each other. */
  readonly revision: number;
}
