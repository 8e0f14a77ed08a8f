/** Books an order's stock changes in the ledger: each exactly once, however often it is asked. */
import type { Db } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
import { Rejected } from '../errors.ts';
import { type ClientId, MAIN_LOCATION, type OrderId, type Sku } from '../ids.ts';
import type { StockLedger } from '../stock/ledger.ts';
import type { ChannelOperation, StockResult } from '../stock/operation.ts';
import type { StockLevel } from '../stock/stock-level.ts';
import type { ListingDocument } from '../sync/listing-document.ts';
import { recordConflict, withdrawConflict } from './conflicts.ts';
import type { LineState, OrderDocument, StoredLine } from './order-document.ts';
import type { ShortLine } from './short-line.ts';

/** What became of an order's lines in the ledger. */
export interface BookedOrder {
  /** The newest level of each SKU of the order. */
  readonly levels: readonly StockLevel[];
  /** Lines that found too little stock and wait for a person. */
  readonly short: readonly ShortLine[];
}

interface LineBooking {
  readonly line: StoredLine;
  readonly index: number;
  state: LineState;
  /** Units of this line that were sold but not there, and not taken back since. */
  shortUnits: number;
}

/** Booking starts again when the order changed meanwhile; more turns than this would be a mistake of ours. */
const ATTEMPTS_MAX = 20;

/**
 * Books every change of the order that is not marked as booked. A change that was booked without being
 * marked (the process died in between) is told by its key, and the ledger's first answer holds.
 *
 * The answer speaks of the whole order, not only of what was booked now, so that a flow that is run again
 * after a crash publishes what its first run did not come to.
 * @throws {Rejected} when the order was never captured.
 */
export async function bookOrder(
  db: Db,
  clientId: ClientId,
  ledger: StockLedger,
  orderId: OrderId,
): Promise<BookedOrder> {
  const orders = new ClientCollection<OrderDocument>(db, 'orders', clientId);
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    const order = await orders.findOne({ _id: orderId });
    if (!order) {
      throw new Rejected(`order ${orderId} is not in the list of orders`, {
        code: 'order.unknown',
        fix: 'Put the node "Capture order" before "Commit stock".',
      });
    }
    const bookings = order.lines
      .map((line, index): LineBooking => ({ line, index, state: line.state, shortUnits: 0 }))
      .filter(({ line }) => line.booked < line.changes.length || isUntaken(order, line));
    const levels = await bookLines(db, clientId, ledger, order, bookings);
    const states = await record(orders, order, bookings);
    if (states) return await outcomeOf(ledger, order, states, levels);
  }
  throw new Error(`order ${orderId} found no turn to be booked in ${ATTEMPTS_MAX} attempts`);
}

/**
 * The shop took no units of a line of a placed order: it does not count the product, as `markUnbooked` finds out.
 * Before payment it means nothing.
 */
function isUntaken({ status }: OrderDocument, { state, changes }: StoredLine): boolean {
  return state === 'waiting' && changes.length === 0 && status !== 'pending';
}

/**
 * Books change by change: the first ones of all lines side by side, then the second ones, and so on.
 * @returns the newest level of each SKU that it came across.
 */
async function bookLines(
  db: Db,
  clientId: ClientId,
  ledger: StockLedger,
  order: OrderDocument,
  bookings: readonly LineBooking[],
): Promise<Map<Sku, StockLevel>> {
  const levels = new Map<Sku, StockLevel>();
  const rounds = Math.max(0, ...bookings.map(({ line }) => line.changes.length));
  for (let round = 0; round < rounds; round += 1) {
    const asked = bookings.flatMap((booking) => operationsOf(order, booking, round));
    const results = await ledger.applyAll(asked.map(({ operation }) => operation));
    for (const [index, { booking, operation }] of asked.entries()) {
      const result = results[index];
      if (!result) throw new Error('the ledger left an operation without an answer');
      await note(db, clientId, order, booking, operation, result);
      if ('level' in result && (levels.get(operation.sku)?.version ?? -1) < result.level.version) {
        levels.set(operation.sku, result.level);
      }
    }
  }
  await markUnbooked(db, clientId, bookings);
  return levels;
}

async function note(
  db: Db,
  clientId: ClientId,
  order: OrderDocument,
  booking: LineBooking,
  operation: ChannelOperation,
  result: StockResult,
): Promise<void> {
  const { line } = booking;
  if (result.outcome === 'unknown-sku' || result.outcome === 'stale') {
    booking.state = 'unmatched';
  } else if (result.outcome === 'short') {
    booking.shortUnits += operation.units;
    booking.state = 'short';
    const shortLine = shortLineOf(order, line, operation.units, result.level);
    await recordConflict(db, clientId, order, operation.key, shortLine, result.winner);
  } else if (operation.kind === 'withdraw') {
    booking.shortUnits -= operation.units;
    if (booking.shortUnits > 0) return;
    booking.state = 'returned';
    await withdrawConflict(db, clientId, order, line.lineId);
  } else if (booking.shortUnits === 0) {
    booking.state = line.taken === 0 ? 'returned' : 'committed';
  }
}

