import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { saveConnection } from '#runtime/clients/connection-model.ts';
import { ConnectionId } from '#runtime/ids.ts';
import type { HourDocument } from '#runtime/metrics/meter.ts';
import { captureOrder } from '#runtime/orders/capture-order.ts';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { type ApiBench, openApiBench } from '#test/server/api-bench.ts';
import type { OverviewView, TrendsView } from './views.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Half an hour into an hour, at noon: no midnight is near. */
const NOW = Date.UTC(2026, 5, 17, 12, 30);
let database: TestDatabase;
let bench: ApiBench;
let shop: ConnectionId;

beforeAll(async () => {
  database = await openTestDatabase();
  bench = await openApiBench(database);
  shop = ConnectionId.parse(`${bench.ours}-shop`);
  await saveConnection(database.models, {
    _id: shop,
    clientId: bench.ours,
    name: 'Shop',
    channel: 'woocommerce',
    baseUrl: 'http://127.0.0.1:1',
    sandbox: true,
    countingAuthority: false,
    secret: bench.vault.seal(shop, {}),
    createdAt: new Date(),
  });
  jest.spyOn(Date, 'now').mockReturnValue(NOW);
  jest.useFakeTimers({
    now: NOW,
    doNotFake: [
      'nextTick',
      'setImmediate',
      'setTimeout',
      'setInterval',
      'clearTimeout',
      'clearInterval',
      'queueMicrotask',
      'performance',
      'hrtime',
    ],
  });
});
afterAll(async () => {
  jest.useRealTimers();
  jest.restoreAllMocks();
  await bench.close();
  await database.close();
});

const hour = async (atMs: number, counts: HourDocument['counts'], times: HourDocument['times'] = {}) => {
  const at = new Date(Math.floor(atMs / HOUR_MS) * HOUR_MS);
  await database.db.collection<HourDocument>('hours').insertOne({
    _id: `${bench.ours}:${at.getTime()}`,
    clientId: bench.ours,
    subject: shop,
    at,
    counts,
    times,
  });
};
const order = async (externalId: string, receivedAt: number) => {
  const total = { amount: 100, currency: 'GBP' };
  const at = new Date(receivedAt);
  await captureOrder(
    database.db,
    bench.ours,
    {
      connectionId: shop,
      channel: 'test',
      externalId,
      number: externalId,
      status: 'open',
      placedAt: at,
      updatedAt: at,
      total,
      lines: [],
    },
    at,
  );
};
const overview = async () => (await bench.ask('/overview?zone=UTC')).body as OverviewView;

test('before a week was counted, nothing is said of last week; then the same hours are compared', async () => {
  await hour(
    NOW,
    { pushed: 4, 'taken-off': 1, calls: 30, 'events-done': 99, 'events-dead': 1 },
    { lag: { '32': 10 }, 'budget-percent': { '21': 1 } },
  );
  await hour(NOW - 5 * HOUR_MS, { pushed: 6, calls: 10 });
  // Not within the last 24 hours of the clock.
  await hour(NOW - 30 * HOUR_MS, { pushed: 1_000 });
  for (const [id, ms] of [
    ['today', NOW - HOUR_MS],
    ['yesterday', NOW - DAY_MS],
  ] as const)
    await order(id, ms);
  const fresh = await overview();
  expect(fresh.tiles).toMatchObject({
    ordersToday: 1,
    changesSynced: 10,
    avoided: 1,
    apiCalls: 40,
    errors: 1,
    errorRate: 0.01,
    budgetUsed: 38,
  });
  expect(fresh.tiles.lag?.p95).toBe(256);
  expect(fresh.sparks.changesSynced.slice(-6)).toEqual([6, 0, 0, 0, 0, 4]);
  expect(fresh.lastWeek).toBeNull();

  await new Promise((resolve) => setTimeout(resolve, 10));
  jest.setSystemTime(NOW + 2_000);
  jest.spyOn(Date, 'now').mockReturnValue(NOW + 2_000);
  await hour(NOW - 9 * DAY_MS, { pushed: 1 });
  // The hour that is running now: half of it had passed a week ago.
  await hour(NOW - 7 * DAY_MS, { pushed: 8 }, { lag: { '40': 10 } });
  await hour(NOW - 7 * DAY_MS - HOUR_MS, { pushed: 3 });
  await hour(NOW - 7 * DAY_MS + HOUR_MS, { pushed: 500 });
  await order('last week', NOW - 7 * DAY_MS - HOUR_MS);
  await order('later that day', NOW - 7 * DAY_MS + HOUR_MS);
  expect((await overview()).lastWeek).toEqual({
    orders: 1,
    changesSynced: 7,
    lagP95: 1024,
    avoided: 0,
    errorRate: null,
    apiCalls: 0,
  });
});

test('the days of the charts hold each order and each hour once', async () => {
  const { shops, days } = (await bench.ask('/trends?zone=UTC&days=30')).body as TrendsView;
  expect(shops).toEqual([{ id: shop, name: 'Shop' }]);
  expect(days).toHaveLength(30);
  const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);
  expect(sum(days.map(({ orders }) => orders[0] ?? 0))).toBe(4);
  expect(days.at(-1)).toEqual({
    at: '2026-06-17T00:00:00.000Z',
    orders: [1],
    changesSynced: 10,
    lagP95: 256,
    errors: 1,
  });
  expect(days.at(-8)).toMatchObject({ at: '2026-06-10T00:00:00.000Z', orders: [2], changesSynced: 511 });
  expect(((await bench.ask('/trends')).body as TrendsView).days).toHaveLength(7);
  expect((await bench.ask('/trends?zone=Nowhere')).status).toBe(400);
});
