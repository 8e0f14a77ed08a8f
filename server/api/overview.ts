/** `GET /api/v1/overview`: the sentence, what needs a person, and the tiles. */
import { z } from 'zod';
import { allClients } from '#runtime/clients/client-model.ts';
import { connectionsOf } from '#runtime/clients/connection-model.ts';
import { ClientCollection } from '#runtime/database/client-collection.ts';
import type { EventDocument } from '#runtime/events/event.ts';
import type { ClientId } from '#runtime/ids.ts';
import { quantileOf } from '#runtime/metrics/histogram.ts';
import { figuresOf, readMinutes, spansOf } from '#runtime/metrics/read-figures.ts';
import type { ConflictDocument } from '#runtime/orders/conflicts.ts';
import type { OrderDocument } from '#runtime/orders/order-document.ts';
import { WAITS_FOR_PERSON } from '#runtime/outbox/decide.ts';
import type { OutboxDocument } from '#runtime/outbox/outbox-document.ts';
import { proofsOf } from '#runtime/verify/proof-document.ts';
import type { ApiOptions } from './client-context.ts';
import { type ConnectionState, connectionStates, lagOf } from './connection-states.ts';
import { daysOf } from './days.ts';
import { clientRoute, type Route } from './route.ts';
import { type NeedView, OverviewView } from './views.ts';

const Query = z.object({ zone: z.string().max(64).default('UTC') });
const HOUR_MS = 3_600_000;
const HOURS = 24;
/** A page that is watched asks twice a second: figures may be this old. */
const KEPT_MS = 900;

export function overviewRoutes(options: ApiOptions): Route[] {
  const kept = new Map<string, { readonly view: Promise<OverviewView>; readonly untilMs: number }>();
  return [
    clientRoute({
      method: 'get',
      path: '/overview',
      summary: 'What the dashboard says first; days begin at midnight of the zone',
      may: 'see',
      query: Query,
      answer: OverviewView,
      run: async ({ clientId, query: { zone } }) => {
        const key = `${clientId} ${zone}`;
        let fresh = kept.get(key);
        if (!fresh || fresh.untilMs < Date.now()) {
          kept.clear();
          fresh = { view: overviewOf(options, clientId, zone), untilMs: Date.now() + KEPT_MS };
          kept.set(key, fresh);
        }
        return await fresh.view;
      },
    }),
  ];
}

async function overviewOf(
  { database, services }: ApiOptions,
  clientId: ClientId,
  zone: string,
): Promise<OverviewView> {
  const { db, models } = database;
  const now = new Date();
  const days = daysOf(now, zone);
  const dayAgo = new Date(now.getTime() - HOURS * HOUR_MS);
  const orders = new ClientCollection<OrderDocument>(db, 'orders', clientId);
  const conflicts = new ClientCollection<ConflictDocument>(db, 'conflicts', clientId);
  const events = new ClientCollection<EventDocument>(db, 'events', clientId);
  const outbox = new ClientCollection<OutboxDocument>(db, 'outbox', clientId);
  const ordersSince = (at: Date) => orders.count({ receivedAt: { $gte: at } });
  const connections = await connectionsOf(models, clientId);
  const [
    client,
    states,
    minutes,
    today,
    week,
    month,
    recentOrders,
    shortages,
    openConflicts,
    deadLetters,
    messages,
    [proof],
  ] = await Promise.all([
    allClients(models).then((clients) => clients.find(({ _id }) => _id === clientId)),
    connectionStates(database, clientId, services),
    readMinutes(db, clientId, [...connections.map(({ _id }) => _id), 'syncflow'], dayAgo),
    ordersSince(days.today),
    ordersSince(days.week),
    ordersSince(days.month),
    orders
      .find({ receivedAt: { $gte: dayAgo } }, { projection: { receivedAt: 1 } })
      .sort({ receivedAt: -1 })
      .limit(50_000)
      .toArray(),
    conflicts
      // One that got its units from a later sale was no shortage: the later one is.
      .find({ at: { $gte: dayAgo }, state: { $ne: 'first' } }, { projection: { at: 1 } })
      .sort({ at: -1 })
      .limit(10_000)
      .toArray(),
    conflicts.count({ state: 'open' }),
    events.count({ state: 'dead' }),
    outbox.count(WAITS_FOR_PERSON),
    proofsOf(db, clientId)
      .find({}, { projection: { deviations: 0 } })
      .sort({ startedAt: -1 })
      .limit(1)
      .toArray(),
  ]);
  const day = figuresOf(minutes);
  const hours = spansOf(minutes, HOURS, HOUR_MS, now.getTime());
  const hourly = (dates: readonly Date[]) => {
    const counts: number[] = Array.from({ length: HOURS }, () => 0);
    for (const date of dates) {
      const index = Math.min(
        HOURS - 1,
        Math.max(0, Math.floor((date.getTime() - dayAgo.getTime()) / HOUR_MS)),
      );
      counts[index] = (counts[index] ?? 0) + 1;
    }
    return counts;
  };
  const errorsOf = (figures: typeof day) => figures.count('events-retry') + figures.count('events-dead');
  return {
    client: { id: clientId, name: client?.name ?? '' },
    demo: client?.demo ?? false,
    sentence: sentenceOf(states.filter(({ kind }) => kind === 'channel')),
    needs: needsOf(states, openConflicts, deadLetters, messages, proof?.deviationsFound ?? 0),
    tiles: {
      ordersToday: today,
      ordersWeek: week,
      ordersMonth: month,
      changesSynced: day.count('pushed'),
      lag: lagOf(day.times('lag')),
      shortages: { total: shortages.length, open: openConflicts },
      errors: errorsOf(day),
      apiCalls: hours.at(-1)?.counts('calls')[''] ?? 0,
    },
    sparks: {
      orders: hourly(recentOrders.map(({ receivedAt }) => receivedAt)),
      changesSynced: hours.map((figures) => figures.count('pushed')),
      lagP95: hours.map((figures) => quantileOf(figures.times('lag'), 0.95)),
      shortages: hourly(shortages.map(({ at }) => at)),
      errors: hours.map(errorsOf),
      apiCalls: hours.map((figures) => figures.counts('calls')[''] ?? 0),
    },
  };
}