/**
 * The operations of a line's change number `round`. Units that come back are first those that were short, since
 * these never left the shelf.
 */
function operationsOf(
  order: OrderDocument,
  booking: LineBooking,
  round: number,
): { readonly booking: LineBooking; readonly operation: ChannelOperation }[] {
  const { line } = booking;
  const change = line.changes[round];
  if (!change || line.sku === null) return [];
  const { connectionId, _id: orderId, number: orderNumber } = order;
  const operation = (kind: ChannelOperation['kind'], units: number): ChannelOperation => ({
    kind,
    key: `${orderId}:line:${line.lineId}:${change.sequence}:${kind}`,
    sku: line.sku as Sku,
    location: MAIN_LOCATION,
    units,
    connectionId,
    cause: { orderId, orderNumber, lineId: line.lineId, by: 'order' },
  });
  if (change.units > 0) return [{ booking, operation: operation('commit', change.units) }];
  const withdrawn = Math.min(-change.units, booking.shortUnits);
  const received = -change.units - withdrawn;
  return [
    ...(withdrawn > 0 ? [{ booking, operation: operation('withdraw', withdrawn) }] : []),
    ...(received > 0 ? [{ booking, operation: operation('receive', received) }] : []),
  ];
}

/**
 * Tells apart the lines that the ledger has no part in: products that the shop does not count, products that
 * nobody matched to a SKU, and lines that came back before we first saw the order.
 */
async function markUnbooked(db: Db, clientId: ClientId, bookings: readonly LineBooking[]): Promise<void> {
  const unbooked = bookings.filter(
    ({ line, state }) => line.sku === null || state === 'unmatched' || line.changes.length === 0,
  );
  if (unbooked.length === 0) return;
  const listings = new ClientCollection<ListingDocument>(db, 'listings', clientId);
  const skus = unbooked.flatMap(({ line }) => (line.sku === null ? [] : [line.sku]));
  const notCounted = new Set<Sku>();
  for await (const { sku } of listings.find(
    { sku: { $in: skus }, tracked: false },
    { projection: { sku: 1 } },
  )) {
    if (sku) notCounted.add(sku);
  }
  for (const booking of unbooked) {
    const { line } = booking;
    if (line.sku === null) booking.state = 'unmatched';
    else if (notCounted.has(line.sku)) booking.state = 'not-counted';
    else if (line.changes.length > 0) booking.state = 'unmatched';
    else booking.state = 'returned';
  }
}

/** Writes down how the lines stand; null when the order changed meanwhile, so that booking must start again. */
async function record(
  orders: ClientCollection<OrderDocument>,
  order: OrderDocument,
  bookings: readonly LineBooking[],
): Promise<readonly LineState[] | null> {
  const states = order.lines.map(({ state }) => state);
  if (bookings.length === 0) return states;
  const fields: Record<string, unknown> = {};
  for (const { line, index, state } of bookings) {
    states[index] = state;
    fields[`lines.${index}.state`] = state;
    fields[`lines.${index}.booked`] = line.changes.length;
  }
  fields.shortLines = states.filter((state) => state === 'short').length;
  const written = await orders.updateOne(
    { _id: order._id, revision: order.revision },
    { $set: fields, $inc: { revision: 1 } },
  );
  return written.modifiedCount === 1 ? states : null;
}

async function outcomeOf(
  ledger: StockLedger,
  order: OrderDocument,
  states: readonly LineState[],
  levels: Map<Sku, StockLevel>,
): Promise<BookedOrder> {
  const skus = new Set(order.lines.flatMap(({ sku, changes }) => (sku && changes.length > 0 ? [sku] : [])));
  const unread = [...skus].filter((sku) => !levels.has(sku));
  if (unread.length > 0) for (const [sku, level] of await ledger.levels(unread)) levels.set(sku, level);
  const short = order.lines.flatMap((line, index) => {
    const level = line.sku ? levels.get(line.sku) : undefined;
    return states[index] === 'short' && level ? [shortLineOf(order, line, line.taken, level)] : [];
  });
  return { levels: [...levels.values()], short };
}

function shortLineOf(order: OrderDocument, line: StoredLine, wanted: number, level: StockLevel): ShortLine {
  const { lineId, title } = line;
  const { sku, available } = level;
  return { orderId: order._id, orderNumber: order.number, lineId, sku, title, wanted, available };
}
