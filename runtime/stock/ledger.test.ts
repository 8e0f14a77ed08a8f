import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { ClientId, ConnectionId, LocationId, MAIN_LOCATION, Sku } from '../ids.ts';
import { JOURNAL_LENGTH_MAX } from './drain.ts';
import { StockLedger } from './ledger.ts';
import { KeyReused, type StockOperation } from './operation.ts';
import { type StockDocument, stockIdOf } from './stock-document.ts';
import { verifyStock } from './verify.ts';

const mug = Sku.parse('MUG-BLUE');
const shop = ConnectionId.parse('con_1');
let database: TestDatabase;
let clientId: ClientId;
let ledger: StockLedger;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  clientId = ClientId.parse(`c-${randomUUID()}`);
  ledger = new StockLedger(database.db, clientId);
  await ledger.addSkus([{ sku: mug, title: 'Blue mug' }]);
});

const by = { by: 'test' };
const common = { sku: mug, location: MAIN_LOCATION, cause: by };
const commit = (key: string, units: number): StockOperation => ({
  ...common,
  kind: 'commit',
  key,
  units,
  connectionId: shop,
});
const receive = (key: string, units: number): StockOperation => ({
  ...common,
  kind: 'receive',
  key,
  units,
  connectionId: shop,
});
const count = (key: string, quantity: number, seenVersion: number): StockOperation => ({
  ...common,
  kind: 'count',
  key,
  quantity,
  seenVersion,
});
const adjust = (key: string, change: number): StockOperation => ({ ...common, kind: 'adjust', key, change });
const document = () =>
  database.db
    .collection<StockDocument>('stock')
    .findOne({ _id: stockIdOf(clientId, mug) }) as Promise<StockDocument>;

describe('operations', () => {
  test('a count sets, a commit takes, a return brings back, and every level says so', async () => {
    expect(await ledger.apply(count('a', 10, 0))).toEqual({
      outcome: 'applied',
      repeated: false,
      filled: [],
      owed: 0,
      level: {
        sku: mug,
        title: 'Blue mug',
        onHand: 10,
        reserved: 0,
        available: 10,
        backordered: 0,
        byLocation: { main: { onHand: 10, reserved: 0, available: 10 } },
        version: 1,
        taken: {},
      },
    });
    expect(await ledger.apply(commit('b', 3))).toMatchObject({
      level: { available: 7, version: 2, taken: { con_1: 3 } },
    });
    expect(await ledger.apply(receive('c', 1))).toMatchObject({
      level: { available: 8, version: 3, taken: { con_1: 2 } },
    });
    expect(await ledger.apply(adjust('d', -2))).toMatchObject({ level: { available: 6, onHand: 6 } });
    expect((await document()).locations).toEqual({ main: { onHand: 6, reserved: 0, available: 6 } });
  });

  test('the same key again changes nothing and gives the first outcome', async () => {
    await ledger.apply(count('a', 10, 0));
    const first = await ledger.apply(commit('b', 3));
    const again = await ledger.apply(commit('b', 3));
    expect(first).toMatchObject({ outcome: 'applied', repeated: false });
    expect(again).toMatchObject({ outcome: 'applied', repeated: true, level: { available: 7, version: 2 } });
    await ledger.drainAll();
    expect(await ledger.apply(commit('b', 3))).toMatchObject({
      repeated: true,
      level: { available: 7, version: 2 },
    });
    expect(await ledger.apply(count('a', 10, 0))).toMatchObject({ outcome: 'applied', repeated: true });
  });

  test('the same key with another content is an error, before and after a drain, and changes nothing', async () => {
    await ledger.apply(count('a', 10, 0));
    await ledger.apply(commit('b', 3));
    await expect(ledger.apply(commit('b', 4))).rejects.toThrow(KeyReused);
    await ledger.drainAll();
    await expect(ledger.apply(receive('b', 3))).rejects.toThrow(KeyReused);
    expect(await document()).toMatchObject({ onHand: 7, version: 2 });
  });

  test('a commit takes all or nothing; a short one is recorded with who came first, and repeats as short', async () => {
    await ledger.apply(count('a', 1, 0));
    await ledger.apply(commit('winner', 1));
    const short = await ledger.apply(commit('loser', 1));
    expect(short).toMatchObject({
      outcome: 'short',
      repeated: false,
      level: { available: 0, version: 3, taken: { con_1: 2 } },
      winner: { key: 'winner' },
    });
    await ledger.apply(receive('back', 5));
    expect(await ledger.apply(commit('loser', 1))).toMatchObject({
      outcome: 'short',
      repeated: true,
      winner: { key: 'winner' },
    });
    await ledger.drainAll();
    expect(await ledger.apply(commit('loser', 1))).toMatchObject({
      outcome: 'short',
      repeated: true,
      winner: { key: 'winner' },
    });
    expect(await document()).toMatchObject({ onHand: 5 });
  });

  test('a short sale that is withdrawn changes the channel count only', async () => {
    await ledger.apply(count('a', 1, 0));
    await ledger.apply(commit('loser', 2));
    const withdrawn = await ledger.apply({
      ...common,
      kind: 'withdraw',
      key: 'w',
      units: 2,
      connectionId: shop,
    });
    expect(withdrawn).toMatchObject({ level: { available: 1, taken: { con_1: 0 } } });
  });

  test('a count against an old version is stale, an adjust below zero finds too few, and neither changes anything', async () => {
    await ledger.apply(count('a', 5, 0));
    expect(await ledger.apply(count('b', 9, 0))).toMatchObject({ outcome: 'stale', level: { onHand: 5 } });
    expect(await ledger.apply(adjust('c', -6))).toMatchObject({ outcome: 'too-few', level: { onHand: 5 } });
    expect(await document()).toMatchObject({ version: 1, onHand: 5 });
  });

  test('a SKU that the ledger does not know, and a location at which it never lay', async () => {
    const unknown = { ...commit('x', 1), sku: Sku.parse('NO-SUCH') } as StockOperation;
    expect(await ledger.apply(unknown)).toEqual({ outcome: 'unknown-sku' });
    await ledger.apply(count('a', 5, 0));
    const location = LocationId.parse('berlin');
    expect(await ledger.apply({ ...adjust('y', -1), location })).toMatchObject({
      outcome: 'unknown-location',
    });
    const carried = { ...common, location, kind: 'transfer', key: 'z', units: 1, to: MAIN_LOCATION } as const;
    expect(await ledger.apply(carried)).toMatchObject({ outcome: 'unknown-location', level: { version: 1 } });
    // A sale has happened all the same.
    expect(await ledger.apply({ ...commit('s', 1), location })).toMatchObject({
      outcome: 'short',
      level: { available: 5, taken: { con_1: 1 }, byLocation: { main: { onHand: 5 } } },
    });
  });

  test('another client sees nothing of it', async () => {
    await ledger.apply(count('a', 5, 0));
    const stranger = new StockLedger(database.db, ClientId.parse('stranger'));
    expect(await stranger.levels([mug])).toEqual(new Map());
    expect(await stranger.apply(commit('z', 1))).toEqual({ outcome: 'unknown-sku' });
  });
});

