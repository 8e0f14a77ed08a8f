import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { Alerts } from '#runtime/alerts/alerts.ts';
import { type ConnectionDocument, connectionsOf } from '#runtime/clients/connection-model.ts';
import { pauseDeclined, tellEndpoints } from '#runtime/endpoints/tell-endpoints.ts';
import { type ClientId, ConnectionId } from '#runtime/ids.ts';
import type { OutboxDocument } from '#runtime/outbox/outbox-document.ts';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { type ApiBench, openApiBench } from '#test/server/api-bench.ts';
import type {
  AlertRow,
  NewWebhookSecretView,
  NewWebhookView,
  PageView,
  WebhookDeliveryRow,
  WebhookRow,
} from '../views.ts';

const url = 'https://hooks.example/in?key=very-secret';
let database: TestDatabase;
let bench: ApiBench;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  bench = await openApiBench(database);
});
afterEach(() => bench.close());

const ask: ApiBench['ask'] = (...given) => bench.ask(...given);
const outbox = () => database.db.collection<OutboxDocument>('outbox');
const webhooks = async (as?: ClientId) =>
  (await ask('/webhooks', undefined, as)).body as readonly WebhookRow[];
const revision = async () => (await webhooks())[0]?.revision;
const made = async (more: object = {}) =>
  (await ask('/webhooks', { name: 'ERP', url, ...more })).body as NewWebhookView;
const kept = async () => (await connectionsOf(database.models, bench.ours))[0] as ConnectionDocument;
const opened = async () => {
  const { _id, secret } = await kept();
  return bench.vault.open(_id, secret);
};
const tell = async (key: string) =>
  await tellEndpoints(database.db, bench.ours, {
    type: 'alert.raised',
    key,
    subject: `Alert ${key}`,
    data: { customer: 'never shown' },
  });

test('are made with a secret that is shown once and lies sealed, and listed without what is secret', async () => {
  expect((await ask('/webhooks', { name: 'ERP', url: 'http://hooks.example' })).status).toBe(400);
  expect((await ask('/webhooks', { name: 'ERP', url, events: ['order.burnt'] })).status).toBe(400);
  const { id, secret } = await made({ events: ['alert.raised', 'alert.raised'] });
  expect(bench.reloaded).toContain(bench.ours);
  expect(await opened()).toEqual({ url, secret });
  const shown = await webhooks();
  expect(shown).toMatchObject([
    {
      id,
      name: 'ERP',
      address: 'https://hooks.example',
      events: ['alert.raised'],
      paused: false,
      waiting: 0,
    },
  ]);
  const connections = (await ask('/connections')).body;
  expect(JSON.stringify([shown, connections])).toContain('ERP');
  expect(JSON.stringify([shown, connections])).not.toMatch(/very-secret|whsec_/);
  expect(await webhooks(bench.theirs)).toEqual([]);
});

test('are changed by who may, in one part or many; others find none', async () => {
  const { id } = await made();
  const change = async (body: object, as?: ClientId) =>
    await ask(`/webhooks/${id}`, { seenRevision: await revision(), ...body }, as, 'PATCH');
  expect((await change({ paused: true }, bench.theirs)).status).toBe(404);
  expect((await change({ secret: 'whsec_mine' })).status).toBe(400);
  expect((await change({ events: ['order.changed'], paused: true })).status).toBe(200);
  expect((await change({ name: 'Stock room', url: 'https://other.example/' })).status).toBe(200);
  expect(await webhooks()).toMatchObject([
    { name: 'Stock room', address: 'https://other.example', events: ['order.changed'], paused: true },
  ]);
  expect(await opened()).toMatchObject({ url: 'https://other.example/' });
  await change({ events: ['alert.raised'] });
  expect(await tell('a')).toBe(false);
  await change({ paused: false });
  expect(await tell('a')).toBe(true);
});

