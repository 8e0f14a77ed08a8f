/** Conflicts and the rules about them over HTTP: what is offered, what a choice does, and that it is done once. */
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { saveConnection } from '#runtime/clients/connection-model.ts';
import type { EventDocument } from '#runtime/events/event.ts';
import { type ClientId, ConnectionId, LocationId, MAIN_LOCATION, orderIdOf, Sku } from '#runtime/ids.ts';
import { captureOrder } from '#runtime/orders/capture-order.ts';
import type { OrderLine } from '#runtime/orders/order.ts';
import { OrderBooking } from '#runtime/orders/order-booking.ts';
import type { OrderDocument } from '#runtime/orders/order-document.ts';
import type { OutboxDocument } from '#runtime/outbox/outbox-document.ts';
import { StockLedger } from '#runtime/stock/ledger.ts';
import type { Channel } from '#runtime/sync/channel.ts';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { type ApiBench, openApiBench } from '#test/server/api-bench.ts';
import type { ClientPolicyView, ConflictRow, PageView, ProblemView, SkuPolicyRow } from './views.ts';

const mug = Sku.parse('MUG');
const berlin = LocationId.parse('berlin');
/** Two kinds of shops: one whose orders SyncFlow can cancel and refund, and one where it can't. */
const shopOf = (type: string, client: object) =>
  [type, { type, title: type, secret: z.object({}), open: () => client } as unknown as Channel] as const;
const channels = new Map([
  shopOf('able', { cancelOrder: () => {}, orderActions: { refund: {} } }),
  shopOf('unable', {}),
]);

let database: TestDatabase;
let bench: ApiBench;
let ledger: StockLedger;
let booking: OrderBooking;
let shop: ConnectionId;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  bench = await openApiBench(database, { channels });
  const { ours: clientId, vault } = bench;
  shop = ConnectionId.parse(`shop-${randomUUID()}`);
  await connect(shop, 'able');
  ledger = new StockLedger(database.db, clientId);
  booking = new OrderBooking({ db: database.db, clientId, ledger });
  await ledger.addSkus([{ sku: mug, title: 'Mug' }]);

  async function connect(id: ConnectionId, channel: string): Promise<void> {
    await saveConnection(database.models, {
      _id: id,
      clientId,
      name: `Shop ${channel}`,
      channel,
      baseUrl: 'http://127.0.0.1:9',
      sandbox: true,
      countingAuthority: false,
      secret: vault.seal(id, {}),
      createdAt: new Date(),
    });
  }
});
afterEach(() => bench.close());

const put = (units: number, location = MAIN_LOCATION) =>
  ledger.apply({
    kind: 'receive',
    key: randomUUID(),
    sku: mug,
    location,
    units,
    connectionId: null,
    cause: { by: 'test' },
  });
const line = (lineId: string, sku: Sku | null, quantity: number, taken = quantity): OrderLine => ({
  lineId,
  sku,
  title: `Title of ${sku}`,
  quantity,
  taken,
  unitPrice: { amount: 990, currency: 'GBP' },
});
async function sell(externalId: string, lines: OrderLine[], second = 0): Promise<OrderDocument> {
  const { orderId } = await captureOrder(database.db, bench.ours, {
    connectionId: shop,
    channel: 'able',
    externalId,
    number: `#${externalId}`,
    status: 'open',
    placedAt: new Date('2026-11-22T10:00:00Z'),
    updatedAt: new Date(Date.UTC(2026, 10, 22, 10, 0, second)),
    total: { amount: 990, currency: 'GBP' },
    lines,
  });
  await booking.book(orderId);
  return (await database.db.collection<OrderDocument>('orders').findOne({ _id: orderId })) as OrderDocument;
}
const rows = async (query = '', as?: ClientId) =>
  (await bench.ask(`/conflicts${query}`, undefined, as)).body as PageView<ConflictRow>;
const decide = (id: string, body: object, as?: ClientId) =>
  bench.ask(`/conflicts/${encodeURIComponent(id)}/decisions`, { key: randomUUID(), ...body }, as);
const titles = ({ choices }: ConflictRow) => choices.map(({ title }) => title);
const available = async () => (await ledger.levels([mug])).get(mug)?.available;
const detail = ({ body }: { body: unknown }) => (body as ProblemView).detail;

