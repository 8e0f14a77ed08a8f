/** Books the next entry of every line of an order that has one: one round of questions to the ledger, side by side. */
import type { Db } from 'mongodb';
import type { ClientCollection } from '../database/client-collection.ts';
import type { ClientId, Sku } from '../ids.ts';
import type { KitBook } from '../kits/with-kits.ts';
import type { StockLedger } from '../stock/ledger.ts';
import type { StockResult } from '../stock/operation.ts';
import type { StockLevel } from '../stock/stock-level.ts';
import { bookingOf } from './book-change.ts';
import type { Ask, BookingContext } from './booking-context.ts';
import { offerGain } from './hand-over-steps.ts';
import { endOf, type LaterSales } from './later-sales.ts';
import { lineStateOf } from './line-state.ts';
import type { OrderDocument, StoredLine } from './order-document.ts';
import { homeOf } from './plan-locations.ts';
import { queueCancellations } from './queue-cancellations.ts';
import { newAccount, type StockAccount } from './stock-account.ts';
import type { StockChange, TakenChange } from './stock-change.ts';
import { tellNewConflicts } from './tell-new-conflicts.ts';
import { statesOfUnbooked } from './unbooked-lines.ts';

export interface EntryBooking {
  readonly db: Db;
  readonly clientId: ClientId;
  readonly ledger: StockLedger;
  readonly orders: ClientCollection<OrderDocument>;
  readonly sales: LaterSales;
  /** The client's kits as they are now. A line keeps the components that it was first booked with. */
  readonly kits: () => KitBook;
}

/** A line after one more entry. */
export interface BookedLine {
  readonly index: number;
  readonly line: StoredLine;
}

/** One entry of a line on its way through the ledger. */
export interface LineRound {
  readonly line: StoredLine;
  readonly index: number;
  /** undefined: there is no entry, the line is only to be told apart. */
  readonly change: StockChange | undefined;
  readonly before: readonly StockAccount[];
  readonly after: StockAccount[];
  /** By account: what was asked, and what was answered. */
  readonly asked: { readonly account: number; readonly ask: Ask; result?: StockResult }[];
}

/** Whether an entry of the line is to be booked, or the line has to be told apart. */
export function isDue({ status }: Pick<OrderDocument, 'status'>, line: StoredLine): boolean {
  const { booked, changes, state } = line;
  // The shop took nothing of a placed order: it does not count the product. Before payment that means nothing.
  return booked < changes.length || (state === 'waiting' && changes.length === 0 && status !== 'pending');
}

/**
 * Books one entry of each line that is due. Nothing of it is written to the order: that is the caller's, in one write.
 * @param levels is told the newest level of every SKU that the ledger answered about.
 */
export async function bookEntries(
  booking: EntryBooking,
  order: OrderDocument,
  levels: Map<Sku, StockLevel>,
): Promise<BookedLine[]> {
  const rounds = await Promise.all(
    order.lines.flatMap((line, index) => (isDue(order, line) ? [ask(booking, order, line, index)] : [])),
  );
  await answer(booking.ledger, rounds, levels);
  await tellNewConflicts(booking, order, rounds, levels);
  await queueCancellations(booking, order, rounds);
  const told = rounds.filter(
    ({ line, change, after }) => !change || line.sku === null || (!line.takenBefore && isOutside(after)),
  );
  const states = await statesOfUnbooked(
    booking.db,
    booking.clientId,
    told.map(({ line }) => line),
  );
  return rounds.map((round) => {
    const { line, index, change, after } = round;
    const state = states[told.indexOf(round)] ?? lineStateOf(line, after);
    return {
      index,
      line: { ...line, accounts: after, booked: change?.sequence ?? line.booked, state },
    };
  });
}

async function ask(
  { orders, sales, kits }: EntryBooking,
  order: OrderDocument,
  line: StoredLine,
  index: number,
): Promise<LineRound> {
  const change = line.changes[line.booked];
  const before =
    line.accounts.length > 0 || line.sku === null ? line.accounts : newAccounts(line.sku, kits());
  const isKit = before.some(({ sku }) => sku !== line.sku);
  const round: LineRound = { line, index, change, before, after: [...before], asked: [] };
  if (!change) return round;
  const handedOver = change.kind === 'yielded' && (await offerGain(orders, sales, { order, line }, change));
  for (const [position, account] of before.entries()) {
    const component = isKit ? position : null;
    const { sequence } = change;
    // Before it is booked: a sale that comes short at this moment has to know of this one.
    if (change.kind === 'taken') sales.remember(endOf(order, line.lineId), account.sku);
    const primary = homeOf(line, account.sku);
    const context: BookingContext = { order, line, account, component, sequence, primary, handedOver };
    const { account: changed, asks } = bookingOf(context, change);
    round.after[position] = changed;
    round.asked.push(...asks.map((one) => ({ account: position, ask: one })));
  }
  if (isKit && line.sku !== null && change.kind === 'taken') {
    round.asked.push({ account: 0, ask: countedByChannel(order, line, line.sku, change) });
  }
  return round;
}

/** One account, or one for each component of a kit. */
function newAccounts(sku: Sku, kits: KitBook): StockAccount[] {
  const kit = kits.kit(sku);
  return kit ? kit.components.map((one) => newAccount(one.sku, one.units)) : [newAccount(sku)];
}

/** The channel counts the kit itself, and not what is in it. */
function countedByChannel(order: OrderDocument, line: StoredLine, sku: Sku, change: TakenChange): Ask {
  const kind = change.units > 0 ? 'kit' : 'withdraw';
  const operation = {
    kind,
    key: `${order._id}:line:${line.lineId}:${change.sequence}:kit`,
    sku,
    location: homeOf(line, sku),
    units: Math.abs(change.units),
    connectionId: order.connectionId,
    cause: { orderId: order._id, orderNumber: order.number, lineId: line.lineId, by: 'order' },
  } as const;
  return { operation, settle: (account) => account };
}

async function answer(
  ledger: StockLedger,
  rounds: readonly LineRound[],
  levels: Map<Sku, StockLevel>,
): Promise<void> {
  const asked = rounds.flatMap((round) => round.asked.map((one) => ({ after: round.after, one })));
  if (asked.length === 0) return;
  const results = await ledger.applyAll(asked.map(({ one }) => one.ask.operation));
  for (const [position, { after, one }] of asked.entries()) {
    const [result, account] = [results[position], after[one.account]];
    if (!result || !account) throw new Error('the ledger left an operation without an answer');
    one.result = result;
    after[one.account] = one.ask.settle(account, result);
    // A kit's own level says nothing of what can be sold of it: that is derived where it is published.
    if (!('level' in result) || one.ask.operation.sku !== account.sku) continue;
    const { level } = result;
    if ((levels.get(level.sku)?.version ?? -1) < level.version) levels.set(level.sku, level);
  }
}

/** The ledger knew nothing of the line. */
function isOutside(accounts: readonly StockAccount[]): boolean {
  return (
    accounts.length > 0 && accounts.every(({ outside, conflicts }) => outside > 0 && conflicts.length === 0)
  );
}
