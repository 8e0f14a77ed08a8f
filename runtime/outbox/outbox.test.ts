import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { InDoubt, Rejected, Retryable } from '../errors.ts';
import { ClientId, ConnectionId } from '../ids.ts';
import type { ChannelClient } from '../sync/channel.ts';
import { cancelOrder } from './cancel-order.ts';
import { enqueue, type OutboxMessage } from './enqueue.ts';
import type { OutboxDocument } from './outbox-document.ts';
import type { OutsideCall } from './outside-effect.ts';

const shop = ConnectionId.parse('shop');
let database: TestDatabase;
let clientId: ClientId;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(() => {
  clientId = ClientId.parse(`c-${randomUUID()}`);
});

const kept = () => database.db.collection<OutboxDocument>('outbox').find({ clientId }).toArray();
const message = (key: string, more: Partial<OutboxMessage> = {}): OutboxMessage => ({
  key,
  effect: 'cancel-order',
  connectionId: shop,
  subject: `Cancel order ${key}`,
  payload: { externalId: key },
  ...more,
});

test('the same key is kept once, for each client, however often and at whatever moment it is enqueued', async () => {
  const other = ClientId.parse(`c-${randomUUID()}`);
  const made = await Promise.all(
    Array.from({ length: 8 }, () => enqueue(database.db, clientId, message('1', { subject: 'first' }))),
  );
  expect(made.filter(Boolean)).toHaveLength(1);
  expect(await enqueue(database.db, clientId, message('1', { subject: 'second' }))).toBe(false);
  expect(await enqueue(database.db, other, message('1'))).toBe(true);
  expect(await kept()).toMatchObject([{ key: '1', subject: 'first', state: 'queued', tries: 0 }]);
});

function call(client: Partial<ChannelClient> | null): OutsideCall {
  const far = {
    connectionId: shop,
    type: 'shop',
    baseUrl: '',
    secret: {},
    client: client as ChannelClient | null,
  };
  const payload = cancelOrder.payload.parse({ externalId: '7' });
  return { payload, key: randomUUID(), queuedAt: new Date(), far, signal: new AbortController().signal };
}

test('cancelling an order: no answer is a doubt, a refusal for now is not, and a look tells', async () => {
  const failing = (error: Error) => cancelOrder.write(call({ cancelOrder: () => Promise.reject(error) }));
  await expect(failing(new Retryable('cut off'))).rejects.toBeInstanceOf(InDoubt);
  await expect(failing(new Retryable('slow down', { afterMs: 5 }))).rejects.toBeInstanceOf(Retryable);
  await expect(failing(new Rejected('no', { fix: 'x' }))).rejects.toBeInstanceOf(Rejected);
  await expect(cancelOrder.write(call({}))).rejects.toThrow("can't cancel orders");
  const look = (answer: boolean | null) => cancelOrder.probe?.(call({ isCancelled: async () => answer }));
  expect(await Promise.all([look(true), look(false), look(null)])).toEqual(['done', 'not-done', 'unknown']);
});
