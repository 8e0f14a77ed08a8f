/** The proof finds nothing where nothing is wrong, also while orders come in, and names whatever is. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { orderIdOf, Sku } from '../ids.ts';
import { captureOrder } from '../orders/capture-order.ts';
import { finishOrders } from '../orders/finish-orders.ts';
import { POLICY_DEFAULT, saveClientPolicy } from '../orders/policy/policy-store.ts';
import { line, second, TestShops } from '../orders/test-shops.ts';
import { proofsOf } from './proof-document.ts';
import { verifyClient } from './verify-client.ts';
import { verifyJob } from './verify-job.ts';

const [mug, tee] = [Sku.parse('MUG'), Sku.parse('TEE')];
const patience = { looks: 2, looksMax: 40, pauseMs: 20 };
let database: TestDatabase;
let shops: TestShops;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  shops = new TestShops(database.db);
  await shops.stock(mug, 6);
  await shops.stock(tee, 3);
});

const verify = () => verifyClient(database.db, shops.clientId, { patience });
const collection = (name: string) => database.db.collection(name);
const found = async () =>
  (await verify()).deviations.map(({ subject, text }) => `${subject} ${text}`).join('\n');

/** A little of everything: sold, reserved, edited, refunded, handed over, owed, filled, short, unmatched. */
async function trade(): Promise<void> {
  await shops.handle(shops.order('1', [line('a', mug, 2), line('b', tee, 1), line('c', null, 1)]));
  await shops.handle(shops.order('1', [line('a', mug, 2, 1), line('b', tee, 2)], 1));
  await shops.handle(shops.order('2', [line('a', mug, 2)], 0, { status: 'pending' }));
  await shops.handle(shops.order('3', [line('a', mug, 3)], 0, { placedAt: second(9) }));
  await shops.handle(shops.order('4', [line('a', mug, 1)], 0, { connectionId: shops.other }));
  await saveClientPolicy(database.db, shops.clientId, { ...POLICY_DEFAULT, policy: 'backorder' }, 'test');
  await shops.handle(shops.order('5', [line('a', mug, 4), line('b', Sku.parse('WHAT'), 1)], 0));
  await shops.stock(mug, 1);
  await finishOrders(
    { db: database.db, clientId: shops.clientId, booking: shops.booking },
    (_order, error) => {
      throw error;
    },
  );
}

test('where everything agrees it says what was checked, and finds nothing', async () => {
  await trade();
  const proof = await verify();
  expect(proof).toMatchObject({
    checked: { skus: 2, orders: 5, lines: 8 },
    waiting: 0,
    deviationsFound: 0,
    deviations: [],
    unsettled: [],
  });
  expect(proof.checked.movements).toBe(await movements());
});

async function movements(): Promise<number> {
  await shops.ledger.drainAll();
  return await collection('movements').countDocuments({ clientId: shops.clientId });
}

test('while orders come in, are changed and booked it takes nothing for wrong that is on its way', async () => {
  let [going, orders] = [true, 0];
  await shops.stock(mug, 500);
  const trading = (async () => {
    for (; going; orders += 1) {
      const [id, before] = [`t${orders}`, `t${orders - 1}`];
      await Promise.all([
        shops.handle(shops.order(id, [line('a', mug, 2), line('b', tee, 1)])),
        shops.handle(shops.order(before, [line('a', mug, 2, 1), line('b', tee, 1, 0)], 5)),
      ]);
    }
  })();
  const proofs = [await verify()];
  while (proofs.length < 2 || orders < 15) proofs.push(await verify());
  going = false;
  await trading;
  for (const { deviations, unsettled } of proofs)
    expect({ deviations, unsettled }).toEqual({ deviations: [], unsettled: [] });
  expect((await verify()).deviations).toEqual([]);
});

test('what is not booked yet, or behind what the ledger filled, is on its way and no deviation', async () => {
  await captureOrder(database.db, shops.clientId, shops.order('1', [line('a', mug, 1)]));
  expect(await verify()).toMatchObject({ waiting: 1, deviations: [] });
  await saveClientPolicy(database.db, shops.clientId, { ...POLICY_DEFAULT, policy: 'backorder' }, 'test');
  await shops.handle(shops.order('2', [line('a', tee, 5)]));
  await shops.stock(tee, 1);
  expect(await verify()).toMatchObject({ waiting: 2, deviations: [] });
});

