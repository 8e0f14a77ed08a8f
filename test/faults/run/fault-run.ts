/**
 * Two shops sell at a steady rate while processes are killed, calls fail and webhooks come late and twice. At the end
 * everything is compared with what was really sold.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { ClientCollection } from '#runtime/database/client-collection.ts';
import { type Database, openDatabase } from '#runtime/database/open-database.ts';
import { whenBack } from '#runtime/database/when-back.ts';
import type { EventDocument } from '#runtime/events/event.ts';
import type { OrderDocument } from '#runtime/orders/order-document.ts';
import type { OutboxDocument } from '#runtime/outbox/outbox-document.ts';
import type { PollDocument } from '#runtime/polling/poll-document.ts';
import type { ListingDocument } from '#runtime/sync/listing-document.ts';
import { freePort } from '#test/server/free-port.ts';
import type { FromShops, ToShops } from './messages.ts';
import { type FaultPlan, planRun, type RunSize, type Victim } from './plan.ts';
import { type FaultReport, reportOf } from './report.ts';
import { CLIENT, CONNECTIONS, setUp } from './set-up.ts';
import { SyncFlowProcess } from './syncflow-process.ts';

export interface FaultRunOptions extends RunSize {
  readonly dataDir: string;
  /** How long all may take to settle when everything was sold. */
  readonly settleMsMax: number;
  readonly progress?: (text: string) => void;
}

const LOOK_MS = 250;
const BRING_FORWARD_MS = 2_000;

/** @throws {Error} when it can't be run to its end, or does not settle. */
export async function faultRun(options: FaultRunOptions): Promise<FaultReport> {
  const { seed, orders, ordersPerSecond, kills, dataDir } = options;
  const say = options.progress ?? (() => {});
  const size: RunSize = { seed, orders, ordersPerSecond, kills };
  const plan = planRun(size);
  const shops = openShops(size);
  let syncflow: SyncFlowProcess | undefined;
  try {
    const open = await shops.told('open');
    say('importing');
    const uri = await setUp(dataDir, open);
    const port = await freePort();
    syncflow = new SyncFlowProcess({
      PORT: String(port),
      PUBLIC_URL: open.hooks,
      DATA_DIR: dataDir,
      DATABASE: 'process',
      DEMO: 'off',
      LOG_LEVEL: 'warn',
      POLL_SECONDS: '5',
      SETTLE_SECONDS: '5',
    });
    syncflow.start();
    const to = `http://127.0.0.1:${port}`;
    const database = await whenBack(() => openDatabase(uri));
    try {
      await isAtWork(database);
      say('selling');
      const startedMs = Date.now();
      shops.tell({ kind: 'begin', to });
      const killed = await killAll(plan, syncflow, startedMs, say);
      const { sent } = await shops.told('sent');
      const soldMs = Date.now() - startedMs;
      say('settling');
      const broughtForward = await settle(database, shops, sent.orders.length, options, syncflow);
      const settledMs = Date.now() - startedMs - soldMs;
      say('comparing');
      shops.tell({ kind: 'end' });
      const end = await shops.told('end');
      const { escaped } = syncflow;
      const counts = { killed, soldMs, settledMs, broughtForward };
      const report = await reportOf({ database, plan, sent, end, escaped, ...counts });
      await database.close();
      return { ...report, stoppedWith: await syncflow.stop() };
    } finally {
      await database.close();
    }
  } finally {
    await syncflow?.stop();
    await shops.close();
  }
}

async function killAll(
  plan: FaultPlan,
  syncflow: SyncFlowProcess,
  startedMs: number,
  say: (text: string) => void,
): Promise<Record<Victim, number>> {
  const killed: Record<Victim, number> = { web: 0, runner: 0, database: 0 };
  for (const { atMs, victim } of plan.kills) {
    await wait(Math.max(0, startedMs + atMs - Date.now()));
    await syncflow.kill(victim);
    killed[victim] += 1;
    say(`${((Date.now() - startedMs) / 1_000).toFixed(1)} s: killed the ${victim}`);
  }
  return killed;
}

/**
 * Waits until nothing is under way any more: in the inbox, towards the shops, in the outbox, or unseen by the polls. What
 * met trouble again and again waits for minutes before its next try, and then for hours: when no event is under way any
 * more, those times are brought forward.
 * @returns how many tries were brought forward.
 */
