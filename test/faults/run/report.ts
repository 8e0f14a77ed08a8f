/** What a run with faults found, and what must be true of it. */
import { ClientCollection } from '#runtime/database/client-collection.ts';
import type { Database } from '#runtime/database/open-database.ts';
import type { EventDocument } from '#runtime/events/event.ts';
import { orderIdOf } from '#runtime/ids.ts';
import type { OrderDocument } from '#runtime/orders/order-document.ts';
import type { OutboxDocument } from '#runtime/outbox/outbox-document.ts';
import type { Sent } from '#server/replay/messages.ts';
import { compare } from '#server/replay/report.ts';
import type { FromShops } from './messages.ts';
import { type FaultPlan, PRODUCTS, type Victim } from './plan.ts';
import { CLIENT, CONNECTIONS } from './set-up.ts';

export interface FaultReport {
  readonly seed: number;
  readonly orders: number;
  readonly refunds: number;
  readonly soldSeconds: number;
  readonly settledSeconds: number;
  /** Tries whose time was brought forward at the end, so that nobody waits for hours. */
  readonly broughtForward: number;
  readonly killed: Readonly<Record<Victim, number>>;
  readonly webhooks: Extract<FromShops, { kind: 'end' }>['webhooks'];
  readonly troubles: Extract<FromShops, { kind: 'end' }>['troubles'];
  readonly accepted: number;
  readonly messages: {
    readonly made: number;
    readonly arrived: number;
    readonly repeated: number;
    readonly countedRepeats: number;
  };
  readonly shortages: number;
  /** What is wrong, in sentences; nothing: every promise was kept. */
  readonly broken: readonly string[];
  /** Exit code of the graceful stop at the end. */
  readonly stoppedWith: number | null;
}

export interface Findings {
  readonly database: Database;
  readonly plan: FaultPlan;
  readonly sent: Sent;
  readonly end: Extract<FromShops, { kind: 'end' }>;
  readonly killed: Readonly<Record<Victim, number>>;
  readonly soldMs: number;
  readonly settledMs: number;
  readonly broughtForward: number;
  /** Errors that ended a runner and that no node is to blame for. */
  readonly escaped: readonly string[];
}

const EXAMPLES_MAX = 5;
const SECOND_MS = 1_000;

export async function reportOf(findings: Findings): Promise<Omit<FaultReport, 'stoppedWith'>> {
  const { database, plan, sent, end, killed, soldMs, settledMs, broughtForward, escaped } = findings;
  const opening = Object.fromEntries(PRODUCTS.map(({ sku, quantity }) => [sku, quantity]));
  const { lost, doubled, agree, captured, shortages } = await compare({
    database,
    clientId: CLIENT.id,
    connections: CONNECTIONS,
    sent,
    opening,
    shown: end.shown,
  });
  const unkept = await acceptedButNotKept(database, end.accepted);
  const deadLetters = await new ClientCollection<EventDocument>(database.db, 'events', CLIENT.id)
    .find({ state: 'dead' })
    .toArray();
  const outbox = await new ClientCollection<OutboxDocument>(database.db, 'outbox', CLIENT.id)
    .find({})
    .toArray();
  const unsent = outbox.filter(({ state }) => state !== 'sent');
  const ids = new Set(Object.keys(end.received));
  const arrivals = Object.values(end.received).reduce((sum, times) => sum + times, 0);
  // The network repeats some by itself: that nobody can count but the receiver.
  const repeats = outbox.reduce((sum, { tries }) => sum + tries - 1, 0);
  const uncounted = arrivals - ids.size - repeats - (end.troubles.receiver?.twice ?? 0);
  const told = (problem: string, found: readonly string[]) =>
    found.length === 0
      ? []
      : [`${problem}: ${found.length}, for example ${found.slice(0, EXAMPLES_MAX).join('; ')}`];
  return {
    seed: plan.seed,
    orders: sent.orders.length,
    refunds: sent.refunds,
    soldSeconds: soldMs / SECOND_MS,
    settledSeconds: settledMs / SECOND_MS,
    broughtForward,
    killed,
    webhooks: end.webhooks,
    troubles: end.troubles,
    accepted: end.accepted.length,
    messages: {
      made: outbox.length,
      arrived: ids.size,
      repeated: arrivals - ids.size,
      countedRepeats: repeats,
    },
    shortages: shortages.lines,
    broken: [
      ...told('orders accepted with 2xx and not kept', unkept),
      ...told('errors that ended a runner', escaped),
      ...told('orders lost', lost.orders > 0 ? [`${lost.orders}`] : []),
      ...told('lines lost', lost.lines > 0 ? lost.examples : []),
      ...told('orders that nobody placed', doubled.orders > 0 ? [`${doubled.orders}`] : []),
      ...told('orders kept more often than placed', captured.orders > sent.orders.length ? ['yes'] : []),
      ...told('the ledger deviates', agree.ledgerDeviations),
      ...told('a shop deviates', agree.shopDeviations),
      ...told(
        'dead letters',
        deadLetters.map(({ dedupeKey, failure }) => `${dedupeKey}: ${failure?.reason}`),
      ),
      ...told(
        'messages not sent',
        unsent.map(
          ({ _id, state, failure, doubt }) => `${_id} ${state}: ${failure?.reason ?? doubt?.reason}`,
        ),
      ),
      ...told('orders of which nobody was told', await untold(database, outbox)),
      ...told('messages that never arrived', outbox.length > ids.size ? [`${outbox.length - ids.size}`] : []),
      ...told(
        'messages that arrived and were not made',
        ids.size > outbox.length ? [`${ids.size - outbox.length}`] : [],
      ),
      ...told('repeats that were not counted', uncounted > 0 ? [`${uncounted}`] : []),
      ...told('deliveries that were not signed', end.forged > 0 ? [`${end.forged}`] : []),
    ],
  };
}

async function acceptedButNotKept({ db }: Database, accepted: readonly string[]): Promise<string[]> {
  const orders = new ClientCollection<OrderDocument>(db, 'orders', CLIENT.id);
  const kept = new Set((await orders.find({}, { projection: { _id: 1 } }).toArray()).map(({ _id }) => _id));
  return accepted.filter((order) => {
    const [shop, id = ''] = order.split(' ');
    return !kept.has(orderIdOf(CONNECTIONS[shop === '0' ? 0 : 1], id));
  });
}

/** Every event about an order must have told the receiver of it. */
async function untold({ db }: Database, outbox: readonly OutboxDocument[]): Promise<string[]> {
  const told = new Set(outbox.flatMap(({ key }) => key.split(':')));
  const events = await new ClientCollection<EventDocument>(db, 'events', CLIENT.id)
    .find({ topic: 'order.changed' }, { projection: { dedupeKey: 1 } })
    .toArray();
  return events.filter(({ _id }) => !told.has(_id.toHexString())).map(({ dedupeKey }) => dedupeKey);
}