test('that answered that they want no more are paused, until somebody lets them go on or names another address', async () => {
  const { id } = await made({ events: ['alert.raised'] });
  const decline = async () => await pauseDeclined(database.db, bench.ours, ConnectionId.parse(id));
  const asked = { paused: true, declinedAt: expect.any(String) };
  const goesOn = { paused: false, declinedAt: null };
  expect(await webhooks()).toMatchObject([goesOn]);
  expect(await decline()).toBe(true);
  expect(await webhooks()).toMatchObject([asked]);
  expect(await tell('declined')).toBe(false);
  const change = async (body: object) =>
    await ask(`/webhooks/${id}`, { seenRevision: await revision(), ...body }, undefined, 'PATCH');
  await change({ name: 'Stock room' });
  expect(await webhooks()).toMatchObject([asked]);
  await change({ paused: false });
  expect(await webhooks()).toMatchObject([goesOn]);
  expect(await decline()).toBe(true);
  await change({ url: 'https://new.example/in' });
  expect(await webhooks()).toMatchObject([goesOn]);
  // Who was paused by a person stays so at another address.
  await change({ paused: true });
  expect(await decline()).toBe(false);
  await change({ url });
  expect(await webhooks()).toMatchObject([{ paused: true, declinedAt: null }]);
});

test('of two people who change one the later is told so, and what the first saved is kept', async () => {
  const { id, secret } = await made();
  const change = (seenRevision: number, body: object) =>
    ask(`/webhooks/${id}`, { seenRevision, ...body }, undefined, 'PATCH');
  expect((await ask(`/webhooks/${id}`, { name: 'Blind' }, undefined, 'PATCH')).status).toBe(400);
  const both = await Promise.all(
    ['One', 'Two'].map((name) => change(0, { name, url: `https://${name.toLowerCase()}.example/` })),
  );
  expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
  const first = both.find(({ status }) => status === 200)?.body as WebhookRow;
  expect(first.revision).toBe(1);
  expect(await webhooks()).toEqual([first]);
  expect(await opened()).toEqual({ url: `${first.address}/`, secret });
  expect(both.find(({ status }) => status === 409)?.body).toMatchObject({
    title: 'Changed meanwhile',
    detail: expect.stringContaining('nothing of yours was saved'),
  });
  // A new secret is a change too, and so is the pause that its receiver asked for.
  expect((await ask(`/webhooks/${id}/secret`, { seenRevision: 0 })).status).toBe(409);
  expect((await ask(`/webhooks/${id}/secret`, { seenRevision: 1 })).body).toMatchObject({ revision: 2 });
  expect((await change(1, { events: ['alert.raised'] })).status).toBe(409);
  await pauseDeclined(database.db, bench.ours, ConnectionId.parse(id));
  expect((await change(2, { paused: true })).status).toBe(409);
  expect(await webhooks()).toMatchObject([
    { revision: 3, name: first.name, events: [], paused: true, declinedAt: expect.any(String) },
  ]);
});

test('get a new secret, shown once; the one before signs for a day more', async () => {
  const { id, secret } = await made();
  expect((await ask(`/webhooks/${id}/secret`, { seenRevision: 0 }, bench.theirs)).status).toBe(404);
  const answer = await ask(`/webhooks/${id}/secret`, { seenRevision: 0 });
  const next = answer.body as NewWebhookSecretView;
  expect(answer.status).toBe(201);
  const hours = (Date.parse(next.previousUntil) - Date.now()) / 3_600_000;
  expect(Math.round(hours)).toBe(24);
  expect(await opened()).toEqual({
    url,
    secret: next.secret,
    previous: { secret, until: next.previousUntil },
  });
  expect(JSON.stringify(await webhooks())).not.toMatch(/whsec_/);
});