async function settle(
  database: Database,
  shops: Shops,
  orders: number,
  { settleMsMax, progress }: FaultRunOptions,
  syncflow: SyncFlowProcess,
): Promise<number> {
  const events = new ClientCollection<EventDocument>(database.db, 'events', CLIENT.id);
  const captured = new ClientCollection<OrderDocument>(database.db, 'orders', CLIENT.id);
  const listings = new ClientCollection<ListingDocument>(database.db, 'listings', CLIENT.id);
  const outbox = new ClientCollection<OutboxDocument>(database.db, 'outbox', CLIENT.id);
  const waiting = async () => ({
    events: await events.count({ state: { $in: ['queued', 'running'] } }),
    tries: await events.count({ state: 'retry' }),
    orders: orders - (await captured.count({})),
    listings: await listings.count({ connectionId: { $in: [...CONNECTIONS] }, dirty: true }),
    checks: await listings.count({ connectionId: { $in: [...CONNECTIONS] }, checkAt: { $gt: new Date(0) } }),
    messages: await outbox.count({ state: { $in: ['queued', 'sending', 'in-doubt'] } }),
    webhooks: shops.newest.webhooksWaiting,
  });
  let said = '';
  const untilMs = Date.now() + settleMsMax;
  let [broughtForward, lookedMs] = [0, Date.now()];
  for (let quiet = 0; quiet < 3; await wait(LOOK_MS)) {
    const now = await waiting().catch(() => null);
    const sum = now ? Object.values(now).reduce((all, one) => all + one, 0) : 1;
    quiet = sum === 0 ? quiet + 1 : 0;
    const text = JSON.stringify(now);
    if (text !== said) progress?.(`waiting: ${text}`);
    said = text;
    const onlyTries = now && now.events + now.webhooks === 0;
    if (onlyTries && Date.now() - lookedMs > BRING_FORWARD_MS) {
      lookedMs = Date.now();
      broughtForward += await bringForward(events, outbox).catch(() => 0);
    }
    if (Date.now() > untilMs) {
      const held = await events
        .find({ state: { $in: ['queued', 'running', 'retry'] } }, { projection: { body: 0 }, limit: 5 })
        .toArray();
      const parts = [now, held].map((one) => JSON.stringify(one));
      throw new Error(`it did not settle: ${[...parts, ...syncflow.log.slice(-30)].join('\n')}`);
    }
  }
  return broughtForward;
}

async function bringForward(
  events: ClientCollection<EventDocument>,
  outbox: ClientCollection<OutboxDocument>,
): Promise<number> {
  const now = new Date();
  const tries = await events.updateMany(
    { state: 'retry', nextTryAt: { $gt: now } },
    { $set: { nextTryAt: now } },
  );
  const messages = await outbox.updateMany(
    { state: { $in: ['queued', 'in-doubt'] }, lease: null, notBefore: { $gt: now } },
    { $set: { notBefore: now } },
  );
  return tries.modifiedCount + messages.modifiedCount;
}

interface Shops {
  tell(message: ToShops): void;
  told<Kind extends FromShops['kind']>(kind: Kind): Promise<Extract<FromShops, { kind: Kind }>>;
  readonly newest: { orders: number; webhooksWaiting: number };
  close(): Promise<void>;
}

function openShops(size: RunSize): Shops {
  const child: ChildProcess = fork(join(import.meta.dirname, 'shops-process.ts'), [], {
    env: {
      PATH: process.env.PATH ?? '',
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? '',
      RUN_SIZE: JSON.stringify(size),
    },
    serialization: 'advanced',
  });
  const kept = new Map<FromShops['kind'], FromShops>();
  const newest = { orders: 0, webhooksWaiting: 0 };
  const exited = once(child, 'exit');
  child.on('message', (message: FromShops) => {
    if (message.kind === 'progress') Object.assign(newest, message);
    else kept.set(message.kind, message);
    child.emit('told');
  });
  return {
    newest,
    tell: (message) => {
      if (child.connected) child.send(message, () => {});
    },
    told: async (kind) => {
      while (!kept.has(kind)) {
        if (child.exitCode !== null)
          throw new Error('the process of the shops ended; its error stands above');
        await Promise.race([once(child, 'told'), exited]);
      }
      return kept.get(kind) as Extract<FromShops, { kind: typeof kind }>;
    },
    close: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.send({ kind: 'close' } satisfies ToShops, () => {});
      await exited;
    },
  };
}

/** A port that is free now: the web process must have the same one after each kill. */

/** Ends when a runner has asked each shop what changed: then everything runs. */
async function isAtWork(database: Database): Promise<void> {
  const polls = new ClientCollection<PollDocument>(database.db, 'polls', CLIENT.id);
  for (const untilMs = Date.now() + 60_000; Date.now() < untilMs; await wait(LOOK_MS)) {
    const polled = await polls.count({ polledAt: { $ne: null } }).catch(() => 0);
    if (polled === CONNECTIONS.length) return;
  }
  throw new Error('the runner did not poll the shops within a minute');
}
