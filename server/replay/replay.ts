/** The main job on real input: a year of real orders through two sandbox shops over real HTTP, and the proof at the end. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Filter } from 'mongodb';
import { ClientCollection } from '#runtime/database/client-collection.ts';
import type { EventDocument } from '#runtime/events/event.ts';
import { ClientId, ConnectionId, HOME_AGENCY } from '#runtime/ids.ts';
import type { OrderDocument } from '#runtime/orders/order-document.ts';
import type { ListingDocument } from '#runtime/sync/listing-document.ts';
import { fillIn } from '#templates/define-template.ts';
import { keepStockInStep } from '#templates/keep-stock-in-step.ts';
import { lowStockAlert } from '#templates/low-stock-alert.ts';
import { compileCacheOf } from '../compile-cache.ts';
import { type ShopToConnect, setUpShops, subscribeShops } from '../demo/set-up-shops.ts';
import { Settings } from '../settings.ts';
import { type SyncFlow, startSyncFlow } from '../syncflow.ts';
import type { FromShops, Sent, ToShops } from './messages.ts';
import { compare, machine, type ReplayReport } from './report.ts';

export interface ReplayOptions {
  readonly file: string;
  readonly invoicesMax?: number;
  /** Folder for the database of this run. */
  readonly dataDir: string;
  /** A MongoDB to use instead of the embedded database; its database must be empty. */
  readonly mongodbUri?: string;
  readonly progress?: (now: ReplayProgress) => void;
}

export interface ReplayProgress {
  readonly phase: 'reading' | 'importing' | 'replaying' | 'settling' | 'comparing';
  readonly steps: number;
  readonly of: number;
  readonly waiting: number;
  /** Process id of the runner: a fault test kills it. */
  readonly runnerPid: number | undefined;
}

const CLIENT = { id: ClientId.parse('replay'), name: 'Replay', demo: false } as const;
const CONNECTIONS = [ConnectionId.parse('replay-shopify'), ConnectionId.parse('replay-woocommerce')] as const;
const WAITING_EVERY_MS = 200;
const SETTLE_MS_MAX = 5 * 60_000;
/** Orders on their way explain a difference for so long; on loopback they take far less. */
const SETTLE_SECONDS = 5;

/** Runs a replay and compares the outcome. @throws {Error} when it can't be run to its end. */
export async function replay(options: ReplayOptions): Promise<ReplayReport> {
  const syncflow = await startSyncFlow(
    Settings.parse({
      PORT: '0',
      DATA_DIR: options.dataDir,
      LOG_LEVEL: 'warn',
      SETTLE_SECONDS: String(SETTLE_SECONDS),
      ...(options.mongodbUri ? { MONGODB_URI: options.mongodbUri } : {}),
    }),
  );
  const shops = openShops(options);
  try {
    return await run(options, syncflow, shops);
  } finally {
    await shops.close();
    await syncflow.stop();
  }
}

async function run(options: ReplayOptions, syncflow: SyncFlow, shops: Shops): Promise<ReplayReport> {
  const watch = watchOf(options, syncflow, shops);
  try {
    watch.phase('reading');
    const open = await shops.told('open');
    watch.of(open.steps);
    watch.phase('importing');
    const connect = CONNECTIONS.map(
      (id, index): ShopToConnect => ({
        id,
        name: index === 0 ? 'Replay' : 'Replay Outlet',
        channel: index === 0 ? 'shopify' : 'woocommerce',
        countingAuthority: index === 0,
        account: open.accounts[index === 0 ? 0 : 1],
      }),
    );
    await setUpShops(syncflow, CLIENT, connect, [fillIn(keepStockInStep, {}), fillIn(lowStockAlert, {})]);
    syncflow.reload(CLIENT.id);
    await subscribeShops(syncflow, connect);
    watch.phase('replaying');
    const startedMs = Date.now();
    shops.tell({ kind: 'begin', url: syncflow.url, key: await apiKey(syncflow) });
    const { sent } = await shops.told('sent');
    watch.phase('settling');
    await watch.settled();
    const seconds = (Date.now() - startedMs) / 1_000;
    watch.phase('comparing');
    return await reportOf(options, syncflow, shops, open, sent, seconds);
  } finally {
    watch.stop();
  }
}

async function reportOf(
  options: ReplayOptions,
  { database, runners }: SyncFlow,
  shops: Shops,
  { accounts, counts, opening }: Extract<FromShops, { kind: 'open' }>,
  sent: Sent,
  seconds: number,
): Promise<ReplayReport> {
  const shown = await Promise.all(
    accounts.map(
      async ({ baseUrl }) =>
        (await (await fetch(`${baseUrl}/sandbox/quantities`)).json()) as Record<string, number | null>,
    ),
  );
  const compared = await compare({
    database,
    clientId: CLIENT.id,
    connections: CONNECTIONS,
    sent,
    opening,
    shown,
  });
  shops.tell({ kind: 'short', lines: await shortLines(database.db) });
  const { lags } = await shops.told('lags');
  const lines = sent.orders.reduce((sum, order) => sum + order.lines, 0);
  const events = new ClientCollection<EventDocument>(database.db, 'events', CLIENT.id);
  return {
    machine: machine(),
    file: options.file,
    invoices: counts.invoices,
    lines: counts.lines,
    returnsWithoutSale: counts.returnsWithoutSale,
    accounting: counts.accounting,
    seconds,
    sent: {
      orders: sent.orders.length,
      lines,
      refunds: sent.refunds,
      corrections: sent.corrections.done,
      correctionsRefused: sent.corrections.refused,
    },
    ...compared,
    deadLetters: await events.count({ state: 'dead' }),
    runnerRestarts: runners.reduce((sum, { restarts }) => sum + restarts, 0),
    throughput: { ordersPerSecond: sent.orders.length / seconds, linesPerSecond: lines / seconds },
    lags,
  };
}

