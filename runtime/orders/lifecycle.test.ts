/** The life of orders over the ledger: each change becomes the right operations, once, whatever comes when. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { LocationId, MAIN_LOCATION, Sku } from '../ids.ts';
import { finishOrders } from './finish-orders.ts';
import type { Order } from './order.ts';
import { OrderBooking } from './order-booking.ts';
import { POLICY_DEFAULT, saveClientPolicy } from './policy/policy-store.ts';
import { CrashingDatabase } from './test-crashes.ts';
import { historyOf, historySeed } from './test-histories.ts';
import { line, second, TestShops } from './test-shops.ts';

const skus = ['MUG', 'TEE', 'POT'].map((sku) => Sku.parse(sku));
const [mug] = skus as [Sku, Sku, Sku];
/** More of them for a longer look: `PROPERTY_RUNS=100 jest runtime/orders`. */
const RUNS = Number(process.env.PROPERTY_RUNS ?? 10);
const berlin = LocationId.parse('berlin');
let database: TestDatabase;
let shops: TestShops;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(() => {
  shops = new TestShops(database.db);
});

const level = async (sku: Sku) => (await shops.ledger.levels([sku])).get(sku);
const finish = (booking = shops.booking) =>
  finishOrders({ db: database.db, clientId: shops.clientId, booking }, (_order, error) => {
    throw error;
  });

describe('an order that is not paid', () => {
  const unpaid = (taken = 3, at = 0, changes: Partial<Order> = {}) =>
    shops.order('1', [line('a', mug, 3, taken)], at, { status: 'pending', ...changes });
  beforeEach(() => shops.stock(mug, 10));

  test('holds its units: they lie there, but nobody else can buy them; paid, they are sold', async () => {
    await shops.handle(unpaid());
    expect(await level(mug)).toMatchObject({
      onHand: 10,
      reserved: 3,
      available: 7,
      taken: { [shops.shop]: 3 },
    });
    expect((await shops.kept('1')).lines[0]?.state).toBe('reserved');
    await shops.handle(unpaid(3, 1, { status: 'open' }));
    expect(await level(mug)).toMatchObject({
      onHand: 7,
      reserved: 0,
      available: 7,
      taken: { [shops.shop]: 3 },
    });
    expect(await shops.deviations()).toEqual([]);
  });

  test('gives them back when it is cancelled, in part or in whole', async () => {
    await shops.handle(unpaid());
    await shops.handle(unpaid(1, 1));
    expect(await level(mug)).toMatchObject({ onHand: 10, reserved: 1, available: 9 });
    await shops.handle(unpaid(0, 2, { status: 'cancelled' }));
    expect(await level(mug)).toMatchObject({
      onHand: 10,
      reserved: 0,
      available: 10,
      taken: { [shops.shop]: 0 },
    });
    expect(await shops.deviations()).toEqual([]);
  });

  test('that is cancelled without restock has taken them for good', async () => {
    await shops.handle(unpaid());
    await shops.handle(unpaid(3, 1, { status: 'cancelled' }));
    expect(await level(mug)).toMatchObject({ onHand: 7, reserved: 0, available: 7 });
  });

  test('whose units are gone at a stock-take is short when it is paid', async () => {
    await shops.handle(unpaid());
    const { version = 0 } = (await level(mug)) ?? {};
    const cause = { by: 'test' };
    await shops.ledger.apply({
      kind: 'count',
      key: 'count',
      sku: mug,
      location: MAIN_LOCATION,
      quantity: 1,
      seenVersion: version,
      cause,
    });
    const { short } = await shops.handle(unpaid(3, 1, { status: 'open' }));
    expect(short).toMatchObject([{ wanted: 3 }]);
    expect(await level(mug)).toMatchObject({ onHand: 1, reserved: 0, available: 1 });
    expect(await shops.deviations()).toEqual([]);
  });
});

