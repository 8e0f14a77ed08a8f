/** What the booking of one entry of a line's log works with, and how it asks the ledger. */
import type { ConnectionId, LocationId } from '../ids.ts';
import type { ChannelOperation, StockResult } from '../stock/operation.ts';
import type { OrderDocument, StoredLine } from './order-document.ts';
import type { StockAccount } from './stock-account.ts';

export interface BookingContext {
  readonly order: Pick<OrderDocument, '_id' | 'number' | 'connectionId'>;
  readonly line: Pick<StoredLine, 'lineId' | 'shelf'>;
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

/** One question to the ledger, and what its answer means for the account as it is then. */
export interface Ask {
  readonly operation: ChannelOperation;
  settle(account: StockAccount, result: StockResult): Step;
}

/**
 * A step of booking an entry: how the account stands after it, and what is to be asked next. Questions of one step are
 * asked side by side. What is asked, and with what content, may depend on answers that the ledger has recorded, so
 * that it is the same when the entry is booked again.
 */
export interface Step {
  readonly account: StockAccount;
  readonly asks: readonly Ask[];
  /** Things stand otherwise than the order says: it is corrected first, and the entry booked anew on top of that. */
  readonly correction?: Correction;
}

export type Correction =
  /** The ledger has filled more of a backorder than the account knows: so many units of it are open. */
  | { readonly kind: 'filled'; readonly backorder: string; readonly open: number }
  /** The ledger keeps no more reservations of the SKU: the units are sold at once instead of promised. */
  | { readonly kind: 'not-held' };

/** Nothing is left to ask. */
export function done(account: StockAccount): Step {
  return { account, asks: [] };
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
    ...(connectionId !== null && line.shelf !== undefined && { shelf: line.shelf }),
    cause: { orderId: order._id, orderNumber: order.number, lineId: line.lineId, by: 'order' },
  };
}
