/** Books the next entry of every line of an order that has one: questions to the ledger, side by side where they can be. */
import type { Db } from 'mongodb';
import type { ClientCollection } from '../database/client-collection.ts';
import type { ClientId, LocationId, Sku } from '../ids.ts';
import type { StockLedger } from '../stock/ledger.ts';
import type { StockResult } from '../stock/operation.ts';
import type { StockDocument } from '../stock/stock-document.ts';
import type { StockLevel } from '../stock/stock-level.ts';
import { bookingOf } from './book-change.ts';
import { type Ask, type BookingContext, type Correction, done, type Step } from './booking-context.ts';
import { correctedLine } from './correct-line.ts';
import { offerGain } from './hand-over-steps.ts';
import { endOf, type LaterSales } from './later-sales.ts';
import { lineStateOf } from './line-state.ts';
import type { OrderDocument, StoredLine } from './order-document.ts';
import { homeOf } from './plan-locations.ts';
import { queueCancellations } from './queue-cancellations.ts';
import { newAccount, type StockAccount } from './stock-account.ts';
import type { StockChange, TakenChange } from './stock-change.ts';
import { takeOverFills } from './take-over-fills.ts';
import { tellNewConflicts } from './tell-new-conflicts.ts';
import { statesOfUnbooked } from './unbooked-lines.ts';

export interface EntryBooking {
  readonly db: Db;
  readonly clientId: ClientId;
  readonly ledger: StockLedger;
  readonly orders: ClientCollection<OrderDocument>;
  readonly stock: ClientCollection<StockDocument>;
  readonly sales: LaterSales;
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
  /** By account: what is to be asked next. */
  waiting: readonly { readonly account: number; readonly ask: Ask }[];
  /** By account: what was answered. */
  readonly answers: {
    readonly account: number;
    readonly location: LocationId;
    readonly result: StockResult;
  }[];
  /** The order has to be corrected before the entry can be booked. */
  correction: { readonly account: number; readonly what: Correction } | null;
}

/** Answers of one entry may lead to further questions; more often than this would be a mistake of ours. */
const STEPS_MAX = 2_000;

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
    order.lines.flatMap((line, index) => (isDue(order, line) ? [begin(booking, order, line, index)] : [])),
  );
  for (let step = 0; step < STEPS_MAX && rounds.some(({ waiting }) => waiting.length > 0); step += 1)
    await answer(booking.ledger, rounds, levels);
  const whole = rounds.filter(({ correction }) => correction === null);
  await tellNewConflicts(booking, order, whole);
  await queueCancellations(booking, order, whole);
  const told = whole.filter(
    ({ line, change, after }) => !change || line.sku === null || (!line.takenBefore && isOutside(after)),
  );
  const states = await statesOfUnbooked(
    booking.db,
    booking.clientId,
    told.map(({ line }) => line),
  );
  return rounds.map((round) => {
    const { line, index, change, before, after, correction } = round;
    if (correction) return { index, line: correctedLine(line, before, correction.account, correction.what) };
    const state = states[told.indexOf(round)] ?? lineStateOf(line, after);
    return { index, line: { ...line, accounts: after, booked: change?.sequence ?? line.booked, state } };
  });
}

async function begin(
  { orders, sales, stock }: EntryBooking,
  order: OrderDocument,
  line: StoredLine,
  index: number,
): Promise<LineRound> {
  const change = line.changes[line.booked];
  const before = line.accounts.length > 0 || line.sku === null ? line.accounts : [newAccount(line.sku)];
  const isKit = before.some(({ sku }) => sku !== line.sku);
  const round: LineRound = {
    line,
    index,
    change,
    before,
    after: [...before],
    waiting: [],
    answers: [],
    correction: null,
  };
  if (!change) return round;
  const handedOver = change.kind === 'yielded' && (await offerGain(orders, sales, { order, line }, change));
  const filled = change.kind === 'filled' ? await stock.findOne({ sku: change.sku }) : null;
  for (const [position, account] of before.entries()) {
    const component = isKit ? position : null;
    const { sequence } = change;
    // Before it is booked: a sale that comes short at this moment has to know of this one.
    if (change.kind === 'taken') sales.remember(endOf(order, line.lineId), account.sku);
    const primary = homeOf(line, account.sku);
    const context: BookingContext = { order, line, account, component, sequence, primary, handedOver };
    take(round, position, bookingOf(context, change));
    if (filled?.sku === account.sku)
      round.after[position] = takeOverFills(
        account,
        (key) => filled.backorders.find((one) => one.key === key)?.units ?? 0,
      );
  }
  if (isKit && line.sku !== null && change.kind === 'taken') {
    round.waiting = [...round.waiting, { account: 0, ask: countedByChannel(order, line, line.sku, change) }];
  }
  return round;
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
    ...(line.shelf !== undefined && { shelf: line.shelf }),
    cause: { orderId: order._id, orderNumber: order.number, lineId: line.lineId, by: 'order' },
  } as const;
  return { operation, settle: (account) => done(account) };
}

function take(round: LineRound, position: number, { account, asks, correction }: Step): void {
  round.after[position] = account;
  round.waiting = [...round.waiting, ...asks.map((ask) => ({ account: position, ask }))];
  if (correction) round.correction ??= { account: position, what: correction };
}

/** Asks what is waiting, of all lines in one. What the answers lead to waits for the next turn. */
async function answer(
  ledger: StockLedger,
  rounds: readonly LineRound[],
  levels: Map<Sku, StockLevel>,
): Promise<void> {
  const asked = rounds.flatMap((round) => {
    const { waiting } = round;
    round.waiting = [];
    return waiting.map((one) => ({ round, ...one }));
  });
  const results = await ledger.applyAll(asked.map(({ ask }) => ask.operation));
  for (const [index, { round, account: position, ask }] of asked.entries()) {
    const [result, account] = [results[index], round.after[position]];
    if (!result || !account) throw new Error('the ledger left an operation without an answer');
    round.answers.push({ account: position, location: ask.operation.location, result });
    take(round, position, ask.settle(account, result));
    // A kit's own level says nothing of what can be sold of it: that is derived where it is published.
    if (!('level' in result) || ask.operation.sku !== account.sku) continue;
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
