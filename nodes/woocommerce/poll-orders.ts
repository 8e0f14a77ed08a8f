/**
 * Orders as they changed or as they were placed, oldest first. Facts: class-wc-rest-crud-controller.php and the v3
 * orders controller; recorded: rest-37.
 *
 * Pages are cut by time and not by number: each next page asks for what changed from the last row's second on. Rows
 * that change meanwhile move to the end, and none slips through a gap. Where more than a page changed within one second,
 * that second is read by itself, by counting rows; when rows have left it meanwhile, as many are read again.
 */
import { z } from 'zod';
import type { OrdersPage, OrdersQuery, PolledEvent } from '#runtime/sync/channel.ts';
import { OrderRow, orderEvent } from './order-event.ts';
import { isDraft } from './order-status.ts';
import type { PageSize } from './page-size.ts';
import { past } from './past-caches.ts';
import type { Rest } from './rest.ts';

const SECOND_MS = 1_000;

/** `any` leaves out the trash, and nothing but the trash can be asked for with it: so it is asked for afterwards. */
type Status = 'any' | 'trash';
type By = 'modified' | 'date';

interface Position {
  readonly status: Status;
  readonly fromMs: number;
  /** Within the one second of `fromMs`: rows that were read, and how many there were in all; null: from it on. */
  readonly within: { readonly offset: number; readonly total: number } | null;
}

export async function ordersChanged(
  rest: Rest,
  size: PageSize,
  { since, cursor }: OrdersQuery,
): Promise<OrdersPage> {
  const at = positionOf(cursor, since);
  const { rows, next } = await readPage(rest, size, 'modified', at, {});
  const following = next ?? (at.status === 'any' ? startOf('trash', since) : null);
  const last = rows.at(-1);
  return {
    events: rows.flatMap(eventOf),
    reached: at.status === 'any' && last ? new Date(stampMs(last, 'modified')) : null,
    next: following && textOf(following),
  };
}

/** The trash is not looked through: what staff threw away before we came holds nothing for us. */
export async function ordersPlaced(
  rest: Rest,
  size: PageSize,
  { since, until, cursor }: OrdersQuery & { readonly until: Date },
): Promise<OrdersPage> {
  const before = { before: wordpressTime(until.getTime()) };
  const { rows, next } = await readPage(rest, size, 'date', positionOf(cursor, since), before);
  return { events: rows.flatMap(eventOf), reached: null, next: next && textOf(next) };
}

interface Read {
  readonly rows: readonly OrderRow[];
  readonly next: Position | null;
}

async function readPage(
  rest: Rest,
  size: PageSize,
  by: By,
  at: Position,
  more: Readonly<Record<string, string>>,
): Promise<Read> {
  const [after, before] = by === 'modified' ? ['modified_after', 'modified_before'] : ['after', 'before'];
  const { status, fromMs, within } = at;
  return await size.of('orders', async (perPage) => {
    const query = past({
      status,
      ...more,
      // Exclusive, in whole seconds.
      [after]: wordpressTime(fromMs - SECOND_MS),
      ...(within ? { [before]: wordpressTime(fromMs + SECOND_MS), offset: String(within.offset) } : {}),
      dates_are_gmt: 'true',
      // A database may give rows of one second in any order, and in another one next time.
      orderby: within ? 'id' : by,
      order: 'asc',
      per_page: String(perPage),
    });
    const call = { name: 'GET orders', method: 'GET', path: 'orders', query } as const;
    const { body: rows, total } = await rest(call, z.array(OrderRow));
    const next = within ? nextWithin(at, within, rows, total) : nextFrom(at, rows, perPage, by);
    return { rows, next };
  });
}

function nextFrom(at: Position, rows: readonly OrderRow[], perPage: number, by: By): Position | null {
  const last = rows.at(-1);
  if (!last || rows.length < perPage) return null;
  const lastMs = stampMs(last, by);
  if (lastMs > at.fromMs) return { ...at, fromMs: lastMs };
  return { ...at, within: { offset: 0, total: Number.POSITIVE_INFINITY } };
}

function nextWithin(
  at: Position,
  within: NonNullable<Position['within']>,
  rows: readonly OrderRow[],
  totalNow: number | null,
): Position {
  const total = totalNow ?? 0;
  const left = Number.isFinite(within.total) ? Math.max(0, within.total - total) : 0;
  // What stood before this page moved up by as many: the last of it was never read.
  const offset = left > 0 ? Math.max(0, within.offset - left) : within.offset + rows.length;
  const done = rows.length === 0 || (left === 0 && offset >= total);
  return done ? { ...at, fromMs: at.fromMs + SECOND_MS, within: null } : { ...at, within: { offset, total } };
}

function eventOf(order: OrderRow): PolledEvent[] {
  if (typeof order.status === 'string' && isDraft(order.status)) return [];
  return [{ topic: 'order.changed', ...orderEvent(order), body: Buffer.from(JSON.stringify(order)) }];
}

/** A row without a readable stamp counts as old: the page behind it is then asked for by counting rows. */
function stampMs(order: OrderRow, by: By): number {
  const text = by === 'modified' ? order.date_modified_gmt : order.date_created_gmt;
  const ms = typeof text === 'string' ? Date.parse(`${text}Z`) : Number.NaN;
  return Number.isNaN(ms) ? 0 : ms;
}

function startOf(status: Status, since: Date): Position {
  return { status, fromMs: Math.floor(since.getTime() / SECOND_MS) * SECOND_MS, within: null };
}

/** `any/1763831844000`; within a second `any/1763831844000/200/431`. */
function textOf({ status, fromMs, within }: Position): string {
  const rows = within ? `/${within.offset}/${Number.isFinite(within.total) ? within.total : ''}` : '';
  return `${status}/${fromMs}${rows}`;
}

function positionOf(cursor: string | null, since: Date): Position {
  if (cursor === null) return startOf('any', since);
  const [, status, fromMs, offset, total] =
    /^(any|trash)\/(\d{1,16})(?:\/(\d{1,9})\/(\d{0,9}))?$/.exec(cursor) ?? [];
  if (!status) throw new TypeError('This cursor was not made by the WooCommerce channel');
  const within =
    offset === undefined
      ? null
      : { offset: Number(offset), total: total ? Number(total) : Number.POSITIVE_INFINITY };
  return { status: status as Status, fromMs: Number(fromMs), within };
}

/** `2026-11-22T17:17:19`: UTC without a zone, as `dates_are_gmt` wants it. */
function wordpressTime(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19);
}
