/** What the booking of one entry of a line's log works with, and how it asks the ledger. */
import type { ConnectionId, LocationId } from '../ids.ts';
import type { ChannelOperation, StockResult } from '../stock/operation.ts';
import type { OrderDocument, StoredLine } from './order-document.ts';
import type { StockAccount } from './stock-account.ts';

export interface BookingContext {
  readonly order: Pick<OrderDocument, '_id' | 'number' | 'connectionId'>;
  readonly line: Pick<StoredLine, 'lineId'>;
  /** As of the entry before. */
  readonly account: StockAccount;
  /** The component's place in its kit; null: the line is no kit. */
  readonly component: number | null;
  readonly sequence: number;
  /** Where units come from when no other location was chosen. */
  readonly primary: LocationId;
  /** Of a hand-over: the other line is there to take the units. */
  readonly handedOver: boolean;
}

/** One question to the ledger, and how its answer changes the account. */
export interface Ask {
  readonly operation: ChannelOperation;
  settle(account: StockAccount, result: StockResult): StockAccount;
}

/** What an entry means: how the account changes by itself, then by the answers to its questions, one after another. */
export interface Booking {
  readonly account: StockAccount;
  readonly asks: readonly Ask[];
}

/**
 * The part that all operations of an entry share. The key names the entry, so that it is booked once.
 * @param connectionId null where the channel's own count does not change by it: it counts a kit, not its components.
 */
export function askOf(
  { order, line, account, component, sequence }: BookingContext,
  what: string,
  connectionId: ConnectionId | null = component === null ? order.connectionId : null,
) {
  const part = component === null ? '' : `:${component}`;
  return {
    key: `${order._id}:line:${line.lineId}:${sequence}:${what}${part}`,
    sku: account.sku,
    connectionId,
    cause: { orderId: order._id, orderNumber: order.number, lineId: line.lineId, by: 'order' },
  };
}
