/** What SyncFlow does to orders in the shop, once, also where answers are lost. */
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { SandboxOrder } from '#nodes/kit/sandbox.ts';
import { Rejected, Retryable } from '#runtime/errors.ts';
import type { Order } from '#runtime/orders/order.ts';
import type { Fulfilment, OrderActions, Refund } from '#runtime/sync/order-action.ts';
import { shopify } from './channel.ts';
import { ShopBench } from './sandbox/shop-bench.ts';

let bench: ShopBench;
let sold: SandboxOrder;
let mark: { key: string; since: Date };
beforeEach(async () => {
  bench = await ShopBench.open();
  sold = await bench.sell({ sku: 'MUG', quantity: 3 }, { sku: 'HAT', quantity: 1 });
  mark = { key: randomUUID(), since: new Date() };
});
afterEach(() => bench.close());

const faults = (settings: object) => bench.send('PUT', '/sandbox/faults', settings);

async function order(): Promise<Order> {
  const event = await bench.client.findOrder?.(sold.id);
  if (!event) throw new Error('the order is gone');
  const reading = shopify.readOrder({ ...event, connectionId: bench.connectionId });
  if (!('order' in reading)) throw new Error(reading.skipped);
  return reading.order;
}

async function action<Kind extends keyof OrderActions>(kind: Kind): Promise<NonNullable<OrderActions[Kind]>> {
  const found = bench.client.orderActions?.[kind];
  if (!found) throw new Error(`can not ${kind}`);
  return found;
}

async function inDoubt(work: () => Promise<unknown>): Promise<void> {
  await faults({ loseNextAnswers: 1 });
  const error = await work().catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(Retryable);
  expect((error as Retryable).afterMs).toBeUndefined();
  await faults({});
}

describe('cancelling', () => {
  const cancel = (reason: 'inventory' | 'other' = 'inventory') =>
    bench.client.cancelOrder?.({ externalId: sold.id, reason }, mark.key) ?? Promise.reject();
  const cancelled = () => bench.client.isCancelled?.(sold.id);
  const soon = async () => {
    for (let turn = 0; turn < 100 && !(await cancelled()); turn += 1)
      await new Promise((resolve) => setTimeout(resolve, 5));
  };

  test('is done by a job a little later, with the money and the units going back', async () => {
    expect(await cancelled()).toBe(false);
    await cancel();
    await soon();
    expect(await order()).toMatchObject({
      status: 'cancelled',
      refunds: 1,
      lines: [{ taken: 0 }, { taken: 0 }],
    });
    expect([await bench.count('MUG'), await bench.count('HAT')]).toEqual([10, 2]);
    await cancel();
    expect(await bench.count('MUG')).toBe(10);
  });

  test('whose answer is lost is found by looking', async () => {
    await inDoubt(cancel);
    await soon();
    expect(await cancelled()).toBe(true);
  });

  test('of what is on its way is refused, and concerns this order alone', async () => {
    await bench.send('POST', '/sandbox/shipments', {
      orderId: sold.id,
      lines: [{ lineId: sold.lineIds[0], quantity: 1 }],
    });
    const error = await cancel().catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      name: 'Rejected',
      concerns: 'call',
      message: expect.stringMatching(/shipped/),
    });
  });

  test('of an order that is gone', async () => {
    sold = { ...sold, id: '1' };
    expect(await cancelled()).toBeNull();
    await expect(cancel()).rejects.toBeInstanceOf(Rejected);
  });
});

describe('shipping', () => {
  const tracking = { number: 'JD0002', company: 'DHL', url: 'https://track.example/JD0002' };
  const fulfilment = (changes: Partial<Fulfilment> = {}): Fulfilment => ({
    externalId: sold.id,
    lines: null,
    tracking,
    notify: true,
    ...changes,
  });

  test('all of it, with tracking, once', async () => {
    const { perform, wasDone } = await action('fulfil');
    expect(await wasDone(fulfilment(), mark)).toBe(false);
    expect(await perform(fulfilment(), mark)).toEqual({ receipt: expect.stringMatching(/Fulfillment/) });
    expect(await order()).toMatchObject({ status: 'fulfilled' });
    expect(await wasDone(fulfilment(), mark)).toBe(true);
    expect(await perform(fulfilment(), mark)).toEqual({ receipt: null });
    const { data } = await bench.ask(
      `{ order(id: "gid://shopify/Order/${sold.id}") { fulfillments(first: 5) { trackingInfo(first: 2) { number company url } } } }`,
    );
    expect(data?.order).toEqual({ fulfillments: [{ trackingInfo: [tracking] }] });
  });

  test('some units now, whose answer is lost, and some later', async () => {
    const { perform, wasDone } = await action('fulfil');
    const some = fulfilment({ lines: [{ lineId: String(sold.lineIds[0]), quantity: 2 }] });
    await inDoubt(() => perform(some, mark));
    expect(await wasDone(some, mark)).toBe(true);
    await perform(some, mark);
    const rest = fulfilment({
      tracking: { ...tracking, number: 'JD0003' },
      lines: [
        { lineId: String(sold.lineIds[0]), quantity: 1 },
        { lineId: String(sold.lineIds[1]), quantity: 1 },
      ],
    });
    const later = { key: randomUUID(), since: new Date() };
    expect(await wasDone(rest, later)).toBe(false);
    await perform(rest, later);
    expect(await order()).toMatchObject({ status: 'fulfilled' });
  });

  test('more lines than a page shows: all of them leave, and a look finds all of them', async () => {
    sold = await bench.sell(...Array.from({ length: 45 }, () => ({ sku: 'MUG', quantity: 1 })));
    const { perform, wasDone } = await action('fulfil');
    const all = fulfilment({
      lines: sold.lineIds.map((lineId) => ({ lineId: String(lineId), quantity: 1 })),
    });
    await perform(all, mark);
    expect(await order()).toMatchObject({ status: 'fulfilled' });
    expect(await wasDone(all, mark)).toBe(true);
  });

  test('of what is shipped or cancelled already is refused', async () => {
    const { perform, wasDone } = await action('fulfil');
    await bench.send('POST', '/sandbox/cancellations', { orderId: sold.id, restock: true });
    await expect(perform(fulfilment(), mark)).rejects.toThrow(/nothing of it is left/);
    expect(await wasDone(fulfilment({ externalId: '1' }), mark)).toBeNull();
  });
});