describe('a backorder', () => {
  const sold = (id: string, units: number, at = 0, taken = units) =>
    shops.order(id, [line('a', mug, units, taken)], at, { placedAt: second(Number(id)) });
  beforeEach(async () => {
    await saveClientPolicy(database.db, shops.clientId, { ...POLICY_DEFAULT, policy: 'backorder' }, 'test');
    await shops.stock(mug, 1);
  });

  test('takes what is there and owes the rest; what comes in fills the oldest first, and the orders follow', async () => {
    await shops.handle(sold('1', 3));
    await shops.handle(sold('2', 2));
    expect(await level(mug)).toMatchObject({ onHand: 0, available: 0, backordered: 4 });
    expect(await shops.conflicts()).toMatchObject([{ state: 'backordered' }, { state: 'backordered' }]);
    expect(await shops.kept('1')).toMatchObject({ owedLines: 1, lines: [{ state: 'backordered' }] });

    await shops.stock(mug, 3);
    expect(await finish()).toBe(2);
    expect(await level(mug)).toMatchObject({ onHand: 0, available: 0, backordered: 1 });
    expect(await shops.account('1')).toMatchObject({ sold: { main: 3 } });
    expect((await shops.kept('1')).lines[0]?.state).toBe('committed');
    expect(await shops.account('2')).toMatchObject({ sold: { main: 1 } });
    expect((await shops.conflicts()).map(({ state }) => state)).toEqual(['filled', 'backordered']);

    await shops.stock(mug, 5);
    await finish();
    expect(await level(mug)).toMatchObject({ onHand: 4, available: 4, backordered: 0 });
    expect(await finish()).toBe(0);
    expect(await shops.deviations()).toEqual([]);
  });

  test('that is cancelled is owed no more; what was filled meanwhile comes back, also when the order did not know it', async () => {
    await shops.handle(sold('1', 3));
    await shops.handle(sold('1', 3, 1, 2));
    expect(await level(mug)).toMatchObject({ onHand: 0, backordered: 1, taken: { [shops.shop]: 2 } });
    await shops.stock(mug, 1);
    await shops.handle(sold('1', 3, 2, 0));
    expect(await level(mug)).toMatchObject({
      onHand: 2,
      available: 2,
      backordered: 0,
      taken: { [shops.shop]: 0 },
    });
    await finish();
    expect(await shops.deviations()).toEqual([]);
  });

  test('of a refunded order is owed no more, also when the shop put nothing back', async () => {
    await shops.handle(sold('1', 3));
    await shops.handle({ ...sold('1', 3, 1), status: 'refunded' });
    expect(await level(mug)).toMatchObject({ onHand: 0, backordered: 0, taken: { [shops.shop]: 3 } });
    await shops.stock(mug, 2);
    await finish();
    expect(await level(mug)).toMatchObject({ onHand: 2, available: 2 });
    expect(await shops.deviations()).toEqual([]);
  });

  test('is filled by what another customer sends back', async () => {
    await shops.handle(sold('1', 1));
    await shops.handle(sold('2', 1));
    await shops.handle(sold('1', 1, 1, 0));
    await finish();
    expect(await shops.account('2')).toMatchObject({ sold: { main: 1 } });
    expect(await level(mug)).toMatchObject({ onHand: 0, available: 0, backordered: 0 });
    expect(await shops.deviations()).toEqual([]);
  });
});

test('a client who ships from the first location that has it: the order of the locations decides, then who has enough', async () => {
  await shops.stock(mug, 2, berlin);
  await shops.stock(mug, 5);
  await saveClientPolicy(
    database.db,
    shops.clientId,
    { policy: 'hold', locationChoice: 'first-that-has-it', locationOrder: [berlin, MAIN_LOCATION] },
    'test',
  );
  await shops.handle(shops.order('1', [line('a', mug, 1), line('b', mug, 2)]));
  const [first, second] = (await shops.kept('1')).lines.map(({ accounts }) => accounts[0]?.sold);
  expect([first, second]).toEqual([{ berlin: 1 }, { main: 2 }]);
  await shops.handle(shops.order('1', [line('a', mug, 1, 0), line('b', mug, 2, 1)], 1));
  expect((await level(mug))?.byLocation).toMatchObject({ berlin: { onHand: 2 }, main: { onHand: 4 } });
  expect(await shops.deviations()).toEqual([]);
});

