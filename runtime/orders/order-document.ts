/** The stored shape of an order: one document over all channels, with what its stock owes the ledger. */
import type { ClientId, OrderId } from '../ids.ts';
import type { Money } from '../money.ts';
import type { Order, OrderLine } from './order.ts';

/**
 * One change of the units that a line takes from stock: +3 when it was sold, -1 when one came back. Written
 * down with the order before anything is booked, so that booking can be repeated after any crash: the change
 * of a line with a certain number is the same for ever.
 */
export interface StockChange {
  /** 1, 2, 3, … within the line. */
  readonly sequence: number;
  readonly units: number;
  readonly at: Date;
}

/** `waiting`: not booked yet. `not-counted`: the shop does not count this product. `unmatched`: no such SKU in the ledger. */
export type LineState = 'waiting' | 'committed' | 'short' | 'returned' | 'not-counted' | 'unmatched';

export interface StoredLine extends OrderLine {
  readonly changes: readonly StockChange[];
  /** The newest change that is booked; 0: none. */
  readonly booked: number;
  readonly state: LineState;
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
  /** Grows by one at every write: two writers can't overwrite each other. */
  readonly revision: number;
}
