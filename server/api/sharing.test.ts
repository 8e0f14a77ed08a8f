import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { ALL_CHANNELS } from '#nodes/all-channels.ts';
import { ALL_NODE_TYPES } from '#nodes/all-node-types.ts';
import { ALL_OUTSIDE_EFFECTS, ALL_SERVICES } from '#nodes/all-services.ts';
import { saveConnection } from '#runtime/clients/connection-model.ts';
import { ClientId, ConnectionId, MAIN_LOCATION, OrderId, Sku } from '#runtime/ids.ts';
import { Sharing } from '#runtime/sharing/sharing.ts';
import { StockLedger } from '#runtime/stock/ledger.ts';
import { recordDrift } from '#runtime/sync/drift.ts';
import { importListings } from '#runtime/sync/import-listings.ts';
import type { ListingDocument } from '#runtime/sync/listing-document.ts';
import { publish } from '#runtime/sync/publish.ts';
import { type PushTarget, pushBatch } from '#runtime/sync/push-batch.ts';
import { ScriptedShop } from '#runtime/sync/scripted-shop.ts';
import { SharingKeeper } from '#runtime/sync/sharing-keeper.ts';
import { Vault } from '#runtime/vault/vault.ts';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { NO_TRIALS } from '#test/server/no-trials.ts';
import { makeClients, signInAs } from '#test/server/sign-in-as.ts';
import { type Auth, openAuth } from '../auth/auth.ts';
import { openWeb, type Web } from '../web.ts';
import type { ConnectionView, ProblemView, SharingView, WhyView } from './views.ts';

const sku = Sku.parse('SKU-1');
const vault = new Vault(Buffer.alloc(32, 7));
const woken: string[] = [];
let database: TestDatabase;
let auth: Auth;
let web: Web;
let [ours, theirs]: ClientId[] = [];
let connectionId: ConnectionId;
let ledger: StockLedger;
let sharing: Sharing;
let keeper: SharingKeeper;
let shop: ScriptedShop;
let target: PushTarget;
let ask: <Body>(path: string, body?: object, as?: ClientId) => Promise<{ status: number; body: Body }>;

beforeAll(async () => {
  database = await openTestDatabase();
  auth = await openAuth(database, vault, false);
  web = await openWeb(
    {
      database,
      vault,
      auth,
      log: pino({ level: 'silent' }),
      types: ALL_NODE_TYPES,
      channels: ALL_CHANNELS,
      services: ALL_SERVICES,
      outsideEffects: ALL_OUTSIDE_EFFECTS,
      version: '0',
      publicUrl: () => 'https://sync.example',
      mail: null,
      pageDir: '.',
      host: '127.0.0.1',
      secure: false,
      wake: (clientId) => woken.push(clientId),
      reload: () => {},
      poll: () => {},
      trials: NO_TRIALS,
      prove: async () => {},
      accepted: () => {},
    },
    0,
  );
});
afterAll(async () => {
  await web.close();
  await database.close();
});

beforeEach(async () => {
  const { db } = database;
  [ours, theirs] = [ClientId.parse(`c-${randomUUID()}`), ClientId.parse(`c-${randomUUID()}`)];
  connectionId = ConnectionId.parse(`shop-${randomUUID()}`);
  const cookies = new Map<ClientId, string>();
  for (const client of [ours, theirs]) {
    await makeClients(database, [client]);
    cookies.set(client, (await signInAs(database, auth, { clients: [client] })).cookie);
  }
  ask = async (path, body, as = ours as ClientId) => {
    const response = await fetch(`http://127.0.0.1:${web.port}/api/v1${path}`, {
      headers: {
        cookie: cookies.get(as) ?? '',
        'x-syncflow': 'page',
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}),
    });
    return { status: response.status, body: (await response.json()) as never };
  };
  await saveConnection(database.models, {
    _id: connectionId,
    clientId: ours,
    name: 'Mugs & More',
    channel: 'shopify',
    baseUrl: 'http://127.0.0.1:9',
    sandbox: true,
    countingAuthority: false,
    secret: vault.seal(connectionId, {}),
    createdAt: new Date(),
  });
  ledger = new StockLedger(db, ours);
  sharing = await Sharing.open(db, ours);
  keeper = new SharingKeeper({ db, clientId: ours, ledger, sharing, pushes: () => {} });
  shop = new ScriptedShop(true);
  shop.counts.set('1', 10);
  const channel = { comparesAndSets: true, batchMax: 100 };
  const request = { db, clientId: ours, connectionId, channel, client: shop, ledger };
  await importListings({ ...request, countingAuthority: true });
  target = {
    ...request,
    settleMs: 50,
    countingAuthority: false,
    askPoll: () => {},
    adopted: () => {},
    confirmed: () => {},
  };
  await tell();
});

