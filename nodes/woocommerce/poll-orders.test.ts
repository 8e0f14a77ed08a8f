/** What polls bring, against the sandbox over real HTTP, and beside what webhooks bring. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Rejected, Retryable } from '#runtime/errors.ts';
import type { ChannelClient, OrdersPage, PolledEvent } from '#runtime/sync/channel.ts';
import { woocommerce } from './channel.ts';
import exchanges from './fixtures/rest-exchanges.json' with { type: 'json' };
import recorded from './fixtures/webhook-deliveries.json' with { type: 'json' };
import { orderEvent } from './order-event.ts';
import { PAGE_MAX, PageSize } from './page-size.ts';
import { ordersChanged } from './poll-orders.ts';
import type { Rest } from './rest.ts';
import { connectionId, openTestShop, type TestShop } from './sandbox/test-shop.ts';
import { openWebhookListener, until } from './sandbox/webhook-listener.ts';

let shop: TestShop;
let client: ChannelClient;
const since = new Date('2020-01-01T00:00:00Z');

beforeEach(async () => {
  shop = await openTestShop([{ sku: 'MUG', title: 'Blue Mug', price: '9.90', quantity: 100_000 }]);
  client = shop.client();
});
afterEach(() => shop.sandbox.close());

type Ask = (cursor: string | null) => Promise<OrdersPage>;
const changed: Ask = (cursor) => client.ordersChanged!({ since, cursor });

async function pagesOf(ask: Ask, between: () => Promise<unknown> = async () => {}): Promise<OrdersPage[]> {
  const pages: OrdersPage[] = [];
  for (let cursor: string | null = null; ; ) {
    const page = await ask(cursor);
    pages.push(page);
    if (page.next === null) return pages;
    cursor = page.next;
    await between();
  }
}
const idOf = ({ partition }: PolledEvent) => Number(partition.slice('order:'.length));
const idsOf = (pages: readonly OrdersPage[]) => pages.flatMap(({ events }) => events.map(idOf));

async function sell(count: number): Promise<number[]> {
  const ids: number[] = [];
  for (let sale = 0; sale < count; sale += 1) {
    ids.push(Number((await shop.buy([{ sku: 'MUG', quantity: 1 }])).id));
  }
  return ids;
}

describe('orders that changed', () => {
  test('come with the key that the webhook of the same state has, in a body that is read the same', async () => {
    const listener = await openWebhookListener();
    await client.subscribe(listener.address);
    await sell(1);
    await until(() => listener.orderEvents.length === 2, 'two deliveries');
    const [event] = (await pagesOf(changed)).flatMap(({ events }) => events);
    expect(woocommerce.readWebhook(listener.orderEvents[0]!, shop.secret)).toEqual({
      kind: 'event',
      topic: event?.topic,
      dedupeKey: event?.dedupeKey,
      partition: event?.partition,
    });
    const polled = woocommerce.readOrder({ topic: 'order.changed', connectionId, body: event!.body });
    expect(polled).toEqual({ order: shop.orderIn(listener.orderEvents[0]) });
    await listener.close();
  });

  test('of a real WooCommerce too: the answer over https and the webhook over http are one state', () => {
    const answer = exchanges['36-complete-order'].response.body;
    const delivered = JSON.parse(recorded['16-order-created'].bodyUtf8);
    expect(answer.payment_url).not.toBe(delivered.payment_url);
    expect(orderEvent(answer)).toEqual(orderEvent(delivered));
    expect(orderEvent({ ...answer, status: 'refunded' })).not.toEqual(orderEvent(answer));
  });

  test('come page by page, the oldest change first, also where more than a page changed within one second', async () => {
    const ids = await sell(250);
    const pages = await pagesOf(changed);
    expect([...new Set(idsOf(pages))]).toEqual(ids);
    expect(pages.map(({ events }) => events.length).slice(0, 2)).toEqual([100, 100]);
  });

  test('are not left out when others change while pages are read', async () => {
    const ids = await sell(220);
    let turn = 0;
    const touched = new Set<number>();
    const pages = await pagesOf(changed, async () => {
      if (turn >= 5) return;
      for (const id of ids.slice(turn * 10, turn * 10 + 3)) {
        await shop.api('PUT', `orders/${id}`, { status: 'completed' });
        touched.add(id);
      }
      turn += 1;
    });
    expect(new Set(idsOf(pages))).toEqual(new Set(ids));
    // What changes in the very second that is read is for the next round: it begins an overlap before.
    const reached = pages.findLast((page) => page.reached)?.reached;
    const again = { since: new Date(reached!.getTime() - 60_000) };
    const next = await pagesOf((cursor) => client.ordersChanged!({ ...again, cursor }));
    const completed = [...pages, ...next]
      .flatMap(({ events }) => events)
      .filter(({ body }) => JSON.parse(body.toString()).status === 'completed');
    expect(new Set(completed.map(idOf))).toEqual(touched);
  });

  test('tell how far they reach by the clock of the shop, the trash apart', async () => {
    const [first, second] = await sell(2);
    await shop.api('DELETE', `orders/${first}`);
    const [any, trash] = await pagesOf(changed);
    expect([any?.events.map(idOf), trash?.events.map(idOf)]).toEqual([[second], [first]]);
    const { body } = await shop.api('GET', `orders/${second}`);
    expect(any?.reached).toEqual(new Date(`${body.date_modified_gmt}Z`));
    expect(trash?.reached).toBeNull();
  });

  test('that are carts are left out; one that can not be read comes all the same, for a person', async () => {
    await shop.api('POST', 'orders', { status: 'checkout-draft', line_items: [{ sku: 'MUG', quantity: 1 }] });
    expect(idsOf(await pagesOf(changed))).toEqual([]);
    const rest: Rest = async (_call, shape) => ({ body: shape.parse([{ id: 7 }]), totalPages: 1, total: 1 });
    const { events } = await ordersChanged(rest, new PageSize(), { since, cursor: null });
    const [event] = events;
    expect(() => woocommerce.readOrder({ topic: 'order.changed', connectionId, body: event!.body })).toThrow(
      Rejected,
    );
  });

  test('a cursor of another channel is refused', async () => {
    await expect(changed('eyJsYXN0X2lkIjo3fQ==')).rejects.toThrow('cursor');
  });
});

test('orders that were placed in a period, and no others', async () => {
  await sell(3);
  const inFuture = new Date(Date.now() + 86_400_000);
  const all = await pagesOf((cursor) => client.ordersPlaced!({ since, until: inFuture, cursor }));
  expect(idsOf(all)).toHaveLength(3);
  const none = await pagesOf((cursor) => client.ordersPlaced!({ since: inFuture, until: inFuture, cursor }));
  expect(idsOf(none)).toEqual([]);
});

describe('the size of a page', () => {
  const sizes = new PageSize();
  const sizeNow = () => sizes.of('orders', async (size) => size);
  const fails = (error: Error) => sizes.of('orders', () => Promise.reject(error)).catch(() => {});

  test('is halved when the shop breaks under it, down to ten, and grows again when it keeps up', async () => {
    await fails(new Retryable('The shop did not answer in time.'));
    expect(await sizeNow()).toBe(PAGE_MAX / 2);
    for (let failure = 0; failure < 5; failure += 1) await fails(new Retryable('500'));
    expect(await sizeNow()).toBe(10);
    for (let call = 0; call < 100; call += 1) await sizeNow();
    expect(await sizeNow()).toBe(PAGE_MAX);
  });

  test('stays when the shop asks to wait, or refuses', async () => {
    await fails(new Retryable('429', { afterMs: 1_000 }));
    await fails(new Rejected('no', { fix: 'Mend it.' }));
    expect(await sizeNow()).toBe(PAGE_MAX);
  });
});
