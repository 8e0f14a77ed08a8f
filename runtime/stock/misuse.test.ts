/** What can only be a mistake of the caller: a typed error that says which, and nothing is changed. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Document } from 'mongodb';
import { ZodError } from 'zod';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { ClientId, MAIN_LOCATION, Sku } from '../ids.ts';
import { StockLedger } from './ledger.ts';
import { KeyReused, type StockOperation } from './operation.ts';
import { verifyStock } from './verify.ts';

const mug = Sku.parse('MUG-BLUE');
const common = { key: 'k', sku: mug, location: MAIN_LOCATION, cause: { by: 'test' } };
const ofChannel = { units: 2, connectionId: 'con_1' };

/** One right operation of each kind; each test makes one thing of it wrong. */
const RIGHT: Readonly<Record<StockOperation['kind'], Document>> = {
  commit: { ...common, kind: 'commit', ...ofChannel },
  reserve: { ...common, kind: 'reserve', ...ofChannel },
  release: { ...common, kind: 'release', ...ofChannel, reservation: 'promise' },
  backorder: { ...common, kind: 'backorder', ...ofChannel },
  receive: { ...common, kind: 'receive', ...ofChannel },
  withdraw: { ...common, kind: 'withdraw', ...ofChannel, backorder: 'owed' },
  adjust: { ...common, kind: 'adjust', change: 2 },
  count: { ...common, kind: 'count', quantity: 9, seenVersion: 4 },
  transfer: { ...common, kind: 'transfer', units: 2, location: 'berlin', to: 'main' },
  kit: { ...common, kind: 'kit', ...ofChannel },
  allocate: { ...common, kind: 'allocate', quotas: { con_1: 2 }, seenVersion: 4 },
};
const KINDS = Object.keys(RIGHT) as StockOperation['kind'][];
/** Where each kind has its quantity, if it is not `units`. */
const QUANTITY: Partial<Record<StockOperation['kind'], readonly string[]>> = {
  adjust: ['change'],
  count: ['quantity'],
  allocate: ['quotas', 'con_1'],
};
const NO_QUANTITIES: readonly (readonly [string, unknown])[] = [
  ['a fraction', 1.5],
  ['not a number', Number.NaN],
  ['without end', Number.POSITIVE_INFINITY],
  ['beyond what numbers hold exactly', Number.MAX_SAFE_INTEGER + 1],
  ['more than a thousand million', 1_000_000_001],
  ['a text', '2'],
  ['nothing', undefined],
];

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
  await ledger.applyAll([
    { ...RIGHT.receive, key: 'open', units: 10 },
    { ...RIGHT.reserve, key: 'promise', units: 5 },
    { ...RIGHT.backorder, key: 'owed', units: 30 },
    { ...RIGHT.receive, key: 'elsewhere', location: 'berlin', units: 10 },
  ] as StockOperation[]);
});

/** All that is kept of the client's stock. */
async function everything(): Promise<Document[]> {
  const all = ['stock', 'movements'].map((name) => database.db.collection(name).find({ clientId }).toArray());
  return (await Promise.all(all)).flat();
}

async function expectRefused(
  operation: Document,
  type: typeof ZodError | typeof KeyReused,
): Promise<unknown> {
  const before = await everything();
  const error = await ledger.apply(operation as StockOperation).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(type);
  expect(await everything()).toEqual(before);
  return error;
}

async function expectMisuse(operation: Document, path: readonly string[]): Promise<void> {
  const error = await expectRefused(operation, ZodError);
  expect((error as ZodError).issues.map((issue) => issue.path)).toContainEqual(path);
}

function withValue(
  operation: Document,
  [field = '', ...inside]: readonly string[],
  value: unknown,
): Document {
  return { ...operation, [field]: inside.length > 0 ? withValue(operation[field], inside, value) : value };
}