describe('regressions', () => {
  test('a sale that came short before a crash is still short when the whole order is booked again', async () => {
    const others = ['CUP', 'PLATE', 'BOWL'].map((name) => Sku.parse(name));
    await ledger.addSkus(others.map((sku) => ({ sku, title: sku })));
    const skus = [mug, ...others];
    await ledger.applyAll(skus.map((sku) => ({ ...count(`open:${sku}`, 5, 0), sku })));
    const order = skus.map((sku) => ({ ...commit(`sold:${sku}`, sku === mug ? 6 : 1), sku }));
    const outcomes = async () => (await ledger.applyAll(order)).map(({ outcome }) => outcome);
    const first = await outcomes();
    expect(first).toEqual(['short', 'applied', 'applied', 'applied']);
    expect(await outcomes()).toEqual(first);
    const changed = order.map((operation) => ({ ...operation, units: 2 }) as StockOperation);
    await expect(ledger.applyAll(changed)).rejects.toThrow(KeyReused);
    expect(await ledger.levels(skus)).toEqual(
      new Map(skus.map((sku) => [sku, expect.objectContaining({ available: sku === mug ? 5 : 4 })])),
    );
  });

  /** A ledger that does something between its look-up of keys and its write. */
  function pausedAfterLookUp(meanwhile: (ledger: StockLedger) => Promise<void>): StockLedger {
    let paused = false;
    const { db } = database;
    const slow = new Proxy(db, {
      get: (of, name: keyof typeof db) =>
        name !== 'collection'
          ? Reflect.get(of, name)
          : (collection: string) => {
              const real = of.collection(collection);
              if (collection !== 'movements') return real;
              return new Proxy(real, {
                get: (movements, method: keyof typeof real) => {
                  if (method !== 'find') return Reflect.get(movements, method);
                  return (...given: Parameters<typeof movements.find>) => {
                    const cursor = movements.find(...given);
                    const { toArray } = cursor;
                    cursor.toArray = async () => {
                      const found = await toArray.call(cursor);
                      if (!paused) {
                        paused = true;
                        await meanwhile(pausing);
                      }
                      return found;
                    };
                    return cursor;
                  };
                },
              });
            },
    });
    const pausing = new StockLedger(slow, clientId);
    return pausing;
  }

  test.each([1, 4])(
    'a drain by the same process between look-up and write does not apply a key again (%s at once)',
    async (together) => {
      await ledger.apply(count('open', 100, 0));
      const operations = Array.from({ length: together }, (_, index) => commit(`sale:${index}`, 1));
      const paused = pausedAfterLookUp(async (same) => {
        await same.applyAll(operations);
        await same.drainAll();
      });
      await paused.applyAll(operations);
      expect(await document()).toMatchObject({ onHand: 100 - together });
      expect((await verifyStock(database.db, clientId)).deviations).toEqual([]);
    },
  );

  test('a key that another process booked is found, though the look-up for the key beside it made the SKU be read anew', async () => {
    await ledger.apply(count('open', 10, 0));
    await ledger.drainAll();
    // As after some 2,000 operations: every key is looked up.
    await database.db.collection('stock').updateOne({ clientId }, { $set: { keyFilter: null } });
    const [one, other] = [new StockLedger(database.db, clientId), new StockLedger(database.db, clientId)];
    await one.apply(receive('known', 1));
    await other.apply(commit('drained', 1));
    await other.drainAll();
    await other.apply(commit('in the journal', 1));
    expect(await one.applyAll([commit('drained', 1), commit('in the journal', 1)])).toMatchObject([
      { outcome: 'applied', repeated: true },
      { outcome: 'applied', repeated: true },
    ]);
    expect(await document()).toMatchObject({ onHand: 9, version: 4 });
    expect((await verifyStock(database.db, clientId)).deviations).toEqual([]);
  });
});