test('show what they were sent, page by page, with every answer; one is sent again under the same id', async () => {
  const { id } = await made({ events: ['alert.raised'] });
  for (const key of ['a', 'b', 'c']) await tell(key);
  const [first] = await outbox()
    .find({ connectionId: id as never, subject: 'Alert a' })
    .toArray();
  const calls = [
    { at: new Date(), ms: 31, status: 500, answer: 'down' },
    { at: new Date(), ms: 12, status: 204, answer: null },
  ];
  await outbox().updateOne(
    { _id: first!._id },
    { $set: { state: 'sent', tries: 2, calls, endedAt: new Date(), queuedAt: new Date(0) } },
  );
  const page = async (query: string, as?: ClientId) =>
    (await ask(`/webhooks/${id}/deliveries${query}`, undefined, as)) as {
      status: number;
      body: PageView<WebhookDeliveryRow>;
    };
  const one = (await page('?limit=2')).body;
  const two = (await page(`?limit=2&cursor=${one.next}`)).body;
  expect([one.items.length, two.items.length, two.next]).toEqual([2, 1, null]);
  expect(two.items[0]).toMatchObject({
    type: 'alert.raised',
    webhookId: `msg_${first!.providerKey}`,
    state: 'sent',
    calls: [{ status: 500, answer: 'down' }, { status: 204 }],
    canSendAgain: true,
  });
  expect(JSON.stringify([one, two])).not.toContain('never shown');
  expect((await page('', bench.theirs)).status).toBe(404);

  const again = (delivery: string, as?: ClientId) =>
    ask(`/webhooks/${id}/deliveries/${encodeURIComponent(delivery)}/again`, {}, as);
  expect((await again(first!._id, bench.theirs)).status).toBe(404);
  // On its way already.
  expect((await again(one.items[0]!.id)).status).toBe(404);
  expect(bench.woken).not.toContain(bench.ours);
  expect((await again(first!._id)).status).toBe(202);
  expect((await again(first!._id)).status).toBe(404);
  expect(bench.woken).toContain(bench.ours);
  expect(await outbox().findOne({ _id: first!._id })).toMatchObject({
    state: 'queued',
    providerKey: first!.providerKey,
    tries: 0,
    endedAt: null,
    calls: [{ status: 500 }, { status: 204 }],
  });
});

test('that are removed end what went on with them, and say so; nobody is told that they are well', async () => {
  const { id } = await made();
  const other = await made({ name: 'Stock room' });
  const alerts = new Alerts(database.db, bench.ours);
  for (const [one, name] of [
    [id, 'ERP'],
    [other.id, 'Stock room'],
  ] as const)
    await alerts.trouble({
      connectionId: ConnectionId.parse(one),
      name,
      error: new Error('no answer'),
      kept: '',
    });
  expect((await ask(`/webhooks/${id}`, undefined, bench.ours, 'DELETE')).status).toBe(204);
  const { items } = (await ask('/alerts')).body as PageView<AlertRow>;
  const isOver = { ongoing: false, healedAt: expect.any(String), removed: true };
  expect(items.find(({ title }) => title.startsWith('ERP'))).toMatchObject(isOver);
  const goesOn = { ongoing: true, healedAt: null, removed: false };
  expect(items.find(({ title }) => title.startsWith('Stock room'))).toMatchObject(goesOn);
  const due = await database.db
    .collection('alerts')
    .countDocuments({ clientId: bench.ours, tell: { $ne: null } });
  expect(due).toBe(1);
});

test('that are removed get nothing more, and need nobody’s decision', async () => {
  const { id } = await made({ events: ['alert.raised'] });
  await tell('a');
  await tell('b');
  await outbox().updateOne({ connectionId: id as never, subject: 'Alert a' }, { $set: { state: 'dead' } });
  expect(await webhooks()).toMatchObject([{ waiting: 1, needsYou: 1 }]);
  expect((await ask(`/webhooks/${id}`, undefined, bench.theirs, 'DELETE')).status).toBe(404);
  expect((await ask(`/webhooks/${id}`, undefined, bench.ours, 'DELETE')).status).toBe(204);
  expect((await ask(`/webhooks/${id}`, undefined, bench.ours, 'DELETE')).status).toBe(404);
  expect(await webhooks()).toEqual([]);
  expect(await tell('c')).toBe(false);
  expect(await outbox().countDocuments({ connectionId: id as never, state: 'dropped' })).toBe(2);
});