describe('a conflict', () => {
  test('is listed with its story and with what each choice will do', async () => {
    await put(1);
    await put(5, berlin);
    await sell('1', [line('a', mug, 1)]);
    await sell('2', [line('a', mug, 3)]);
    const { items } = await rows();
    expect(items).toMatchObject([
      { order: { number: '#2' }, winner: { number: '#1' }, units: 3, state: 'open', decision: null },
    ]);
    expect(items[0]?.sentence).toMatch(/^Order #1 \(Shop able\) was booked .* Order #2 .* wanted 3/);
    expect(titles(items[0]!)).toEqual([
      'Ship from berlin',
      'Backorder',
      'Cancel the order in Shop able',
      'Ignore',
    ]);
    expect(items[0]?.choices[0]?.effect).toContain('where 5 are now');
    expect(items[0]?.choices.map(({ final }) => final)).toEqual([false, false, true, false]);
  });

  test('of one line among others can be refunded alone', async () => {
    await put(1);
    await sell('1', [line('a', mug, 1), line('b', mug, 2)]);
    expect(titles((await rows()).items[0]!)).toEqual([
      'Backorder',
      'Refund 2 units in Shop able',
      'Cancel the order in Shop able',
      'Ignore',
    ]);
  });

  test('ships from another location: the units leave it, the flows hear of it, and it is on record who said so', async () => {
    await put(3, berlin);
    const order = await sell('1', [line('a', mug, 2)]);
    const [open] = (await rows()).items;
    const { status, body } = await decide(open!.id, { choice: 'ship', from: 'berlin' });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      state: 'shipped',
      outcome: 'It ships from berlin.',
      choices: [],
      decision: { by: 'Member (operator)' },
    });
    expect(await available()).toBe(1);
    expect(await ledger.levels([mug])).toMatchObject(new Map([[mug, { taken: { [shop]: 2 } }]]));
    const told = database.db.collection<EventDocument>('events').find({ clientId: bench.ours });
    expect(await told.toArray()).toMatchObject([{ topic: 'stock.changed', partition: order._id }]);
    expect(bench.woken).toContain(bench.ours);
    expect((await rows()).items).toEqual([]);
    expect((await rows('?state=all')).items).toMatchObject([{ state: 'shipped' }]);
  });

  test('is cancelled in the shop: once, and settled only when the shop says so', async () => {
    const order = await sell('1', [line('a', mug, 1)]);
    const [open] = (await rows()).items;
    const choice = { choice: 'cancel', scope: 'order' };
    expect((await decide(open!.id, choice)).body).toMatchObject({ state: 'cancelling' });
    const again = await decide(open!.id, choice);
    expect([again.status, detail(again)]).toEqual([409, expect.stringContaining('asked to cancel')]);
    const outbox = database.db.collection<OutboxDocument>('outbox').find({ clientId: bench.ours });
    expect(await outbox.toArray()).toMatchObject([
      { effect: 'cancel-order', payload: { externalId: '1' }, connectionId: shop },
    ]);
    expect((await rows()).items).toMatchObject([{ state: 'cancelling', choices: [] }]);
    await sell(order.externalId, [line('a', mug, 1, 0)], 5);
    expect((await rows('?state=all')).items).toMatchObject([{ state: 'cancelled' }]);
  });

  test('that two people decide at the same moment is decided once, and the other one is told', async () => {
    await put(2, berlin);
    await put(2, LocationId.parse('rome'));
    await sell('1', [line('a', mug, 2)]);
    const [open] = (await rows()).items;
    const answers = await Promise.all(
      ['berlin', 'rome', 'berlin', 'rome'].map((from) => decide(open!.id, { choice: 'ship', from })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409]);
    expect(detail(answers.find(({ status }) => status === 409)!)).toMatch(/Your choice was not carried out/);
    expect(await available()).toBe(2);
  });

  test('that is decided by a request which is sent again is decided once, and answers the same', async () => {
    await put(4, berlin);
    await sell('1', [line('a', mug, 2)]);
    const [open] = (await rows()).items;
    const body = { key: 'my-key', choice: 'ship', from: 'berlin' };
    const answers = [await decide(open!.id, body), await decide(open!.id, body)];
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(answers[1]?.body).toEqual(answers[0]?.body);
    expect(await available()).toBe(2);
    const other = await decide(open!.id, { ...body, choice: 'ignore', from: undefined });
    expect([other.status, detail(other)]).toEqual([409, expect.stringContaining('another choice')]);
  });

  test('can be left as it is: nothing moves, also when it comes back', async () => {
    await put(1, berlin);
    const order = await sell('1', [line('a', mug, 2)]);
    const [open] = (await rows()).items;
    expect((await decide(open!.id, { choice: 'ignore' })).body).toMatchObject({ state: 'ignored' });
    await sell(order.externalId, [line('a', mug, 2, 0)], 5);
    expect(await available()).toBe(1);
  });

  test('does not ship from where there is too little, and says so', async () => {
    await put(1, berlin);
    await sell('1', [line('a', mug, 2)]);
    const [open] = (await rows()).items;
    const refused = await decide(open!.id, { choice: 'ship', from: 'berlin' });
    expect([refused.status, detail(refused)]).toEqual([409, expect.stringContaining('Nothing was changed')]);
    expect((await rows()).items).toMatchObject([{ state: 'open' }]);
  });

  test('of another client is not there: it is neither shown nor decided', async () => {
    await put(5, berlin);
    await sell('1', [line('a', mug, 2)]);
    const [open] = (await rows()).items;
    expect((await rows('?state=all', bench.theirs)).items).toEqual([]);
    expect((await decide(open!.id, { choice: 'ignore' }, bench.theirs)).status).toBe(404);
    expect((await rows()).items).toMatchObject([{ state: 'open' }]);
    expect(await available()).toBe(5);
  });

  test('with a choice that can’t be is refused and stays open', async () => {
    await sell('1', [line('a', mug, 2)]);
    const [open] = (await rows()).items;
    for (const body of [
      {},
      { choice: 'burn' },
      { choice: 'ship' },
      { choice: 'ship', from: 'a b' },
      { choice: 'cancel', scope: 'shop' },
      { choice: 'ignore', clientId: 'x' },
      { key: { $ne: null }, choice: 'ignore' },
      { key: '', choice: 'ignore' },
    ]) {
      const answer = await decide(open!.id, body);
      expect([answer.status, detail(answer)]).toEqual([400, expect.stringContaining('Nothing was changed')]);
    }
    expect((await rows()).items).toMatchObject([{ state: 'open' }]);
  });

  test('that does not exist is not decided', async () => {
    for (const id of ['nothing', `${bench.ours}/x`, '..', '%00'])
      expect((await decide(id, { choice: 'ignore' })).status).toBe(404);
  });

  test('is paged, newest first', async () => {
    for (let n = 0; n < 5; n += 1) await sell(`${n}`, [line('a', mug, 1)]);
    const first = await rows('?limit=2');
    const second = await rows(`?limit=2&cursor=${first.next}`);
    expect([...first.items, ...second.items].map(({ order }) => order.number)).toEqual([
      '#4',
      '#3',
      '#2',
      '#1',
    ]);
  });
});

