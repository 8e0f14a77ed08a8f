import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { InDoubt, Rejected, Retryable } from '#runtime/errors.ts';
import { ClientId, ConnectionId } from '#runtime/ids.ts';
import { ConnectionGate } from '#runtime/limits/connection-gate.ts';
import { enqueue } from '#runtime/outbox/enqueue.ts';
import type { OutboxDocument } from '#runtime/outbox/outbox-document.ts';
import type { OutsideCall } from '#runtime/outbox/outside-effect.ts';
import { Sender } from '#runtime/outbox/sender.ts';
import { writtenDown } from '#test/contracts/written-down.ts';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { ALL_OUTSIDE_EFFECTS } from '../all-services.ts';
import { openWebhookReceiver, type WebhookReceiver } from './receiver.ts';
import { sendWebhook } from './send-webhook.ts';
import { isSigned, signedHeaders } from './standard-signature.ts';
import { beginningOf } from './webhook-answer.ts';
import { newWebhookSecret, WebhookSecret, WebhookUrl, withNewSecret } from './webhook-service.ts';

const connectionId = ConnectionId.parse('hook');
const secret = newWebhookSecret();
const webhook = ALL_OUTSIDE_EFFECTS.get('webhook')!;
let receiver: WebhookReceiver;
let database: TestDatabase;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  receiver = await openWebhookReceiver(secret);
});
afterEach(() => receiver.close());

const far = (url = receiver.url, signedWith = secret) => ({
  connectionId,
  type: 'webhook',
  baseUrl: new URL(url).origin,
  secret: { url, secret: signedWith },
  client: null,
});
const call = (more: Partial<OutsideCall> = {}): OutsideCall => ({
  payload: { type: 'alert.raised', data: { title: 'Low: Mug é', nested: { a: [1] } } },
  key: randomUUID(),
  queuedAt: new Date('2026-11-27T10:00:00Z'),
  far: far(),
  observe: () => {},
  signal: new AbortController().signal,
  ...more,
});

test('signs as the convention wants it: the vector of its own libraries, and nothing else', () => {
  const key = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  const at = new Date(1_614_265_330_000);
  const body = '{"test": 2432232314}';
  const headers = signedHeaders([key], 'msg_p5jXN8AQM9LWM0D4loKWxJek', at, body);
  expect(headers['webhook-signature']).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  expect(isSigned(key, headers, body, at)).toBe(true);
  const old = { ...headers, 'webhook-signature': `v1,AAAA v2,x ${headers['webhook-signature']}` };
  expect(isSigned(key, old, body, at)).toBe(true);
  for (const wrong of [
    isSigned(key, headers, `${body} `, at),
    isSigned(newWebhookSecret(), headers, body, at),
    isSigned(key, { ...headers, 'webhook-id': 'msg_2' }, body, at),
    isSigned(key, { ...headers, 'webhook-signature': '' }, body, at),
    isSigned(key, { ...headers, 'webhook-timestamp': 'now' }, body, at),
    isSigned(key, headers, body, new Date(at.getTime() + 301_000)),
    isSigned(key, headers, body, new Date(at.getTime() - 301_000)),
  ])
    expect(wrong).toBe(false);
});

describe('a webhook', () => {
  test('arrives signed, with the same id at every try, and says what it is about', async () => {
    const once = call();
    const { receipt } = await webhook.write(once);
    await webhook.write(once);
    expect(receiver.received.map(({ id }) => id)).toEqual([receipt, receipt]);
    expect(receiver.received[0]?.body).toEqual({
      type: 'alert.raised',
      timestamp: '2026-11-27T10:00:00.000Z',
      data: { title: 'Low: Mug é', nested: { a: [1] } },
    });
  });

  test('is signed by the secret before too, for a day after a new one was made', async () => {
    const next = withNewSecret({ url: receiver.url, secret });
    expect(next.secret).not.toBe(secret);
    await webhook.write(call({ far: { ...far(), secret: next } }));
    const signedByNew = await openWebhookReceiver(next.secret);
    await webhook.write(call({ far: { ...far(), secret: { ...next, url: signedByNew.url } } }));
    expect([receiver.received.length, signedByNew.received.length]).toEqual([1, 1]);
    await signedByNew.close();
    const yesterday = withNewSecret({ url: receiver.url, secret }, new Date(Date.now() - 86_400_001));
    await expect(webhook.write(call({ far: { ...far(), secret: yesterday } }))).rejects.toThrow('401');
  });

  test('that is signed with another secret is not believed', async () => {
    await expect(webhook.write(call({ far: far(receiver.url, newWebhookSecret()) }))).rejects.toThrow('401');
    expect([receiver.received.length, receiver.refused]).toEqual([0, 1]);
  });

  test.each([
    [{ status: 410 }, Rejected, undefined],
    [{ status: 413 }, Rejected, undefined],
    [{ status: 302, headers: { location: 'http://169.254.169.254/' } }, Rejected, undefined],
    [{ status: 404 }, Retryable, undefined],
    [{ status: 500 }, Retryable, undefined],
    [{ status: 429, headers: { 'retry-after': '7' } }, Retryable, 7_000],
    ['no answer', InDoubt, undefined],
  ] as const)('answered with %j throws what follows from it', async (answer, kind, afterMs) => {
    receiver.misbehave([answer as never]);
    const statuses: number[] = [];
    const error = await webhook
      .write(call({ observe: ({ status }) => statuses.push(status) }))
      .catch((e) => e);
    expect(error).toBeInstanceOf(kind);
    expect(error.afterMs).toBe(afterMs);
    expect(statuses).toEqual([answer === 'no answer' ? 0 : answer.status]);
    expect(String(error.message)).not.toContain('/hook');
  });

  test('shows how its answer began, without what is secret in its address', async () => {
    const url = new URL('https://hooks.example/in/a-long-part?key=of-the%20receiver');
    const answer = (text: string) => beginningOf(new Response(text), url);
    expect(await answer('')).toBe('');
    expect(await answer('Cannot\n\tPOST\u0000 x')).toBe('Cannot POST x');
    expect(await answer(`no ${url.pathname}${url.search}, no "of-the receiver"`)).toBe('no /in/…?…, no "…"');
    expect((await answer('x'.repeat(5_000))).length).toBe(300);
  });

  test('to an address where nobody listens surely did not arrive', async () => {
    const gone = await openWebhookReceiver(secret);
    await gone.close();
    await expect(webhook.write(call({ far: far(gone.url) }))).rejects.toBeInstanceOf(Retryable);
  });

  test.each([
    ['https://hooks.example/a?key=1', true],
    ['http://127.0.0.1:8080/', true],
    ['http://hooks.example/', false],
    ['https://user:pass@hooks.example/', false],
    ['ftp://hooks.example/', false],
    ['http://127.0.0.1.evil.example/', false],
  ])('may be sent to %s: %j', (url, allowed) => {
    expect(WebhookUrl.safeParse(url).success).toBe(allowed);
    expect(WebhookSecret.safeParse({ url, secret }).success).toBe(allowed);
  });
});