describe('many at once', () => {
  test('200 buyers of 100 units by four writers: exactly 100 get one, the rest are short, and the proof holds', async () => {
    await ledger.apply(count('open', 100, 0));
    const writers = [1, 2, 3, 4].map(() => new StockLedger(database.db, clientId));
    const results = await Promise.all(
      Array.from({ length: 200 }, (_, buyer) => writers[buyer % 4]?.apply(commit(`buyer:${buyer}`, 1))),
    );
    expect(results.filter((result) => result?.outcome === 'applied')).toHaveLength(100);
    expect(results.filter((result) => result?.outcome === 'short')).toHaveLength(100);
    expect(await document()).toMatchObject({ onHand: 0, available: 0, version: 201, taken: { con_1: 200 } });
    expect(await verifyStock(database.db, clientId)).toEqual({ skus: 1, movements: 201, deviations: [] });
  });

  test('each operation sent three times by different writers, while others drain, is applied once', async () => {
    await ledger.apply(count('open', 1_000, 0));
    const writers = [1, 2, 3].map(() => new StockLedger(database.db, clientId));
    const keys = Array.from({ length: 120 }, (_, index) => `order:${index}`);
    await Promise.all([
      ...writers.flatMap((writer) => keys.map((key) => writer.apply(commit(key, 2)))),
      ...Array.from({ length: 10 }, () => ledger.drainAll()),
    ]);
    expect(await document()).toMatchObject({ onHand: 760, version: 121 });
    await ledger.drainAll();
    const drained = await document();
    expect(drained).toMatchObject({ journal: [], journalLength: 0 });
    expect(await verifyStock(database.db, clientId)).toEqual({ skus: 1, movements: 121, deviations: [] });
  });

  test('the journal in the document stays bounded', async () => {
    await ledger.apply(count('open', 1_000, 0));
    for (let batch = 0; batch < 10; batch += 1) {
      await ledger.applyAll(Array.from({ length: 20 }, (_, index) => commit(`${batch}:${index}`, 1)));
      expect((await document()).journal.length).toBeLessThanOrEqual(JOURNAL_LENGTH_MAX);
    }
  });

  test('what was booked is drained, also where a drain that read before is still under way', async () => {
    await ledger.apply(count('open', 1_000, 0));
    for (let batch = 0; batch < 10; batch += 1) {
      await ledger.applyAll(Array.from({ length: 20 }, (_, index) => commit(`${batch}:${index}`, 1)));
      await ledger.apply(commit(`${batch}:while it drains`, 1));
      await ledger.drainAll();
      expect(await document()).toMatchObject({ journal: [], journalLength: 0 });
    }
  });
});
