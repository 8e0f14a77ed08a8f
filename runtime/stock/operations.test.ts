import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { ClientId, ConnectionId, LocationId, MAIN_LOCATION, Sku } from '../ids.ts';
import { StockLedger } from './ledger.ts';
import { KeyReused, type StockOperation } from './operation.ts';
import { type StockDocument, stockIdOf } from './stock-document.ts';
import { verifyStock } from './verify.ts';

const mug = Sku.parse('MUG');
const [shop, other] = [ConnectionId.parse('con_1'), ConnectionId.parse('con_2')];
const berlin = LocationId.parse('berlin');
let database: TestDatabase;
let clientId: ClientId;
let ledger: StockLedger;
let keys = 0;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  clientId = ClientId.parse(`c-${randomUUID()}`);
  ledger = new StockLedger(database.db, clientId);
  await ledger.addSkus([{ sku: mug, title: 'Mug' }]);
});

type Given<Operation> = Operation extends StockOperation
  ? Omit<Operation, 'key' | 'sku' | 'location' | 'cause'> & {
      readonly key?: string;
      readonly location?: LocationId;
    }
  : never;
const operation = (given: Given<StockOperation>) =>
  ({
    key: `key:${++keys}`,
    sku: mug,
    location: MAIN_LOCATION,
    cause: { by: 'test' },
    ...given,
  }) as StockOperation;
const apply = (given: Given<StockOperation>) => ledger.apply(operation(given));
const receive = (units: number, location = MAIN_LOCATION, connectionId: ConnectionId | null = null) =>
  apply({ kind: 'receive', units, connectionId, location });
const commit = (units: number, connectionId: ConnectionId | null = null, location = MAIN_LOCATION) =>
  apply({ kind: 'commit', units, connectionId, location });
const stored = () =>
  database.db
    .collection<StockDocument>('stock')
    .findOne({ _id: stockIdOf(clientId, mug) }) as Promise<StockDocument>;
const version = async () => (await stored()).version;
async function expectProof(): Promise<void> {
  expect((await verifyStock(database.db, clientId)).deviations).toEqual([]);
  await ledger.drainAll();
  expect((await verifyStock(database.db, clientId)).deviations).toEqual([]);
}

describe('a reservation', () => {
  const reserve = (key: string, units: number) => apply({ kind: 'reserve', key, units, connectionId: shop });

  test('keeps units for its order, is committed in parts, and what is left of it is released', async () => {
    await receive(5);
    expect(await reserve('r', 3)).toMatchObject({
      outcome: 'applied',
      level: { onHand: 5, reserved: 3, available: 2, taken: { con_1: 3 } },
    });
    expect(await commit(3)).toMatchObject({ outcome: 'short', winner: { key: 'r' } });
    expect(await apply({ kind: 'commit', units: 2, reservation: 'r', connectionId: null })).toMatchObject({
      outcome: 'applied',
      level: { onHand: 3, reserved: 1, available: 2 },
    });
    expect(await apply({ kind: 'release', units: 1, reservation: 'r', connectionId: shop })).toMatchObject({
      outcome: 'applied',
      level: { onHand: 3, reserved: 0, available: 3, taken: { con_1: 2 } },
    });
    expect((await stored()).reservations).toEqual([]);
    await expectProof();
  });

  test('of more than is there is short, and keeps nothing', async () => {
    await receive(2);
    expect(await reserve('r', 3)).toMatchObject({
      outcome: 'short',
      level: { reserved: 0, taken: { con_1: 3 } },
    });
    expect(await reserve('r', 3)).toMatchObject({ outcome: 'short', repeated: true });
    await expect(apply({ kind: 'commit', key: 'r', units: 3, connectionId: shop })).rejects.toThrow(
      KeyReused,
    );
    await expectProof();
  });

  test('is never used twice: not by two operations, not for more than it has, not at another location', async () => {
    await receive(5);
    await receive(5, berlin);
    await reserve('r', 3);
    const of = { reservation: 'r', connectionId: null, units: 2 };
    const both = await ledger.applyAll([
      operation({ kind: 'commit', ...of }),
      operation({ kind: 'release', ...of }),
      operation({ kind: 'commit', ...of, location: berlin, units: 1 }),
      operation({ kind: 'commit', ...of, units: 1 }),
    ]);
    expect(both).toMatchObject([
      { outcome: 'applied' },
      { outcome: 'unknown-reservation', open: 1 },
      { outcome: 'unknown-reservation', open: 0 },
      { outcome: 'applied' },
    ]);
    expect(await apply({ kind: 'release', ...of })).toMatchObject({
      outcome: 'unknown-reservation',
      open: 0,
    });
    await expectProof();
  });

  test('whose units a count did not find is short when it is to be committed', async () => {
    await receive(5);
    await reserve('r', 4);
    expect(await apply({ kind: 'count', quantity: 2, seenVersion: 2 })).toMatchObject({
      outcome: 'applied',
      level: { onHand: 2, reserved: 4, available: -2 },
    });
    const use = { kind: 'commit', reservation: 'r', connectionId: null } as const;
    expect(await apply({ ...use, units: 3 })).toMatchObject({ outcome: 'short' });
    expect(await apply({ ...use, units: 2 })).toMatchObject({ outcome: 'applied', level: { available: -2 } });
    await expectProof();
  });
});