test('from the outbox: down, busy, silent and well again, each message is taken, and a repetition is known by its id', async () => {
  const clientId = ClientId.parse(`c-${randomUUID()}`);
  const gate = new ConnectionGate({
    changed: () => {},
    resumed: () => sender.wake(),
    breaker: { lookMsFirst: 20, lookMsMax: 50 },
  });
  const sender = new Sender({
    db: database.db,
    clientId,
    runner: 'r',
    effects: ALL_OUTSIDE_EFFECTS,
    farOf: () => far(),
    gateOf: () => gate,
    closed: () => (gate.closedForMs > 0 ? [connectionId] : []),
    moved: () => {},
    retry: { triesMax: 50, firstDelayMs: 10, factor: 1, delayMsMax: 10 },
    pollMs: 10,
  });
  receiver.misbehave(['no answer', { status: 500 }, { status: 429, headers: { 'retry-after': '0' } }]);
  receiver.misbehave([{ status: 503 }, 'no answer', { status: 500 }, { status: 500 }, { status: 500 }]);
  const messages = 20;
  for (let n = 0; n < messages; n += 1) {
    await enqueue(database.db, clientId, {
      key: `m${n}`,
      effect: 'webhook',
      connectionId,
      subject: 'Webhook',
      payload: { type: 'test', data: { n } },
    });
  }
  await sender.start();
  const outbox = database.db.collection<OutboxDocument>('outbox');
  for (let turn = 0; turn < 500; turn += 1) {
    if ((await outbox.countDocuments({ clientId, state: 'sent' })) === messages) break;
    await wait(10);
  }
  await sender.stop();
  gate.stop();
  const kept = await outbox.find({ clientId, 'calls.status': { $gte: 300 } }).toArray();
  // A try that failed, and the one after it.
  expect(kept.map(({ calls = [] }) => calls.at(-1)?.status)).toEqual(kept.map(() => 204));
  expect(kept.flatMap(({ calls = [] }) => calls.map(({ status }) => status)).filter((s) => s >= 300)).toEqual(
    expect.arrayContaining([500, 429, 503, 500, 500, 500]),
  );
  const ids = receiver.received.map(({ id }) => id);
  const numbers = new Map(receiver.received.map(({ id, body }) => [id, (body.data as { n: number }).n]));
  expect([...numbers.values()].sort((a, b) => a - b)).toEqual(Array.from({ length: messages }, (_, n) => n));
  expect(ids.length).toBeGreaterThan(messages);
  expect(ids.length - new Set(ids).size).toBeLessThanOrEqual(2);
});

test('the node writes each item down once, and sends nowhere until a connection is chosen', async () => {
  const { sent, context } = writtenDown();
  await sendWebhook.run({ sku: 'MUG' }, {}, context);
  expect(sent).toEqual([]);
  await sendWebhook.run({ sku: 'MUG' }, { connection: 'hook', eventType: 'stock.low' }, context);
  expect(sent).toMatchObject([
    { key: 'e:p:n:0', connectionId, effect: 'webhook', payload: { type: 'stock.low', data: { sku: 'MUG' } } },
  ]);
  await expect(sendWebhook.run({}, { connection: 'hook', eventType: '; drop' }, context)).rejects.toThrow();
});
