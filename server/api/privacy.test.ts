/** What Shopify asks under privacy laws: from its own signed call to what is done, and to what the merchant can hand on. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { ALL_CHANNELS } from '#nodes/all-channels.ts';
import type { Sandbox } from '#nodes/kit/sandbox.ts';
import { openShopifySandbox } from '#nodes/shopify/sandbox/sandbox.ts';
import { ShopifySecret } from '#nodes/shopify/secret.ts';
import { until } from '#nodes/woocommerce/sandbox/webhook-listener.ts';
import { Alerts } from '#runtime/alerts/alerts.ts';
import { connectionsOf, openAccount } from '#runtime/clients/connection-model.ts';
import type { AlertRequest } from '#runtime/effects/node-context.ts';
import { type EventDocument, type IncomingEvent, NO_FLOWS } from '#runtime/events/event.ts';
import { ConnectionId } from '#runtime/ids.ts';
import { actOnNotice, type NoticeParts } from '#runtime/notices/act-on-notice.ts';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { type ApiBench, openApiBench } from '#test/server/api-bench.ts';
import type { AlertRow, ConnectAnswerView, PageView, PrivacyDataView, PrivacyRequestRow } from './views.ts';

const CUSTOMER = 'Samantha Quelle';
let database: TestDatabase;
let bench: ApiBench;
let shop: Sandbox;
let id: ConnectionId;
let alerts: AlertRequest[];
let looks: ConnectionId[];

beforeAll(async () => {
  database = await openTestDatabase();
  bench = await openApiBench(database);
});
afterAll(async () => {
  await bench.close();
  await database.close();
});

beforeEach(async () => {
  for (const name of ['connections', 'events', 'privacyRequests', 'listings'])
    await database.db.collection(name).deleteMany({});
  alerts = [];
  looks = [];
  shop = await openShopifySandbox({ shopName: 'Corner shop' });
  shop.addProducts([{ sku: 'MUG', title: 'Mug', price: '9.00', quantity: 9 }]);
  const { shop: name, clientId, clientSecret } = ShopifySecret.parse(shop.account.secret);
  const answer = await bench.ask('/connections/channels', {
    channel: 'shopify',
    way: 'client-credentials',
    sandboxUrl: shop.address,
    input: { shop: name, clientId, clientSecret },
  });
  id = ConnectionId.parse((answer.body as ConnectAnswerView).connectionId);
  await (await open()).client.subscribe(hooks());
});
afterEach(() => shop.close());

const hooks = () => bench.url.replace('/api/v1', `/hooks/shopify/${id}`);
const events = () => database.db.collection<EventDocument>('events');
async function open() {
  const connection = (await connectionsOf(database.models, bench.ours)).find(({ _id }) => _id === id);
  const channel = ALL_CHANNELS.get('shopify');
  if (!connection || !channel) throw new Error('the shop is not connected');
  return {
    name: connection.name,
    channel,
    client: channel.open(openAccount(bench.vault, channel, connection)),
  };
}
async function hand(method: string, path: string, body: object = {}): Promise<unknown> {
  const response = await fetch(`${shop.address}/sandbox/${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return await response.json();
}

/** A customer buys, and what Shopify tells of it is kept. @returns the shop's id of the order. */
async function sale(customer: string): Promise<number> {
  const before = await events().countDocuments({ topic: 'order.changed' });
  const order = (await hand('POST', 'sales', { lines: [{ sku: 'MUG', quantity: 1 }], customer })) as {
    id: string;
  };
  await until(() => shop.webhooksWaiting() === 0, 'the sale is told');
  expect(await events().countDocuments({ topic: 'order.changed' })).toBeGreaterThan(before);
  return Number(order.id);
}

/** Shopify asks at the address that stands in the app's settings; the notice is then worked off as a runner does. */
async function ask(topic: string, orderIds: readonly number[] = []): Promise<IncomingEvent> {
  expect(await hand('POST', 'compliance', { address: hooks(), topic, orderIds })).toEqual({ status: 200 });
  const kept = await events().findOne({ topic: 'connection.notice' }, { sort: { _id: -1 } });
  if (!kept) throw new Error('the notice was not kept');
  const event: IncomingEvent = {
    id: kept._id.toHexString(),
    source: kept.source,
    topic: kept.topic,
    body: Buffer.from(kept.body.value()),
    receivedAt: kept.receivedAt,
    failures: 0,
    flows: NO_FLOWS,
  };
  await act(event);
  return event;
}
async function act(event: IncomingEvent): Promise<void> {
  const opened = await open().catch(() => undefined);
  const parts: NoticeParts = {
    database,
    clientId: bench.ours,
    channelOf: () => opened,
    look: async (connection) => void looks.push(connection),
    alert: async (alert) => void alerts.push(alert),
    removed: async () => {},
  };
  await actOnNotice(parts, event);
}
const requests = async (as = bench.ours) =>
  ((await bench.ask('/privacy-requests', undefined, as)).body as PageView<PrivacyRequestRow>).items;
