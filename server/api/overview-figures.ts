/** The dashboard's tiles: figures of a day by the hour, beside those of the same hours a week ago, from what was counted then. */
import { connectionsOf } from '#runtime/clients/connection-model.ts';
import { ClientCollection } from '#runtime/database/client-collection.ts';
import type { Database } from '#runtime/database/open-database.ts';
import type { ClientId } from '#runtime/ids.ts';
import { quantileOf } from '#runtime/metrics/histogram.ts';
import { type Figures, figuresOf, measuredSince, readHours, spansOf } from '#runtime/metrics/read-figures.ts';
import type { ConflictDocument } from '#runtime/orders/conflicts.ts';
import type { OrderDocument } from '#runtime/orders/order-document.ts';
import { lagOf } from './connection-states.ts';
import { daysOf } from './days.ts';
import type { OverviewView } from './views.ts';

const HOUR_MS = 3_600_000;
const HOURS = 24;
const WEEK_MS = 7 * HOURS * HOUR_MS;
const PERCENT = 100;

export async function overviewFigures(
  { db, models }: Database,
  clientId: ClientId,
  zone: string,
  openConflicts: number,
): Promise<Pick<OverviewView, 'tiles' | 'sparks' | 'lastWeek'>> {
  const now = new Date();
  const nowMs = now.getTime();
  const days = daysOf(now, zone);
  const orders = new ClientCollection<OrderDocument>(db, 'orders', clientId);
  const conflicts = new ClientCollection<ConflictDocument>(db, 'conflicts', clientId);
  const subjects = [...(await connectionsOf(models, clientId)).map(({ _id }) => _id), 'syncflow'];
  // Hours of the clock: the last one is running.
  const endMs = (Math.floor(nowMs / HOUR_MS) + 1) * HOUR_MS;
  const hourly = spanOf(endMs - HOURS * HOUR_MS, endMs);
  const weekAgo = (ms: number) => new Date(ms - WEEK_MS);
  const ordersIn = (since: Date, until: Date) => orders.count({ receivedAt: { $gte: since, $lt: until } });
  const [hours, before, first, today, week, month, sameDay, byHour, shortages] = await Promise.all([
    readHours(db, clientId, subjects, hourly),
    readHours(db, clientId, subjects, spanOf(hourly.since.getTime() - WEEK_MS, endMs - WEEK_MS)),
    measuredSince(db, clientId, subjects),
    ordersIn(days.today, now),
    ordersIn(days.week, now),
    ordersIn(days.month, now),
    ordersIn(weekAgo(days.today.getTime()), weekAgo(nowMs)),
    Promise.all(
      Array.from({ length: HOURS }, (_, index) => {
        const { since, until } = spanOf(
          endMs - (HOURS - index) * HOUR_MS,
          endMs - (HOURS - index - 1) * HOUR_MS,
        );
        return ordersIn(since, until);
      }),
    ),
    conflicts
      // One that got its units from a later sale was no shortage: the later one is.
      .find({ at: { $gte: hourly.since }, state: { $ne: 'first' } }, { projection: { at: 1 } })
      .limit(10_000)
      .toArray(),
  ]);
  const day = figuresOf(hours);
  const parts = spansOf(hours, HOURS, HOUR_MS, endMs);
  const used = day.times('budget-percent');
  const wasMeasured = first !== null && first.getTime() <= hourly.since.getTime() - WEEK_MS;
  return {
    tiles: {
      ordersToday: today,
      ordersWeek: week,
      ordersMonth: month,
      changesSynced: day.count('pushed'),
      lag: lagOf(day.times('lag')),
      avoided: day.count('taken-off'),
      shortages: { total: shortages.length, open: openConflicts },
      errors: errorsOf(day),
      errorRate: rateOf(day),
      apiCalls: callsOf(day),
      budgetUsed: used.size === 0 ? null : Math.min(PERCENT, quantileOf(used, 1) ?? 0),
    },
    sparks: {
      orders: byHour,
      changesSynced: parts.map((figures) => figures.count('pushed')),
      lagP95: parts.map((figures) => quantileOf(figures.times('lag'), 0.95)),
      avoided: parts.map((figures) => figures.count('taken-off')),
      errors: parts.map(errorsOf),
      apiCalls: parts.map(callsOf),
    },
    lastWeek: wasMeasured ? sameHours(before, endMs, nowMs, sameDay) : null,
  };
}

/** The same hours a week ago, the running one as far as it has come. */
function sameHours(
  before: Awaited<ReturnType<typeof readHours>>,
  endMs: number,
  nowMs: number,
  orders: number,
): NonNullable<OverviewView['lastWeek']> {
  const all = figuresOf(before);
  const parts = spansOf(before, HOURS, HOUR_MS, endMs - WEEK_MS);
  const notYet = (endMs - nowMs) / HOUR_MS;
  const soFar = (count: (figures: Figures) => number) =>
    Math.round(count(all) - notYet * (parts.at(-1) ? count(parts[HOURS - 1] as Figures) : 0));
  return {
    orders,
    changesSynced: soFar((figures) => figures.count('pushed')),
    lagP95: quantileOf(all.times('lag'), 0.95),
    avoided: soFar((figures) => figures.count('taken-off')),
    errorRate: rateOf(all),
    apiCalls: soFar(callsOf),
  };
}

function spanOf(sinceMs: number, untilMs: number) {
  return { since: new Date(sinceMs), until: new Date(untilMs) };
}

function errorsOf(figures: Figures): number {
  return figures.count('events-retry') + figures.count('events-dead');
}

/** Of all runs of events, the share that failed; null: there was none. */
function rateOf(figures: Figures): number | null {
  const failed = errorsOf(figures);
  const all = failed + figures.count('events-done');
  return all === 0 ? null : failed / all;
}

function callsOf(figures: Figures): number {
  return figures.counts('calls')[''] ?? 0;
}