async function tell(): Promise<void> {
  const level = (await ledger.levels([sku])).get(sku);
  if (level)
    await publish(database.db, ours as ClientId, [{ level, buffer: 0, causedAt: new Date() }], sharing);
}
async function sell(units: number, order: string, by: ConnectionId | null): Promise<void> {
  await ledger.apply({
    kind: 'commit',
    key: randomUUID(),
    sku,
    location: MAIN_LOCATION,
    units,
    connectionId: by,
    cause: { by: 'order', orderId: OrderId.parse(`x:order:${order}`), orderNumber: `#${order}` },
  });
  await tell();
  await pushBatch(target);
}
const why = async (at?: Date) => {
  const query = new URLSearchParams({ listing: `${connectionId}/1`, ...(at && { at: at.toISOString() }) });
  return (await ask<WhyView>(`/stock/why?${query}`)).body;
};
const usual = { mode: 'shared', buffer: { kind: 'units', units: 3 }, caps: {}, hideBelow: 0 };

describe('the rules', () => {
  test('are plain at first, can be changed, and wake the client', async () => {
    const before = (await ask<SharingView>('/sharing')).body;
    expect(before).toMatchObject({ revision: 0, usual: { mode: 'shared', hideBelow: 0 }, exceptions: [] });
    const exceptions = [{ sku: 'SKU-1', rule: { hideBelow: 2 } }];
    const saved = await ask<SharingView>('/sharing', { seenRevision: 0, usual, exceptions });
    expect(saved).toMatchObject({ status: 200, body: { revision: 1, usual, exceptions } });
    expect(woken).toContain(ours);
    expect((await ask<SharingView>('/sharing', undefined, theirs)).body.revision).toBe(0);
  });

  test('with kits say of what they are made, and keep them when only the rules are changed', async () => {
    const kits = [{ sku: 'BOX', components: [{ sku: 'SKU-1', units: 2 }] }];
    await ask('/sharing', { seenRevision: 0, usual, exceptions: [], kits });
    const saved = await ask<SharingView>('/sharing', { seenRevision: 1, usual, exceptions: [] });
    expect(saved.body).toMatchObject({ revision: 2, kits });
    const nested = [...kits, { sku: 'CRATE', components: [{ sku: 'BOX', units: 1 }] }];
    const refused = await ask<ProblemView>('/sharing', {
      seenRevision: 2,
      usual,
      exceptions: [],
      kits: nested,
    });
    expect(refused).toMatchObject({ status: 400 });
    expect(refused.body.detail).toContain('the kit "CRATE"');
  });

  test('make the number of a kit from its components, and say so', async () => {
    const kits = [{ sku: 'SKU-1', components: [{ sku: 'PART', units: 3 }] }];
    await ledger.addSkus([{ sku: Sku.parse('PART'), title: 'Part' }]);
    const count = { kind: 'count', key: 'c', location: MAIN_LOCATION, quantity: 7, seenVersion: 0 } as const;
    await ledger.apply({ ...count, sku: Sku.parse('PART'), cause: { by: 'test' } });
    await ask('/sharing', { seenRevision: 0, usual, exceptions: [], kits });
    await keeper.keep();
    const view = await why();
    expect(view).toMatchObject({ desired: 0 });
    expect(view.steps[0]).toEqual({
      text: 'A kit: as many as its components allow (3 × PART, 7 left)',
      units: 2,
    });
  });

  test.each([
    ['a buffer of half a unit', { ...usual, buffer: { kind: 'units', units: 0.5 } }, 400],
    ['a mode that is none', { ...usual, mode: 'mine' }, 400],
    ['a channel of somebody else', { ...usual, caps: { elsewhere: 3 } }, 400],
  ])('with %s are refused, and nothing is changed', async (_what, wrong, status) => {
    const answer = await ask<ProblemView>('/sharing', { seenRevision: 0, usual: wrong, exceptions: [] });
    expect(answer.status).toBe(status);
    expect(answer.body.detail).toContain('Nothing was changed');
    expect((await ask<SharingView>('/sharing')).body.revision).toBe(0);
  });

  test('that somebody else changed meanwhile are not overwritten', async () => {
    await ask('/sharing', { seenRevision: 0, usual, exceptions: [] });
    const late = await ask<ProblemView>('/sharing', { seenRevision: 0, usual, exceptions: [] });
    expect(late.status).toBe(409);
    expect(late.body.detail).toContain('load them again');
  });
});