describe('histories of orders', () => {
  const histories = fc.array(historySeed, { minLength: 1, maxLength: 4 });
  const snapshotsOf = (seeds: Parameters<typeof historyOf>[0][]) =>
    seeds.map((seed, index) =>
      historyOf(seed, skus, (state, at) => ({
        ...shops.order(`o${index}`, state.lines, at, { status: state.status, placedAt: second(index) }),
        connectionId: index % 2 === 0 ? shops.shop : shops.other,
      })),
    );
  const quantities = async () =>
    [...(await shops.ledger.levels(skus)).values()]
      .map(({ sku, onHand, reserved, available, taken }) => {
        const byShop = [taken[shops.shop] ?? 0, taken[shops.other] ?? 0];
        return { sku, onHand, reserved, available, byShop };
      })
      .sort((a, b) => a.sku.localeCompare(b.sku));
  async function open(units: number): Promise<void> {
    shops = new TestShops(database.db);
    for (const sku of skus) await shops.stock(sku, units);
  }
  const shuffled = (length: number) =>
    fc.array(fc.nat({ max: 1_000 }), { minLength: length, maxLength: length });
  /** Snapshots in another order, some of them twice. */
  function disordered(snapshots: readonly Order[], by: readonly number[]): Order[] {
    const twice = snapshots.flatMap((one, index) => ((by[index] ?? 0) % 3 === 0 ? [one, one] : [one]));
    return twice
      .map((one, index) => ({ one, at: by[(index * 7) % by.length] ?? 0 }))
      .sort((a, b) => a.at - b.at)
      .map(({ one }) => one);
  }

  test('shuffled and doubled give the same ledger as in order, once', async () => {
    await fc.assert(
      fc.asyncProperty(
        histories,
        shuffled(40),
        fc.integer({ min: 1, max: 4 }),
        async (seeds, by, together) => {
          await open(100);
          for (const snapshots of snapshotsOf(seeds)) for (const one of snapshots) await shops.handle(one);
          const inOrder = await quantities();
          expect(await shops.deviations()).toEqual([]);

          await open(100);
          const arriving = disordered(snapshotsOf(seeds).flat(), by);
          for (let start = 0; start < arriving.length; start += together)
            await Promise.all(arriving.slice(start, start + together).map((one) => shops.handle(one)));
          expect(await quantities()).toEqual(inOrder);
          expect(await shops.deviations()).toEqual([]);
        },
      ),
      { numRuns: RUNS },
    );
  }, 3_600_000);

  test('over scarce stock, under every policy, with dying processes and goods that come in: all is accounted for, and comes back', async () => {
    await fc.assert(
      fc.asyncProperty(
        histories,
        shuffled(40),
        fc.constantFrom('hold', 'backorder', 'cancel'),
        fc.constantFrom('primary', 'first-that-has-it', 'most-available'),
        fc.integer(),
        async (seeds, by, policy, locationChoice, seed) => {
          await open(2);
          await shops.stock(mug, 1, berlin);
          const { clientId } = shops;
          await saveClientPolicy(
            database.db,
            clientId,
            { policy, locationChoice, locationOrder: [] },
            'test',
          );
          const dying = new CrashingDatabase(database.db, shops.ledger, seed);
          const channelCancels = () => ({ orders: true, lines: true });
          const start = () =>
            new OrderBooking({ ...shops.options, db: dying.db, ledger: dying.ledger, channelCancels });
          const handle = (one: Order) =>
            dying.survive(async () => {
              shops.booking = start();
              await shops.handle(one);
            });
          const snapshots = snapshotsOf(seeds);
          for (const [index, one] of disordered(snapshots.flat(), by).entries()) {
            await handle(one);
            if ((by[index] ?? 0) % 5 === 0) await shops.stock(skus[index % 3] as Sku, 1);
          }
          await dying.survive(() => finish(start()));
          expect(await shops.deviations()).toEqual([]);

          // Everything is cancelled with restock: each unit is back, and nobody is owed anything.
          for (const history of snapshots) {
            const last = history.at(-1) as Order;
            const lines = last.lines.map((one) => ({ ...one, taken: 0 }));
            await handle({ ...last, status: 'cancelled', updatedAt: second(900), lines });
          }
          await dying.survive(() => finish(start()));
          expect(await shops.deviations()).toEqual([]);
          const received =
            2 * 3 +
            1 +
            by.slice(0, disordered(snapshots.flat(), by).length).filter((n) => n % 5 === 0).length;
          const levels = [...(await shops.ledger.levels(skus)).values()];
          expect(levels.reduce((sum, { onHand }) => sum + onHand, 0)).toBe(received);
          for (const one of levels)
            expect(one).toMatchObject({ reserved: 0, backordered: 0, available: one.onHand });
          expect(dying.deaths).toBeGreaterThanOrEqual(0);
        },
      ),
      { numRuns: RUNS },
    );
  }, 3_600_000);
});
