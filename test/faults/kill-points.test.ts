/**
 * A runner is killed at every durable step between an order's event and the last push that comes of it. What is durable
 * goes through one of two doors, the wire to the database and the wire to the channels, and both are watched: so the
 * list of steps is what happened, and none is left out.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { ALL_NODE_TYPES } from '#nodes/all-node-types.ts';
import type { Sandbox, SandboxOrder } from '#nodes/kit/sandbox.ts';
import { openShopifySandbox } from '#nodes/shopify/sandbox/sandbox.ts';
import { openWooCommerceSandbox } from '#nodes/woocommerce/sandbox/sandbox.ts';
import { type Embedded, startEmbedded } from '#runtime/database/embedded/index.ts';
import type { EventDocument } from '#runtime/events/event.ts';
import { ClientId, ConnectionId, orderIdOf } from '#runtime/ids.ts';
import type { OrderDocument } from '#runtime/orders/order-document.ts';
import type { StockDocument } from '#runtime/stock/stock-document.ts';
import { verifyStock } from '#runtime/stock/verify.ts';
import type { ListingDocument } from '#runtime/sync/listing-document.ts';
import { setUpShops, subscribeShops } from '#server/demo/set-up-shops.ts';
import { Settings } from '#server/settings.ts';
import { type SyncFlow, startSyncFlow } from '#server/syncflow.ts';
import { fillIn } from '#templates/define-template.ts';
import { keepStockInStep } from '#templates/keep-stock-in-step.ts';
import { CONNECTION, PATH, webhookOf } from '#test/bench/ingest/webhook.ts';
import { Carrier } from './run/carrier.ts';
import { WireProxy } from './wire-proxy.ts';

jest.setTimeout(300_000);
const CLIENT = { id: ClientId.parse('points'), name: 'Kill points', demo: false } as const;
const CONNECTIONS = [ConnectionId.parse('points-shopify'), ConnectionId.parse('points-woocommerce')] as const;
const OPENING = 1_000;
const PRODUCTS = [
  { sku: 'A', title: 'A', price: '1.00', quantity: OPENING },
  { sku: 'B', title: 'B', price: '1.00', quantity: OPENING },
];
/** Written by the clock, whatever happens to an order. */
const BY_THE_CLOCK = /(minutes|hours|jobs|polls|health)$/;
const SETTLED_MS_MAX = 40_000;
/** Steps of every run, whatever falls together in time. */
const NAMES = [
  'update events',
  'insert orders',
  'update stock',
  'insert pushes',
  'call Shopify',
  'call WooCommerce',
];

let dataDir: string;
let embedded: Embedded;
let proxy: WireProxy;
let syncflow: SyncFlow;
let shops: readonly [Sandbox, Sandbox];
let carriers: readonly [Carrier, Carrier];
/** Steps since the last order was placed, and at which one the runner dies: the so manieth, or the first of this name. */
let steps: string[] = [];
let killAt: number | string = Number.POSITIVE_INFINITY;
let died = false;
let sold = 0;