describe('the rules', () => {
  const policy = async (as?: ClientId) =>
    (await bench.ask('/policy', undefined, as)).body as ClientPolicyView;

  test('say what holds, which locations there are, and which shops can cancel; a change counts from then on', async () => {
    await put(1);
    await put(5, berlin);
    expect(await policy()).toEqual({
      policy: 'hold',
      locationChoice: 'primary',
      locationOrder: [],
      locations: ['berlin', 'main'],
      channels: [{ name: 'Shop able', cancelsOrders: true, refundsLines: true }],
    });
    const change = {
      policy: 'cancel',
      locationChoice: 'first-that-has-it',
      locationOrder: ['berlin', 'main'],
    };
    expect((await bench.ask('/policy', change, undefined, 'PUT')).status).toBe(200);
    expect(await policy()).toMatchObject(change);
    expect((await policy(bench.theirs)).policy).toBe('hold');
    booking = new OrderBooking({ db: database.db, clientId: bench.ours, ledger });
    const order = await sell('1', [line('a', mug, 2)]);
    expect(order.lines[0]).toMatchObject({ state: 'committed', accounts: [{ sold: { berlin: 2 } }] });
  });

  test('have exceptions by SKU', async () => {
    const add = (sku: string, as?: ClientId) =>
      bench.ask('/policy/skus', { sku, policy: 'cancel' }, as, 'PUT');
    expect((await add('MUG')).status).toBe(200);
    expect((await add('UNKNOWN')).status).toBe(404);
    expect((await add('MUG', bench.theirs)).status).toBe(404);
    const list = (await bench.ask('/policy/skus')).body as PageView<SkuPolicyRow>;
    expect(list).toMatchObject({ items: [{ sku: 'MUG', title: 'Mug', policy: 'cancel' }], next: null });
    const take = (as?: ClientId) => bench.ask('/policy/skus?sku=MUG', undefined, as, 'DELETE');
    expect((await take(bench.theirs)).status).toBe(404);
    expect((await take()).status).toBe(204);
    expect((await take()).status).toBe(404);
  });

  test('that can’t be are refused, and nothing changes', async () => {
    const rules = { policy: 'hold', locationChoice: 'primary', locationOrder: [] };
    for (const body of [
      { ...rules, policy: 'burn' },
      { ...rules, locationOrder: ['moon'] },
      { ...rules, locationOrder: undefined },
      { ...rules, locationOrder: ['main', 'main'] },
      [],
    ]) {
      const answer = await bench.ask('/policy', body, undefined, 'PUT');
      expect([answer.status, detail(answer)]).toEqual([400, expect.stringContaining('Nothing was changed')]);
    }
    expect((await policy()).policy).toBe('hold');
  });
});

test('an order tells what was decided about it, and its lines how they stand', async () => {
  await put(3, berlin);
  await sell('1', [line('a', mug, 2)]);
  await decide((await rows()).items[0]!.id, { choice: 'ship', from: 'berlin' });
  const { body } = await bench.ask(`/orders/${encodeURIComponent(orderIdOf(shop, '1'))}`);
  const { items, timeline } = body as { items: { state: string }[]; timeline: { text: string }[] };
  expect(items).toMatchObject([{ state: 'committed' }]);
  expect(timeline.map(({ text }) => text)).toContainEqual(
    expect.stringMatching(/ships from berlin, by Member \(operator\)/),
  );
});