/** Lines that were ever short, as the shops process names them. */
async function shortLines(db: SyncFlow['database']['db']): Promise<string[]> {
  const orders = new ClientCollection<OrderDocument>(db, 'orders', CLIENT.id);
  const conflicts = await db
    .collection<{ orderId: OrderDocument['_id']; sku: string }>('conflicts')
    .find({ clientId: CLIENT.id })
    .toArray();
  const short = await orders
    .find(
      { _id: { $in: conflicts.map(({ orderId }) => orderId) } },
      { projection: { externalId: 1, connectionId: 1 } },
    )
    .toArray();
  const named = new Map(
    short.map(({ _id, externalId, connectionId }) => [
      _id,
      `${connectionId === CONNECTIONS[0] ? 0 : 1} ${externalId}`,
    ]),
  );
  return conflicts.map(({ orderId, sku }) => `${named.get(orderId)} ${sku}`);
}

/** A replay may take longer than a session lives: it comes with a key, as every program does. */
async function apiKey({ auth }: SyncFlow): Promise<string> {
  const { key } = await auth.keys.make({
    agencyId: HOME_AGENCY,
    clients: [CLIENT.id],
    name: 'Replay',
    permissions: ['see', 'decide'],
    createdBy: 'replay',
    expiresAt: null,
  });
  return key;
}

interface Shops {
  tell(message: ToShops): void;
  /** The next message of this kind. @throws {Error} when the process ends before. */
  told<Kind extends FromShops['kind']>(kind: Kind): Promise<Extract<FromShops, { kind: Kind }>>;
  readonly newest: { steps: number; webhooksWaiting: number };
  close(): Promise<void>;
}

function openShops({ file, invoicesMax, dataDir }: ReplayOptions): Shops {
  const child: ChildProcess = fork(join(import.meta.dirname, 'shops-process.ts'), [], {
    env: {
      PATH: process.env.PATH ?? '',
      NODE_COMPILE_CACHE: compileCacheOf(dataDir),
      ORDERS_FILE: file,
      INVOICES_MAX: String(invoicesMax ?? Number.MAX_SAFE_INTEGER),
    },
    serialization: 'advanced',
  });
  const kept = new Map<FromShops['kind'], FromShops>();
  const newest = { steps: 0, webhooksWaiting: 0 };
  const exited = once(child, 'exit');
  child.on('message', (message: FromShops) => {
    if (message.kind === 'progress')
      Object.assign(newest, { steps: message.steps, webhooksWaiting: message.webhooksWaiting });
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
          throw new Error('the process of the sandbox shops ended; its error stands above');
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

/** Looks several times a second how much waits, tells the shops, and says when everything has settled. */
function watchOf(options: ReplayOptions, syncflow: SyncFlow, shops: Shops) {
  const { database } = syncflow;
  const events = new ClientCollection<EventDocument>(database.db, 'events', CLIENT.id);
  const listings = new ClientCollection<ListingDocument>(database.db, 'listings', CLIENT.id);
  let phase: ReplayProgress['phase'] = 'reading';
  let [of, looking] = [0, false];

  const inBoth = async (filter: Filter<ListingDocument>): Promise<number> => {
    const counts = CONNECTIONS.map((connectionId) => listings.count({ connectionId, ...filter }));
    return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
  };

  async function look(): Promise<number> {
    const [waitingEvents, waitingListings] = await Promise.all([
      events.count({ state: { $in: ['queued', 'running', 'retry'] } }),
      inBoth({ dirty: true }),
    ]);
    shops.tell({ kind: 'waiting', events: waitingEvents, listings: waitingListings });
    const { steps, webhooksWaiting } = shops.newest;
    options.progress?.({ phase, steps, of, waiting: waitingEvents, runnerPid: syncflow.runners[0]?.pid });
    const waiting = waitingEvents + waitingListings + webhooksWaiting;
    // Asked for at the end alone: while orders come in, this look shall cost next to nothing.
    return waiting > 0 ? waiting : await inBoth({ checkAt: { $gt: new Date(0) } });
  }

  const timer = setInterval(() => {
    if (looking) return;
    looking = true;
    void look()
      .catch(() => 0)
      .finally(() => {
        looking = false;
      });
  }, WAITING_EVERY_MS);

  return {
    phase: (now: ReplayProgress['phase']) => {
      phase = now;
    },
    of: (steps: number) => {
      of = steps;
    },
    settled: async () => {
      const untilMs = Date.now() + SETTLE_MS_MAX;
      while ((await look()) > 0) {
        if (Date.now() > untilMs) throw new Error('the replay did not settle within five minutes');
        await new Promise((resolve) => setTimeout(resolve, WAITING_EVERY_MS));
      }
    },
    stop: () => clearInterval(timer),
  };
}
