import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { ClientId, ConnectionId, MAIN_LOCATION, Sku } from '../ids.ts';
import { StockLedger } from './ledger.ts';
import type { StockOperation } from './operation.ts';
import { sumOf } from './quotas.ts';
import type { StockDocument } from './stock-document.ts';
import { verifyStock } from './verify.ts';

const sku = Sku.parse('MUG');
const [a, b, c] = ['a', 'b', 'c'].map((name) => ConnectionId.parse(name)) as [
  ConnectionId,
  ConnectionId,
  ConnectionId,
];
let database: TestDatabase;
let clientId: ClientId;
let ledger: StockLedger;
const common = () => ({ key: randomUUID(), sku, location: MAIN_LOCATION, cause: { by: 'test' } }) as const;
const commit = (units: number, connectionId: ConnectionId | null): StockOperation => ({
  ...common(),
  kind: 'commit',
  units,
  connectionId,
});
const receive = (units: number, connectionId: ConnectionId | null): StockOperation => ({
  ...common(),
  kind: 'receive',
  units,
  connectionId,
});
const adjust = (change: number): StockOperation => ({ ...common(), kind: 'adjust', change });
const level = async () => {
  const now = (await ledger.levels([sku])).get(sku);
  if (!now) throw new Error('no level');
  return now;
};
const allocate = async (quotas: Record<string, number>, seenVersion?: number) =>
  await ledger.apply({
    ...common(),
    kind: 'allocate',
    quotas,
    seenVersion: seenVersion ?? (await level()).version,
  } as StockOperation);

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  clientId = ClientId.parse(`c-${randomUUID()}`);
  ledger = new StockLedger(database.db, clientId);
  await ledger.addSkus([{ sku, title: 'Mug' }]);
  await ledger.apply(receive(10, null));
});

test('a channel sells from its own part, and no further, though there is more', async () => {
  expect(await allocate({ a: 3, b: 7 })).toMatchObject({ outcome: 'applied' });
  expect(await ledger.apply(commit(2, a))).toMatchObject({
    outcome: 'applied',
    level: { available: 8, quotas: { a: 1, b: 7 } },
  });
  const beyond = commit(2, a);
  expect(await ledger.apply(beyond)).toMatchObject({ outcome: 'short', beyondQuota: true });
  expect(await ledger.apply(beyond)).toMatchObject({ outcome: 'short', repeated: true, beyondQuota: true });
  expect(await level()).toMatchObject({ available: 8, taken: { a: 4 }, quotas: { a: 1, b: 7 } });
});

test('who has no part sells what is in no part', async () => {
  await allocate({ a: 3, b: 6 });
  expect(await ledger.apply(commit(1, c))).toMatchObject({ outcome: 'applied' });
  expect(await ledger.apply(commit(1, null))).toMatchObject({ outcome: 'short', beyondQuota: true });
});

test('what comes back to a channel is its part again; what comes in by hand is in no part', async () => {
  await allocate({ a: 3, b: 7 });
  await ledger.apply(commit(2, a));
  expect(await ledger.apply(receive(1, a))).toMatchObject({ level: { quotas: { a: 2, b: 7 } } });
  expect(await ledger.apply(receive(5, null))).toMatchObject({
    level: { available: 14, quotas: { a: 2, b: 7 } },
  });
});

test('a correction downwards takes from the largest part in the same write', async () => {
  await allocate({ a: 3, b: 7 });
  expect(await ledger.apply(adjust(-5))).toMatchObject({ level: { available: 5, quotas: { a: 2, b: 3 } } });
  const { version } = await level();
  const count: StockOperation = { ...common(), kind: 'count', quantity: 1, seenVersion: version };
  expect(await ledger.apply(count)).toMatchObject({ level: { available: 1, quotas: { a: 0, b: 1 } } });
});

test('parts that are more than there is, or planned on what has changed, change nothing', async () => {
  expect(await allocate({ a: 11 })).toMatchObject({ outcome: 'too-few' });
  expect(await allocate({ a: 1 }, 0)).toMatchObject({ outcome: 'stale' });
  expect((await level()).quotas).toBeUndefined();
  await allocate({ a: 3 });
  await allocate({});
  expect((await level()).quotas).toBeUndefined();
  expect(await ledger.apply(commit(10, b))).toMatchObject({ outcome: 'applied' });
});

test('the parts never exceed what is available, and the history explains them, whatever eight workers do', async () => {
  const connection = fc.constantFrom(a, b, c, null);
  const operation = fc.oneof(
    fc.tuple(fc.integer({ min: 1, max: 4 }), connection).map(([units, by]) => commit(units, by)),
    fc.tuple(fc.integer({ min: 1, max: 4 }), connection).map(([units, by]) => receive(units, by)),
    fc
      .integer({ min: -6, max: 6 })
      .filter((change) => change !== 0)
      .map(adjust),
    fc.record({ a: fc.nat(8), b: fc.nat(8) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { minLength: 10, maxLength: 40 }), async (operations) => {
      clientId = ClientId.parse(`c-${randomUUID()}`);
      ledger = new StockLedger(database.db, clientId);
      await ledger.addSkus([{ sku, title: 'Mug' }]);
      await ledger.apply(receive(10, null));
      const left = [...operations];
      const worker = async () => {
        for (let next = left.pop(); next; next = left.pop()) {
          if ('kind' in next) await ledger.apply({ ...next, key: randomUUID() });
          else await allocate(next);
          const { quotas = {}, available } = await level();
          expect(sumOf(quotas)).toBeLessThanOrEqual(Math.max(0, available));
        }
      };
      await Promise.all(Array.from({ length: 8 }, worker));
      const proof = await verifyStock(database.db, clientId);
      expect(proof.deviations).toEqual([]);
      await ledger.drainAll();
      const sums: Record<string, number> = {};
      for await (const { quotaChange } of database.db.collection('movements').find({ clientId })) {
        for (const [name, change] of Object.entries((quotaChange ?? {}) as Record<string, number>)) {
          sums[name] = (sums[name] ?? 0) + change;
        }
      }
      const document = await database.db.collection<StockDocument>('stock').findOne({ clientId });
      const parts = Object.entries(document?.quotas ?? {}).filter(([, units]) => units > 0);
      expect(Object.fromEntries(Object.entries(sums).filter(([, units]) => units !== 0))).toEqual(
        Object.fromEntries(parts),
      );
    }),
    { numRuns: 8 },
  );
}, 60_000);