test('drift of the last day stands with its connection', async () => {
  const listing = await database.db
    .collection<ListingDocument>('listings')
    .findOne({ clientId: ours as ClientId });
  if (!listing) throw new Error('no listing');
  const drift = { listing, expected: 10, shown: 12, since: new Date() };
  for (let turn = 0; turn < 2; turn += 1) await recordDrift(database.db, drift, 'overwritten');
  const { body } = await ask<readonly ConnectionView[]>('/connections');
  expect(body).toMatchObject([{ id: connectionId, drifts: 1 }]);
});

describe('why a listing shows its number', () => {
  test('is said now: from the shelf over the buffer to the channel, and by which orders', async () => {
    await ask('/sharing', { seenRevision: 0, usual, exceptions: [] });
    await keeper.keep();
    await sell(2, '17', null);
    const view = await why();
    expect(view).toMatchObject({ past: false, shows: 5, desired: 5 });
    expect(view.sentence).toBe('Mugs & More shows 5: 8 available, 3 kept back.');
    expect(view.steps.map(({ units }) => units)).toEqual([8, 5]);
    expect(view.movements[0]).toMatchObject({ change: -2, availableAfter: 8, order: { number: '#17' } });
    expect(view.movements[1]).toMatchObject({ change: 10, availableAfter: 10, order: null });
  });

  test('is said for a past moment: with the stock, the rules and the push of then', async () => {
    await sell(1, '1', null);
    await wait(5);
    const first = new Date();
    await wait(5);
    await ask('/sharing', { seenRevision: 0, usual, exceptions: [] });
    await keeper.keep();
    await pushBatch(target);
    await wait(5);
    const second = new Date();
    await wait(5);
    shop.sell('1', 2);
    await sell(2, '2', connectionId);
    await ledger.drainAll();
    await wait(5);
    const third = new Date();
    await wait(5);
    await sell(3, '3', null);

    expect(await why(first)).toMatchObject({ past: true, shows: 9, desired: 9 });
    expect((await why(first)).sentence).toBe('Mugs & More showed 9: 9 available.');
    expect(await why(second)).toMatchObject({ shows: 6, desired: 6 });
    expect((await why(second)).sentence).toContain('3 kept back');
    const sold = await why(third);
    expect(sold).toMatchObject({ shows: 4, desired: 4 });
    expect(sold.notes.map(({ text }) => text).join()).toContain('sold 2 since');
    expect(sold.movements[0]).toMatchObject({ order: { number: '#2' }, availableAfter: 7 });
    expect(await why()).toMatchObject({ past: false, shows: 1, desired: 1 });
  });

  test('tells what waits and what is not explained', async () => {
    await sell(1, '1', null);
    shop.sell('1', 2);
    await sell(1, '2', null);
    const view = await why();
    expect(view.shows).toBe(6);
    expect(view.notes.some(({ text }) => text.includes('2 units fewer than its orders explain'))).toBe(true);
    expect(view.sentence).toContain('It should show 8.');
  });

  test('is told to nobody else, and what can’t be explained is said', async () => {
    const query = `/stock/why?listing=${encodeURIComponent(`${connectionId}/1`)}`;
    expect((await ask(query, undefined, theirs)).status).toBe(404);
    expect((await ask('/stock/why?listing=none')).status).toBe(404);
    expect((await ask('/stock/why?listing=none&at=yesterday')).status).toBe(400);
  });
});