describe('refunding', () => {
  const refund = (changes: Partial<Refund> = {}): Refund => ({
    externalId: sold.id,
    lines: [{ lineId: String(sold.lineIds[0]), quantity: 2 }],
    restock: true,
    payBack: true,
    reason: 'Broken handle',
    notify: false,
    ...changes,
  });
  const refunded = async () => {
    const { data } = await bench.ask(
      `{ order(id: "gid://shopify/Order/${sold.id}") { totalRefundedSet { shopMoney { amount } } refunds { note } } }`,
    );
    return data?.order as {
      totalRefundedSet: { shopMoney: { amount: string } };
      refunds: { note: string }[];
    };
  };

  test('units with restock and money, once, also when the answer is lost', async () => {
    const { perform, wasDone } = await action('refund');
    expect(await wasDone(refund(), mark)).toBe(false);
    await inDoubt(() => perform(refund(), mark));
    expect(await wasDone(refund(), mark)).toBe(true);
    expect(await perform(refund(), mark)).toEqual({ receipt: expect.stringMatching(/Refund/) });
    expect(await bench.count('MUG')).toBe(9);
    const { totalRefundedSet, refunds } = await refunded();
    expect(totalRefundedSet.shopMoney.amount).toBe('9.00');
    expect(refunds).toEqual([{ note: expect.stringMatching(/^Broken handle \[sf-[0-9a-f]{12}\]$/) }]);
    expect((await order()).lines[0]).toMatchObject({ quantity: 3, taken: 1 });
  });

  test('without restock, and in the books alone', async () => {
    const { perform } = await action('refund');
    await perform(refund({ restock: false, payBack: false }), mark);
    expect(await bench.count('MUG')).toBe(7);
    expect((await refunded()).totalRefundedSet.shopMoney.amount).toBe('0.00');
    expect((await order()).lines[0]).toMatchObject({ taken: 3 });
  });

  test('all that is left, of which a part was shipped', async () => {
    const lines = [{ lineId: sold.lineIds[0], quantity: 2 }];
    await bench.send('POST', '/sandbox/shipments', { orderId: sold.id, lines });
    const { perform } = await action('refund');
    await perform(refund({ lines: null }), mark);
    expect(await order()).toMatchObject({ status: 'refunded', lines: [{ taken: 0 }, { taken: 0 }] });
    const again = { key: randomUUID(), since: new Date() };
    await expect(perform(refund({ lines: null }), again)).rejects.toMatchObject({ concerns: 'call' });
  });
});

describe('noting', () => {
  const note = { externalId: '', text: 'Packed by Ada' };

  test('adds a line to what stands there, once for each cause', async () => {
    const { perform, wasDone } = await action('note');
    const noted = { ...note, externalId: sold.id };
    await bench.ask(
      `mutation { orderUpdate(input: { id: "gid://shopify/Order/${sold.id}", note: "Gift" }) { order { id } } }`,
    );
    await perform(noted, mark);
    await inDoubt(() => perform(noted, { ...mark, key: randomUUID() }));
    await perform(noted, mark);
    expect(await wasDone(noted, mark)).toBe(true);
    const { data } = await bench.ask(`{ order(id: "gid://shopify/Order/${sold.id}") { note } }`);
    const text = String((data?.order as { note?: string } | undefined)?.note);
    expect(text.split('\n')).toEqual([
      'Gift',
      ...Array(2).fill(expect.stringMatching(/^Packed by Ada \[sf-/)),
    ]);
  });

  test('is taken back once, and nothing else goes with it', async () => {
    const { perform, wasDone, takeBack } = await action('note');
    const noted = { ...note, externalId: sold.id };
    const other = { ...mark, key: randomUUID() };
    await perform(noted, mark);
    await perform(noted, other);
    await inDoubt(async () => takeBack?.(noted, mark));
    await takeBack?.(noted, mark);
    expect([await wasDone(noted, mark), await wasDone(noted, other)]).toEqual([false, true]);
    await takeBack?.(noted, other);
    expect(await wasDone(noted, other)).toBe(false);
    await takeBack?.({ ...noted, externalId: '1' }, mark);
  });
});