test('each kind is right as it stands here', async () => {
  for (const kind of KINDS) {
    const now = (await ledger.levels([mug])).get(mug);
    const operation = {
      ...RIGHT[kind],
      key: `right:${kind}`,
      ...('seenVersion' in RIGHT[kind] && { seenVersion: now?.version }),
    };
    expect([kind, (await ledger.apply(operation as StockOperation)).outcome]).toEqual([
      kind,
      ['commit', 'reserve'].includes(kind) ? 'short' : 'applied',
    ]);
  }
  expect((await verifyStock(database.db, clientId)).deviations).toEqual([]);
});

describe.each(KINDS)('%s', (kind) => {
  const path = QUANTITY[kind] ?? ['units'];

  test.each([
    ...NO_QUANTITIES,
    // Corrections go both ways, to count nothing and to allot nothing is possible.
    ...(kind === 'adjust' ? [] : ([['negative', -1]] as const)),
    ...(kind === 'count' || kind === 'allocate' ? [] : ([['zero', 0]] as const)),
    ['negative beyond a thousand million', -1_000_000_001],
  ])('a quantity that is %s', async (_what, quantity) => {
    await expectMisuse(withValue(RIGHT[kind], path, quantity), path);
  });

  test('a SKU, a location or a key that can be none', async () => {
    for (const sku of ['', 'x'.repeat(1_000), 'a\nb', null])
      await expectMisuse({ ...RIGHT[kind], sku }, ['sku']);
    for (const location of ['', 'a.b', '$x', 'x'.repeat(1_000), undefined])
      await expectMisuse({ ...RIGHT[kind], location }, ['location']);
    for (const key of ['', 'x'.repeat(1_000), 7]) await expectMisuse({ ...RIGHT[kind], key }, ['key']);
  });

  test('a key that was used for something else, before and after a drain', async () => {
    for (const _time of ['in the journal', 'drained']) {
      const text = String(await expectRefused({ ...RIGHT[kind], key: 'promise' }, KeyReused));
      expect(text).toContain(
        `"promise" was booked before as reserve of 5 at main by con_1 and came again as ${kind}`,
      );
      await ledger.drainAll();
    }
  });
});

test('an unknown kind, and what a kind needs beside its quantity', async () => {
  await expectMisuse({ ...RIGHT.commit, kind: 'steal' }, ['kind']);
  await expectMisuse({ ...RIGHT.release, reservation: undefined }, ['reservation']);
  await expectMisuse({ ...RIGHT.commit, connectionId: undefined }, ['connectionId']);
  await expectMisuse({ ...RIGHT.count, seenVersion: -1 }, ['seenVersion']);
  await expectMisuse({ ...RIGHT.transfer, to: 'berlin' }, []);
});

test('one mistake among many operations: none of them is applied', async () => {
  const before = await everything();
  const many = [
    { ...RIGHT.receive, key: 'good' },
    { ...RIGHT.receive, key: 'bad', units: 0.1 },
  ];
  await expect(ledger.applyAll(many as StockOperation[])).rejects.toBeInstanceOf(ZodError);
  expect(await everything()).toEqual(before);
});

test('a key that was used for something else keeps no other operation from being applied', async () => {
  const many = [
    { ...RIGHT.receive, key: 'promise' },
    { ...RIGHT.receive, key: 'good', units: 1 },
  ];
  await expect(ledger.applyAll(many as StockOperation[])).rejects.toBeInstanceOf(KeyReused);
  expect(await ledger.apply(many[1] as StockOperation)).toMatchObject({ outcome: 'applied', repeated: true });
});

test('a location at which it never lay: a typed answer, and nothing is changed or recorded', async () => {
  const before = await everything();
  const location = 'nowhere';
  const answers = await ledger.applyAll([
    { ...RIGHT.adjust, key: 'a', change: -1, location },
    { ...RIGHT.transfer, key: 'b', location },
    { ...RIGHT.release, key: 'c', location },
    { ...RIGHT.commit, key: 'd', location, reservation: 'promise' },
  ] as StockOperation[]);
  expect(answers.map(({ outcome }) => outcome)).toEqual([
    'unknown-location',
    'unknown-location',
    'unknown-reservation',
    'unknown-reservation',
  ]);
  expect(await everything()).toEqual(before);
});
