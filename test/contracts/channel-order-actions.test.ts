/**
 * Contract of every channel: what the outbox does to parts of orders, as it does it. Each is done once, also where the answer
 * is lost; what a channel can't do is refused with what to do instead.
 */
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ALL_OUTSIDE_EFFECTS } from '#nodes/all-services.ts';
import type { SandboxOrder } from '#nodes/kit/sandbox.ts';
import { InDoubt, Rejected } from '#runtime/errors.ts';
import { ConnectionGate } from '#runtime/limits/connection-gate.ts';
import { limitedClient } from '#runtime/limits/limited-client.ts';
import { cancelsOf } from '#runtime/orders/channel-cancels.ts';
import type { Order } from '#runtime/orders/order.ts';
import type { OutsideCall, Probe } from '#runtime/outbox/outside-effect.ts';
import { CHANNEL_TYPES, type ChannelBench, openChannelBench } from './channel-bench.ts';

/** Channels that cancel single units; the others cancel orders as a whole only. */
const CANCELS_UNITS = new Set(['shopify']);

describe.each(CHANNEL_TYPES)('actions on parts of orders of %s', (type) => {
  let shop: ChannelBench;
  let sold: SandboxOrder;
  let mug: string;
  beforeEach(async () => {
    shop = await openChannelBench(type, [
      { sku: 'MUG', title: 'Mug', price: '5.00', quantity: 10 },
      { sku: 'CUP', title: 'Cup', price: '7.00', quantity: 10 },
    ]);
    sold = await shop.buy({
      lines: [
        { sku: 'MUG', quantity: 3 },
        { sku: 'CUP', quantity: 1 },
      ],
    });
    [mug = ''] = sold.lineIds;
  });
  afterEach(() => shop.close());

  async function order(): Promise<Order> {
    const event = await shop.client.findOrder!(sold.id);
    const { connectionId } = shop.account;
    const reading = shop.channel.readOrder({ topic: 'order.changed', body: event!.body, connectionId });
    if (!('order' in reading)) throw new Error(reading.skipped);
    return reading.order;
  }

  /** One message of the outbox: its tries, and its looks. */
  function message(effect: string, request: object) {
    const found = ALL_OUTSIDE_EFFECTS.get(effect);
    if (!found?.probe) throw new Error(`there is no effect ${effect} with a probe`);
    const { baseUrl, secret, connectionId } = shop.account;
    const call: OutsideCall = {
      payload: found.payload.parse({ externalId: sold.id, ...request }),
      key: randomUUID(),
      queuedAt: new Date(),
      far: { connectionId, type, baseUrl, secret, client: shop.client },
      observe: () => {},
      signal: new AbortController().signal,
    };
    return { write: () => found.write(call), probe: (): Promise<Probe> => found.probe!(call) };
  }

  /** As the outbox does it where the answer to the writing call is lost: it looks, and does again only what was not done. */
  async function doneOnce({ write, probe }: ReturnType<typeof message>): Promise<void> {
    expect(await probe()).toBe('not-done');
    await shop.faults({ loseNextAnswers: 1 });
    await expect(write()).rejects.toBeInstanceOf(InDoubt);
    await shop.faults({});
    if ((await probe()) === 'not-done') await write();
    expect(await probe()).toBe('done');
    // And once more: nothing is done twice.
    await write();
    expect(await probe()).toBe('done');
  }
  const some = (quantity: number) => [{ lineId: mug, quantity }];
  const tracking = (number: string) => ({ number, company: 'DHL', url: null });

  test('what is cancelled and refunded for a policy can be so in a running client too, behind its door', () => {
    const gate = new ConnectionGate({ changed: () => {}, resumed: () => {} });
    const limited = limitedClient(shop.client, gate);
    expect(cancelsOf(limited)).toEqual({ orders: true, lines: true });
    expect(Object.keys(limited).sort()).toEqual(Object.keys(shop.client).sort());
    gate.stop();
  });

  test('some units leave with a parcel, the others later with another', async () => {
    await doneOnce(message('fulfil-order', { lines: some(2), tracking: tracking('JD1'), notify: false }));
    expect((await order()).status).toBe('open');
    const rest = message('fulfil-order', { lines: null, tracking: tracking('JD2'), notify: false });
    expect(await rest.probe()).toBe('not-done');
    await rest.write();
    expect(await order()).toMatchObject({ status: 'fulfilled', lines: [{ taken: 3 }, { taken: 1 }] });
  });

  test.each([
    ['with restock, money back', true, 9, 1],
    ['without restock, in the books alone', false, 7, 3],
  ])('some units are refunded %s', async (_name, restock, left, taken) => {
    const request = { lines: some(2), restock, payBack: false, reason: 'Broken', notify: false };
    await doneOnce(message('refund-order', request));
    expect(await shop.quantities()).toEqual({ MUG: left, CUP: 9 });
    const { lines, status } = await order();
    expect([status, lines.map((line) => line.taken)]).toEqual(['open', [taken, 1]]);
  });

  test('a refund of what is refunded already is refused, and concerns this order alone', async () => {
    const request = { lines: some(3), restock: true, payBack: false, reason: '', notify: false };
    await message('refund-order', request).write();
    const error = await message('refund-order', request)
      .write()
      .catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      name: 'Rejected',
      concerns: 'call',
      fix: expect.stringMatching(/\w+ \w+/),
    });
    expect(await shop.quantities()).toEqual({ MUG: 10, CUP: 9 });
  });

  if (CANCELS_UNITS.has(type)) {
    test('units that are not shipped are cancelled: once, with the units on the shelf', async () => {
      await doneOnce(message('cancel-order', { lines: some(2), reason: 'inventory' }));
      expect(await shop.quantities()).toEqual({ MUG: 9, CUP: 9 });
      expect(await order()).toMatchObject({ status: 'open', lines: [{ taken: 1 }, { taken: 1 }] });
    });

    test('what has left can’t be cancelled, and nothing is done of the rest', async () => {
      await shop.ship({ orderId: sold.id, lines: some(2) });
      const cancelling = message('cancel-order', { lines: some(2), reason: 'other' }).write();
      await expect(cancelling).rejects.toThrow(/1 of them are neither shipped/);
      expect(await shop.quantities()).toEqual({ MUG: 7, CUP: 9 });
    });
  } else {
    test('units alone can’t be cancelled: refused with what to do instead, and nothing was done', async () => {
      const { write, probe } = message('cancel-order', { lines: some(2), reason: 'other' });
      const error = await write().catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(Rejected);
      expect(error).toMatchObject({
        code: 'far-side.unable',
        concerns: 'call',
        message: expect.stringContaining('as a whole only'),
        fix: expect.stringContaining('Refund these units instead'),
      });
      await expect(probe()).rejects.toBeInstanceOf(Rejected);
      expect(await shop.quantities()).toEqual({ MUG: 7, CUP: 9 });
    });
  }
});