/** @returns false when the runner has been killed at this step. */
function step(name: string): boolean {
  if (BY_THE_CLOCK.test(name)) return true;
  steps.push(name);
  if (died || (typeof killAt === 'string' ? name : steps.length) !== killAt) return true;
  const pid = syncflow.runners[0]?.pid;
  if (!pid) return true;
  process.kill(pid, 'SIGKILL');
  died = true;
  return false;
}

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'syncflow-points-'));
  embedded = await startEmbedded({ dir: join(dataDir, 'database') });
  proxy = await WireProxy.open(embedded.uri, step);
  shops = [
    await openShopifySandbox({ shopName: 'Points', currency: 'GBP' }),
    await openWooCommerceSandbox({ shopName: 'Points Outlet', currency: 'GBP' }),
  ];
  const carry = (name: string) =>
    Carrier.open(async ({ method, path }, forward) => {
      const answer = await forward();
      const isWrite = method !== 'GET' && !path.includes('/webhooks');
      if (isWrite && !step(`call ${name}`)) throw new Error('the runner is dead');
      return answer;
    });
  carriers = [await carry('Shopify'), await carry('WooCommerce')];
  for (const [index, shop] of shops.entries()) {
    shop.addProducts(PRODUCTS);
    carriers[index === 0 ? 0 : 1].to(shop.address);
  }
  syncflow = await startSyncFlow(
    Settings.parse({
      PORT: '0',
      DATA_DIR: dataDir,
      MONGODB_URI: embedded.uri,
      LOG_LEVEL: 'silent',
      SETTLE_SECONDS: '1',
    }),
    {
      types: ALL_NODE_TYPES,
      runnerScript: join(import.meta.dirname, '..', '..', 'server', 'runner.ts'),
      runnerDatabase: proxy.uri,
    },
  );
  const connect = CONNECTIONS.map((id, index) => ({
    id,
    name: id,
    channel: index === 0 ? 'shopify' : 'woocommerce',
    countingAuthority: index === 0,
    account: { ...shops[index === 0 ? 0 : 1].account, baseUrl: carriers[index === 0 ? 0 : 1].address },
  }));
  await setUpShops(syncflow, CLIENT, connect, [fillIn(keepStockInStep, {})]);
  syncflow.reload(CLIENT.id);
  await subscribeShops(syncflow, connect);
  await settled();
  // An order of the very second in which the counts were read is in them already.
  await wait(2_000);
});
afterAll(async () => {
  await syncflow?.stop();
  await proxy?.close();
  await embedded?.close();
  for (const one of [...(shops ?? []), ...(carriers ?? [])]) await one.close();
  await rm(dataDir, { recursive: true, force: true });
});

const of = <Doc extends object>(name: string) => syncflow.database.db.collection<Doc>(name);
const left = () => ({ A: OPENING - sold, B: OPENING - 2 * sold });
const quantitiesOf = async (shop: Sandbox) =>
  (await (await fetch(`${shop.address}/sandbox/quantities`)).json()) as Record<string, number>;

/** A customer buys one A and two B, and the runner dies at a step; ends when everything that comes of it has happened. */
async function sellAndDieAt(
  shop: 0 | 1,
  dieAt: number | string,
): Promise<{ order: SandboxOrder; steps: string[] }> {
  steps = [];
  died = false;
  killAt = dieAt;
  const lines = [
    { sku: 'A', quantity: 1 },
    { sku: 'B', quantity: 2 },
  ];
  const answer = await fetch(`${shops[shop].address}/sandbox/sales`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ lines }),
  });
  sold += 1;
  const order = (await answer.json()) as SandboxOrder;
  await settled(order, shop);
  killAt = Number.POSITIVE_INFINITY;
  return { order, steps };
}

async function settled(order?: SandboxOrder, shop: 0 | 1 = 0): Promise<void> {
  const untilMs = Date.now() + SETTLED_MS_MAX;
  for (let quiet = 0; quiet < 2; await wait(50)) {
    const waiting = {
      order:
        order === undefined ||
        (await of<OrderDocument>('orders').findOne({ _id: orderIdOf(CONNECTIONS[shop], order.id) })) !== null
          ? 0
          : 1,
      events: await of<EventDocument>('events').countDocuments({
        clientId: CLIENT.id,
        state: { $ne: 'done' },
      }),
      listings: await of<ListingDocument>('listings').countDocuments({ dirty: true }),
      pushes: await of('pushes').countDocuments({ state: 'sent' }),
      shops: (await Promise.all(shops.map(quantitiesOf))).filter(
        ({ A, B }) => A !== left().A || B !== left().B,
      ).length,
    };
    quiet = Object.values(waiting).every((count) => count === 0) ? quiet + 1 : 0;
    if (Date.now() > untilMs)
      throw new Error(`not settled: ${JSON.stringify(waiting)}; steps: ${steps.join(', ')}`);
  }
}