function sentenceOf(states: readonly ConnectionState[]): OverviewView['sentence'] {
  if (states.length === 0)
    return { tone: 'warn', text: 'No channel is connected yet. Connect your first shop to begin.' };
  const bad = states.find(({ tone }) => tone === 'bad');
  if (bad) return { tone: 'bad', text: `${bad.name}: ${bad.word}. Its changes wait and are not lost.` };
  const behind = states.filter(({ waiting }) => waiting > 0);
  const waiting = behind.reduce((sum, state) => sum + state.waiting, 0);
  if (states.some(({ tone }) => tone === 'warn')) {
    const [first] = behind;
    const where = behind.length === 1 && first ? first.name : `${behind.length} channels`;
    return {
      tone: 'warn',
      text: `${where} ${behind.length === 1 ? 'is' : 'are'} catching up: ${waiting} ${waiting === 1 ? 'change waits' : 'changes wait'}.`,
    };
  }
  const all =
    states.length === 1
      ? 'Your channel is'
      : states.length === 2
        ? 'Both channels are'
        : `All ${states.length} channels are`;
  return {
    tone: 'ok',
    text:
      waiting > 0
        ? `${all} in step; ${waiting} ${waiting === 1 ? 'change is' : 'changes are'} on the way.`
        : `${all} in step.`,
  };
}

function needsOf(
  states: readonly ConnectionState[],
  conflicts: number,
  deadLetters: number,
  messages: number,
  deviations: number,
): NeedView[] {
  const needs: NeedView[] = [];
  if (deviations > 0) {
    const text =
      deviations === 1 ? 'The books differ in one thing' : `The books differ in ${deviations} things`;
    needs.push({ kind: 'proof', count: deviations, text, href: '/#proof' });
  }
  for (const { name, error, findings } of states) {
    const fix = error?.fix ?? findings.find(({ tone }) => tone === 'bad')?.fix;
    if (fix) needs.push({ kind: 'connection', count: 1, text: `${name}: ${fix}`, href: '/connections' });
  }
  if (conflicts > 0) {
    const text =
      conflicts === 1 ? 'One sale met too little stock' : `${conflicts} sales met too little stock`;
    needs.push({ kind: 'conflict', count: conflicts, text, href: '/conflicts' });
  }
  if (deadLetters > 0) {
    const text =
      deadLetters === 1 ? 'One event could not be handled' : `${deadLetters} events could not be handled`;
    needs.push({ kind: 'dead-letter', count: deadLetters, text, href: '/dead-letters' });
  }
  if (messages > 0) {
    const text = messages === 1 ? 'One message needs your word' : `${messages} messages need your word`;
    needs.push({ kind: 'outbox', count: messages, text, href: '/outbox' });
  }
  const unmatched = states.reduce((sum, state) => sum + state.unmatched, 0);
  if (unmatched > 0) {
    const text =
      unmatched === 1 ? 'One product could not be matched' : `${unmatched} products could not be matched`;
    needs.push({ kind: 'unmatched', count: unmatched, text, href: '/stock/matching' });
  }
  return needs;
}