const kept = async () =>
  (await events().find({ topic: 'order.changed' }).toArray()).map(({ body }) =>
    Buffer.from(body.value()).toString('utf8'),
  );

test('a customer asks what is kept: the merchant is told once, and can hand on what it is', async () => {
  const order = await sale(CUSTOMER);
  await sale('Somebody Else');
  const event = await ask('customers/data_request', [order]);
  await act(event);
  const [request, ...others] = await requests();
  expect(others).toEqual([]);
  expect(request).toMatchObject({
    kind: 'data-request',
    connection: { id, name: 'Corner shop' },
    request: '9999',
    orders: [String(order)],
    dueAt: expect.any(String),
  });
  expect(new Set(alerts.map(({ key }) => key)).size).toBe(1);
  const path = `/privacy-requests/${encodeURIComponent(String(request?.id))}/data`;
  const { deliveries } = (await bench.ask(path)).body as PrivacyDataView;
  expect(deliveries).toHaveLength(request?.deliveries ?? -1);
  expect(JSON.stringify(deliveries)).toContain(CUSTOMER.split(' ')[0]);
  expect(JSON.stringify(deliveries)).not.toContain('Somebody');
  expect(await requests(bench.theirs)).toEqual([]);
  expect((await bench.ask(path, undefined, bench.theirs)).status).toBe(404);

  const answer = path.replace(/data$/, 'answer');
  expect((await bench.ask(answer, {}, bench.theirs)).status).toBe(404);
  expect(request?.answeredAt).toBeNull();
  const { body: noted } = await bench.ask(answer, {});
  expect(noted).toMatchObject({ id: request?.id, answeredAt: expect.any(String) });
  // Said again, the first time stands.
  expect((await bench.ask(answer, {})).body).toEqual(noted);
});

test('a customer’s data goes out of what is kept, and the orders can still be read', async () => {
  const order = await sale(CUSTOMER);
  await sale('Somebody Else');
  const readings = async () => {
    const { channel } = await open();
    return (await kept()).map((body) =>
      channel.readOrder({ topic: 'order.changed', body: Buffer.from(body), connectionId: id }),
    );
  };
  const before = await readings();
  expect((await kept()).join()).toContain('Samantha');
  const event = await ask('customers/redact', [order]);
  expect((await kept()).join()).not.toContain('Samantha');
  expect((await kept()).join()).toContain('Somebody');
  expect(await readings()).toEqual(before);
  expect(await requests()).toMatchObject([{ kind: 'redact', dueAt: null, orders: [String(order)] }]);
  await act(event);
  expect(await requests()).toHaveLength(1);
});

test('a shop that left is forgotten; one that came back loses nothing', async () => {
  await sale(CUSTOMER);
  await ask('shop/redact');
  expect(await connectionsOf(database.models, bench.ours)).toHaveLength(1);
  expect(await kept()).not.toEqual([]);
  await hand('POST', 'uninstall');
  const trouble = { connectionId: id, name: 'Corner shop', error: new Error('no access'), kept: '' };
  await new Alerts(database.db, bench.ours).trouble(trouble);
  const event = await ask('shop/redact');
  expect(((await bench.ask('/alerts')).body as PageView<AlertRow>).items).toMatchObject([
    { ongoing: false, healedAt: expect.any(String), removed: true },
  ]);
  expect(await connectionsOf(database.models, bench.ours)).toEqual([]);
  expect(await kept()).toEqual([]);
  expect(await requests()).toMatchObject([{ kind: 'shop-redact', connection: { id } }]);
  await act(event);
  expect(await requests()).toHaveLength(1);
});

test('an app that was uninstalled, or has other rights, is looked at', async () => {
  await hand('POST', 'uninstall');
  await until(() => shop.webhooksWaiting() === 0, 'it is told');
  const notice = await events().findOne({ topic: 'connection.notice' });
  expect(notice?.source).toBe(id);
  await act({
    id: String(notice?._id),
    source: id,
    topic: 'connection.notice',
    body: Buffer.from(notice!.body.value()),
    receivedAt: new Date(),
    failures: 0,
    flows: NO_FLOWS,
  });
  expect(looks).toEqual([id]);
});

test('what is not signed by Shopify asks for nothing', async () => {
  const response = await fetch(hooks(), {
    method: 'POST',
    headers: { 'x-shopify-topic': 'shop/redact', 'content-type': 'application/json' },
    body: '{}',
  });
  expect(response.status).toBe(401);
  expect(await events().countDocuments({ topic: 'connection.notice' })).toBe(0);
});