/** The same after every death: each sale booked once, both shops in step with the ledger. */
async function expectAllWell(): Promise<void> {
  for (const shop of shops) expect(await quantitiesOf(shop)).toEqual(left());
  const stock = await of<StockDocument>('stock')
    .find({}, { projection: { sku: 1, available: 1 } })
    .toArray();
  expect(Object.fromEntries(stock.map(({ sku, available }) => [sku, available]))).toEqual(left());
  expect(await of<OrderDocument>('orders').countDocuments({})).toBe(sold);
}

test('the same comes of an order at whichever durable step between its event and the last push the runner dies', async () => {
  const undisturbed = [
    await sellAndDieAt(0, Number.POSITIVE_INFINITY),
    await sellAndDieAt(1, Number.POSITIVE_INFINITY),
  ];
  await expectAllWell();
  const names = new Set(undisturbed.flatMap((one) => one.steps));
  expect([...names]).toEqual(expect.arrayContaining(NAMES));

  const diedAt: { readonly shop: 0 | 1; readonly at: number; readonly name: string }[] = [];
  const die = async (shop: 0 | 1, dieAt: number | string): Promise<readonly string[]> => {
    const run = await sellAndDieAt(shop, dieAt);
    await expectAllWell();
    const at = typeof dieAt === 'string' ? run.steps.indexOf(dieAt) + 1 : dieAt;
    if (died) diedAt.push({ shop, at, name: run.steps[at - 1] ?? '' });
    return run.steps;
  };
  // Until a run ends before it comes to so many steps: then there is no step left.
  for (let dieAt = 1, ended = 0; ended < 2; dieAt += 1) {
    const made = await die(dieAt % 2 === 0 ? 0 : 1, dieAt);
    // A run has a step more or less than another, by what falls together in time.
    if (!died) expect(made.length).toBeLessThan(dieAt);
    ended = died ? 0 : ended + 1;
  }
  // The two shops took turns: what none of these deaths was at has its own.
  for (const shop of [0, 1] as const)
    for (const name of new Set(undisturbed[shop]?.steps))
      if (!diedAt.some((one) => one.name === name)) await die(shop, name);
  const lines = diedAt.map(({ shop, at, name }) => `${CONNECTIONS[shop]} ${at}: ${name}`);
  process.stdout.write(`Died at:\n  ${lines.join('\n  ')}\n`);
  expect(diedAt.map(({ name }) => name)).toEqual(expect.arrayContaining(NAMES));
  expect((await verifyStock(syncflow.database.db, CLIENT.id)).deviations).toEqual([]);
});

test('the process that takes webhooks dies when its event is kept and its answer is not sent: the sender sends again, and it is kept once', async () => {
  let written = 0;
  let child: ChildProcess | undefined;
  const door = await WireProxy.open(embedded.uri, (write) => {
    if (write !== 'insert events') return true;
    written += 1;
    if (written > 1) return true;
    child?.kill('SIGKILL');
    return false;
  });
  const open = async () => {
    const script = join(import.meta.dirname, '..', 'bench', 'ingest', 'contender.ts');
    child = fork(script, ['ingress', door.uri], { execArgv: [] });
    const [port] = (await once(child, 'message')) as [number];
    return `http://127.0.0.1:${port}${PATH}`;
  };
  const { body, headers } = webhookOf(1);
  const send = async (url: string) =>
    await fetch(url, {
      method: 'POST',
      headers: headers as Record<string, string>,
      body: new Uint8Array(body),
    })
      .then(({ status }) => status)
      .catch(() => 'no answer');
  const events = () => of<EventDocument>('events').countDocuments({ source: CONNECTION });
  expect(await send(await open())).toBe('no answer');
  expect(await events()).toBe(1);
  const again = await open();
  expect([await send(again), await send(again)]).toEqual([200, 200]);
  expect([await events(), written]).toEqual([1, 3]);
  child?.kill('SIGKILL');
  await door.close();
});