describe('it names', () => {
  const order = (id: string) => ({ _id: orderIdOf(shops.shop, id) as never });
  beforeEach(async () => {
    await shops.handle(shops.order('1', [line('a', mug, 2), line('b', tee, 1)]));
    await shops.handle(shops.order('2', [line('a', mug, 1)], 0, { status: 'pending' }));
    await shops.ledger.drainAll();
    expect(await found()).toBe('');
  });

  test('a quantity that is not the sum of its movements', async () => {
    await collection('stock').updateOne(
      { clientId: shops.clientId, sku: mug },
      { $inc: { onHand: 1, available: 1 } },
    );
    expect(await found()).toMatch(/^MUG /);
  });

  test('a movement that is gone', async () => {
    await collection('movements').deleteOne({
      clientId: shops.clientId,
      sku: mug,
      'cause.orderNumber': '#1',
    });
    const text = await found();
    expect(text).toMatch(/^MUG /m);
    expect(text).toContain('order #1 line a (MUG) has no movement for its entry 1');
    expect(text).toContain('order #1 line a (MUG) got 2 units from main, but its movements make 0');
  });

  test('a movement twice', async () => {
    const one = await collection('movements').findOne({
      clientId: shops.clientId,
      'cause.orderNumber': '#2',
    });
    const _id = `${one?._id}again` as never;
    await collection('movements').insertOne({ ...one, _id, key: `${one?.key}again` });
    const text = await found();
    expect(text).toMatch(/^MUG /m);
    expect(text).toContain('order #2 line a (MUG) has 1 units promised, but its movements make 2');
  });

  test('an order whose units are not accounted for', async () => {
    await collection('orders').updateOne(order('1'), { $set: { 'lines.0.taken': 3 } });
    expect(await found()).toBe('order #1 line a (MUG) has 3 units, but 2 of them are accounted for');
  });

  test('an order that says to have got what the ledger did not give', async () => {
    await collection('orders').updateOne(order('1'), {
      $set: { 'lines.0.accounts.0.sold': { berlin: 2 } },
    });
    const text = await found();
    expect(text).toContain('line a (MUG) got 0 units from main, but its movements make 2');
    expect(text).toContain('line a (MUG) got 2 units from berlin, but its movements make 0');
  });

  test('an order that is gone, and a line that is', async () => {
    await collection('orders').deleteOne(order('1'));
    await collection('orders').updateOne(order('2'), { $set: { lines: [] } });
    const text = await found();
    expect(text).toContain('order #1 has movements in the ledger, but is not in the list of orders');
    expect(text).toContain('order #2 has movements of MUG for its line a, which does not have that SKU');
  });

  test('a hand-over of which one end is missing', async () => {
    await shops.handle(shops.order('3', [line('a', tee, 2)], 0, { placedAt: second(9) }));
    await shops.handle(shops.order('4', [line('a', tee, 1)]));
    expect(await found()).toBe('');
    await collection('orders').updateOne(order('3'), {
      $pull: { 'lines.0.changes': { kind: 'yielded' } },
    } as never);
    await collection('orders').updateOne(order('3'), { $set: { 'lines.0.booked': 1 } });
    expect(await found()).toContain('order #4 got 1 units from order #3, which did not give them');
  });

  test('parts of channels that are more than what is available', async () => {
    await collection('stock').updateOne(
      { clientId: shops.clientId, sku: tee },
      { $set: { quotas: { [shops.shop]: 50 } } },
    );
    expect(await found()).toMatch(/^TEE /m);
  });

  test('and counts what is too much to be named, and nothing of another client', async () => {
    const other = new TestShops(database.db);
    await other.stock(mug, 1);
    await collection('stock').updateOne({ clientId: other.clientId }, { $inc: { onHand: 1 } });
    expect(await found()).toBe('');
    expect((await verifyClient(database.db, other.clientId)).deviationsFound).toBeGreaterThan(0);
  });
});

test('as a job it keeps what it found, warns once for each proof, and tells the page', async () => {
  await shops.handle(shops.order('1', [line('a', mug, 2)]));
  const proved: string[] = [];
  const job = verifyJob(database, (clientId, { deviationsFound }) =>
    proved.push(`${clientId} ${deviationsFound}`),
  );
  const { clientId } = shops;
  const alerts = () => collection('alerts').countDocuments({ clientId, level: 'urgent' });
  await job.run(clientId, async () => {});
  expect([proved, await alerts()]).toEqual([[`${clientId} 0`], 0]);
  await collection('orders').updateOne(
    { _id: orderIdOf(shops.shop, '1') as never },
    { $set: { 'lines.0.taken': 9 } },
  );
  await job.run(clientId, async () => {});
  expect([proved.at(-1), await alerts()]).toEqual([`${clientId} 1`, 1]);
  const kept = await proofsOf(database.db, clientId).find({}).sort({ startedAt: 1 }).toArray();
  expect(kept.map(({ deviationsFound }) => deviationsFound)).toEqual([0, 1]);
});