describe('a backorder', () => {
  const backorder = (key: string, units: number, location = MAIN_LOCATION) =>
    apply({ kind: 'backorder', key, units, connectionId: shop, location });

  test('takes what is there and owes the rest; what comes in fills the oldest first and says which', async () => {
    await receive(2);
    expect(await backorder('a', 5)).toMatchObject({
      outcome: 'applied',
      owed: 3,
      level: { onHand: 0, available: 0, backordered: 3, taken: { con_1: 5 } },
    });
    await backorder('b', 2);
    expect(await receive(4)).toMatchObject({
      filled: [
        { key: 'a', units: 3, left: 0, location: 'main' },
        { key: 'b', units: 1, left: 1, location: 'main' },
      ],
      level: { onHand: 0, available: 0, backordered: 1 },
    });
    expect(await apply({ kind: 'adjust', change: 3 })).toMatchObject({
      filled: [{ key: 'b', units: 1, left: 0 }],
      level: { onHand: 2, backordered: 0 },
    });
    await expectProof();
  });

  test('that was filled says so again when the same delivery is booked again, before and after a drain', async () => {
    await backorder('a', 1);
    const delivery = operation({ kind: 'receive', units: 3, connectionId: null });
    const first = await ledger.apply(delivery);
    expect(first).toMatchObject({ filled: [{ key: 'a', units: 1 }], repeated: false });
    expect(await ledger.apply(delivery)).toMatchObject({ filled: [{ key: 'a', units: 1 }], repeated: true });
    await ledger.drainAll();
    expect(await ledger.apply(delivery)).toMatchObject({ filled: [{ key: 'a', units: 1 }], repeated: true });
  });

  test('waits at its location, and a promise taken back there or units carried there fill it', async () => {
    await receive(2);
    await receive(3, berlin);
    await apply({ kind: 'reserve', key: 'r', units: 2, connectionId: null });
    await backorder('a', 3);
    expect((await stored()).backordered).toBe(3);
    expect(await apply({ kind: 'release', units: 1, reservation: 'r', connectionId: null })).toMatchObject({
      filled: [{ key: 'a', units: 1, left: 2 }],
    });
    expect(await apply({ kind: 'transfer', units: 1, location: berlin, to: MAIN_LOCATION })).toMatchObject({
      filled: [{ key: 'a', units: 1, left: 1, location: 'main' }],
      level: { byLocation: { main: { onHand: 1, reserved: 1 }, berlin: { onHand: 2 } } },
    });
    await expectProof();
  });

  test('is withdrawn as far as it is still owed', async () => {
    await backorder('a', 3);
    await receive(1);
    const withdraw = (units: number) =>
      apply({ kind: 'withdraw', units, backorder: 'a', connectionId: shop });
    expect(await withdraw(3)).toMatchObject({ outcome: 'unknown-backorder', open: 2 });
    expect(await withdraw(2)).toMatchObject({ level: { backordered: 0, taken: { con_1: 1 } } });
    expect(await withdraw(1)).toMatchObject({ outcome: 'unknown-backorder', open: 0 });
    await expectProof();
  });
});

