import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { Alerts } from '../alerts/alerts.ts';
import { ClientId, ConnectionId, OrderId, Sku } from '../ids.ts';
import { tellConflict } from '../orders/conflicts.ts';
import type { CapturedOrder } from '../orders/order.ts';
import type { OutboxDocument } from '../outbox/outbox-document.ts';
import { stockChangedBody } from '../stock/stock-changed.ts';
import { endpointsOf, HAPPENING_TYPES, type HappeningType } from './endpoint-document.ts';
import { orderChanged } from './happenings.ts';
import { forgetEndpoints, isToldOf, tellEndpoints } from './tell-endpoints.ts';
import { tellOfStock } from './tell-of-stock.ts';

let database: TestDatabase;
let clientId: ClientId;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(() => {
  clientId = ClientId.parse(`c-${randomUUID()}`);
});

async function endpoint(events: readonly HappeningType[], paused = false): Promise<ConnectionId> {
  const _id = ConnectionId.parse(`webhook-${randomUUID()}`);
  await endpointsOf(database.db, clientId).insertIfAbsent({
    _id,
    clientId,
    events,
    paused,
    secretSince: new Date(),
  });
  forgetEndpoints(database.db, clientId);
  return _id;
}
const messages = async () =>
  (
    await database.db.collection<OutboxDocument>('outbox').find({ clientId }).sort({ queuedAt: 1 }).toArray()
  ).map(({ connectionId, payload, state, effect }) => ({ connectionId, payload, state, effect }));
const alert = { key: 'k', level: 'warning', title: 'Low: Mug', text: 'Two left.', quietHours: 1 } as const;
const order = {
  orderId: OrderId.parse('shop/1'),
  connectionId: ConnectionId.parse('shop'),
  channel: 'shopify',
  externalId: '1',
  number: '#1',
  status: 'open',
  placedAt: new Date(0),
  updatedAt: new Date(1_000),
  total: { amount: 100, currency: 'GBP' },
  lines: [],
} as unknown as CapturedOrder;

test('each endpoint is told once of what it wants, and of nothing else', async () => {
  const [all, alerts] = [await endpoint(['alert.raised', 'order.changed']), await endpoint(['alert.raised'])];
  await endpoint(['alert.raised'], true);
  await endpoint([]);
  for (let n = 0; n < 3; n += 1) await new Alerts(database.db, clientId).raise(null, alert);
  const told = await messages();
  expect(new Set(told.map(({ connectionId }) => connectionId))).toEqual(new Set([all, alerts]));
  expect(told).toHaveLength(2);
  expect(told[0]).toMatchObject({
    effect: 'webhook',
    state: 'queued',
    payload: { type: 'alert.raised', data: { level: 'warning', title: 'Low: Mug', text: 'Two left.' } },
  });
  expect(await tellEndpoints(database.db, clientId, orderChanged(order))).toBe(true);
  expect(await tellEndpoints(database.db, clientId, orderChanged(order))).toBe(false);
  const later = { ...order, updatedAt: new Date(2_000) };
  expect(await tellEndpoints(database.db, clientId, orderChanged(later))).toBe(true);
  expect(await messages()).toHaveLength(4);
});

test('an alert whose raiser died before anybody was told is told when it is raised again', async () => {
  await new Alerts(database.db, clientId).raise(null, alert);
  const hook = await endpoint(['alert.raised']);
  expect(await new Alerts(database.db, clientId).raise(null, alert)).toBe('same');
  expect(await messages()).toMatchObject([{ connectionId: hook }]);
});

test('conflicts are told with what was wanted and what was there', async () => {
  await endpoint(['conflict.raised']);
  const story = {
    sku: Sku.parse('MUG'),
    title: 'Mug',
    orderId: order.orderId,
    orderNumber: '#1',
    connectionId: order.connectionId,
    lineId: '1',
    placedAt: new Date(),
    wanted: 2,
    availableThen: 1,
    winner: null,
    beyondPart: false,
    handedOver: false,
  };
  for (let n = 0; n < 2; n += 1) await tellConflict(database.db, clientId, 'x', story);
  expect(await messages()).toMatchObject([
    { payload: { type: 'conflict.raised', data: { conflict: { sku: 'MUG', wanted: 2, available: 1 } } } },
  ]);
});

test('stock is told of as the event says it, without our bookkeeping; what nobody wants is not even made', async () => {
  const level = {
    sku: 'MUG',
    title: 'Mug',
    onHand: 7,
    reserved: 1,
    available: 6,
    backordered: 0,
    version: 3,
  };
  const body = stockChangedBody({
    by: 'person',
    levels: [{ ...level, sku: Sku.parse('MUG'), byLocation: {}, taken: { shop: 4 }, quotas: { shop: 1 } }],
  });
  const event = { topic: 'stock.changed', id: 'event-1', body } as const;
  expect(await isToldOf(database.db, clientId, 'stock.changed')).toBe(false);
  expect(await tellOfStock(database.db, clientId, event)).toBe(false);
  await endpoint(['stock.changed']);
  expect(await isToldOf(database.db, clientId, 'stock.changed')).toBe(true);
  for (let n = 0; n < 2; n += 1) await tellOfStock(database.db, clientId, event);
  expect(await tellOfStock(database.db, clientId, { ...event, topic: 'order.changed' })).toBe(false);
  expect((await messages()).map(({ payload }) => payload)).toEqual([
    { type: 'stock.changed', data: { by: 'person', levels: [{ ...level, byLocation: {} }] } },
  ]);
});

test('every kind is told of in the guide for receivers', () => {
  const guide = readFileSync(join(import.meta.dirname, '../../docs/agencies/webhooks.md'), 'utf8');
  for (const type of HAPPENING_TYPES) expect(guide).toContain(`| \`${type}\` |`);
});