describe('a transfer', () => {
  test('carries available units to another location, all or none', async () => {
    await receive(5);
    await apply({ kind: 'reserve', key: 'r', units: 2, connectionId: null });
    const carry = (units: number) => apply({ kind: 'transfer', units, to: berlin });
    expect(await carry(4)).toMatchObject({ outcome: 'too-few', level: { version: 2 } });
    expect(await carry(3)).toMatchObject({
      level: {
        onHand: 5,
        available: 3,
        byLocation: { main: { onHand: 2, available: 0 }, berlin: { onHand: 3, available: 3 } },
      },
    });
    expect(await commit(1)).toMatchObject({ outcome: 'short' });
    expect(await commit(1, null, berlin)).toMatchObject({ outcome: 'applied' });
    await expectProof();
  });
});

describe('quotas', () => {
  const allocate = (quotas: Record<string, number>, seenVersion: number) =>
    apply({ kind: 'allocate', quotas, seenVersion });

  test('are parts of what is available, and each channel sells from its own', async () => {
    await receive(10);
    expect(await allocate({ con_1: 4, con_2: 7 }, 1)).toMatchObject({ outcome: 'too-few' });
    expect(await allocate({ con_1: 4, con_2: 3 }, 0)).toMatchObject({ outcome: 'stale' });
    expect(await allocate({ con_1: 4, con_2: 3 }, 1)).toMatchObject({
      level: { quotas: { con_1: 4, con_2: 3 } },
    });
    expect(await commit(3, shop)).toMatchObject({ level: { available: 7, quotas: { con_1: 1, con_2: 3 } } });
    expect(await commit(2, shop)).toMatchObject({ outcome: 'short', beyondQuota: true });
    expect(await commit(4)).toMatchObject({ outcome: 'short', beyondQuota: true });
    expect(await commit(3)).toMatchObject({ level: { available: 4, quotas: { con_1: 1, con_2: 3 } } });
    expect(await receive(1, MAIN_LOCATION, shop)).toMatchObject({
      level: { quotas: { con_1: 2, con_2: 3 } },
    });
    expect(await apply({ kind: 'reserve', key: 'q', units: 2, connectionId: other })).toMatchObject({
      level: { quotas: { con_1: 2, con_2: 1 } },
    });
    expect(await apply({ kind: 'release', units: 2, reservation: 'q', connectionId: other })).toMatchObject({
      level: { quotas: { con_1: 2, con_2: 3 } },
    });
    expect(await allocate({}, await version())).toMatchObject({ outcome: 'applied' });
    expect((await stored()).quotas).toBeNull();
    await expectProof();
  });

  test('come down with what is available, the largest first', async () => {
    await receive(10);
    await allocate({ con_1: 6, con_2: 3, con_3: 1 }, 1);
    expect(await apply({ kind: 'adjust', change: -2 })).toMatchObject({
      level: { quotas: { con_1: 4, con_2: 3, con_3: 1 } },
    });
    expect(await apply({ kind: 'count', quantity: 5, seenVersion: 3 })).toMatchObject({
      level: { quotas: { con_1: 2, con_2: 2, con_3: 1 } },
    });
    expect(await apply({ kind: 'count', quantity: 0, seenVersion: 4 })).toMatchObject({
      level: { quotas: { con_1: 0, con_2: 0, con_3: 0 } },
    });
    await expectProof();
  });

  test('are not touched by backorders, which are filled from what is in no part', async () => {
    await receive(4);
    await allocate({ con_1: 1, con_2: 3 }, 1);
    expect(await apply({ kind: 'backorder', key: 'a', units: 3, connectionId: shop })).toMatchObject({
      owed: 2,
      level: { available: 3, quotas: { con_1: 0, con_2: 3 } },
    });
    expect(await receive(1)).toMatchObject({ filled: [{ key: 'a', units: 1, left: 1 }] });
    expect(await allocate({ con_2: 2 }, await version())).toMatchObject({
      filled: [{ key: 'a', units: 1, left: 0 }],
    });
    await expectProof();
  });
});

test("a kit's sale changes the channel's count only", async () => {
  await receive(3);
  expect(await apply({ kind: 'kit', units: 2, connectionId: shop })).toMatchObject({
    level: { available: 3, taken: { con_1: 2 } },
  });
  await expectProof();
});
