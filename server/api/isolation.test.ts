/**
 * Nobody reaches what is another's. Made from the route table, so that a new route can't be forgotten: every one is tried
 * without a session, by another agency, by another client's people and keys, and by a role that may not.
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { pino } from 'pino';
import { io } from 'socket.io-client';
import { ALL_NODE_TYPES } from '#nodes/all-node-types.ts';
import { ALL_SERVICES } from '#nodes/all-services.ts';
import { AgencyId, ClientId } from '#runtime/ids.ts';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { type ApiBench, openApiBench } from '#test/server/api-bench.ts';
import { makeClients, signInAs } from '#test/server/sign-in-as.ts';
import { type Permission, ROLE_PERMISSIONS } from '../auth/permissions.ts';
import { jobDefinitions } from '../start-jobs.ts';
import type { Route } from './route.ts';

const MARK = 'only-for-ours';
const ID = `${MARK}-1`;
const NOBODYS = 'there-is-none-1';
/** Everything of a client that lies in the database under an id by which a route could be asked for it. */
const COLLECTIONS = [
  'alerts',
  'conflicts',
  'connections',
  'consents',
  'drafts',
  'endpoints',
  'hook-addresses',
  'events',
  'executions',
  'imports',
  'listings',
  'movements',
  'orders',
  'outbox',
  'pipelines',
  'polls',
  'versions',
  'wizards',
];
/** Bodies that are right, so that nothing but the client stands in the way. Others are sent empty. */
const BODIES: Readonly<Record<string, object>> = {
  '/conflicts/:id/decisions': { choice: 'ignore', key: 'k' },
  '/listings/:id/decision': { kind: 'ignore' },
  '/outbox/:id/decision': { decision: 'drop' },
  '/alerts/:id/mute': { hours: 1 },
  '/dead-letters/retry': { ids: [ID] },
  '/connections/:id/look-back': { days: 1 },
  '/members/:id': { role: 'viewer', clients: null },
  '/clients/:id': { name: 'Theirs now' },
  '/clients/:id/runner': { runner: 'own' },
};

/** The same of an agency. */
const AGENCY_COLLECTIONS = ['people', 'api-keys', 'one-time-links', 'audit', 'clients', 'sessions'];

jest.setTimeout(60_000);
let database: TestDatabase;
let bench: ApiBench;
let stranger: string;
let home: AgencyId;
let elsewhere: AgencyId;

beforeAll(async () => {
  database = await openTestDatabase();
  bench = await openApiBench(database);
  elsewhere = AgencyId.parse(`a-${randomUUID()}`);
  await makeClients(database, [ClientId.parse(`c-${randomUUID()}`)], elsewhere);
  stranger = (await signInAs(database, bench.auth, { role: 'owner', agencyId: elsewhere })).cookie;
  for (const name of COLLECTIONS) {
    await database.db
      .collection<{ _id: string }>(name)
      .insertOne({ _id: ID, clientId: bench.ours, title: MARK, pipelineId: ID, version: 1 } as never);
  }
  home = AgencyId.parse('home');
  const { person } = await signInAs(database, bench.auth, { role: 'viewer' });
  const $set = { name: MARK };
  await database.db.collection<{ _id: string }>('people').updateOne({ _id: person._id }, { $set });
  const createdAt = new Date();
  for (const name of AGENCY_COLLECTIONS.filter((one) => one !== 'audit')) {
    const ours = { _id: ID, agencyId: home, name: MARK, email: `${MARK}-${name}@example.test`, createdAt };
    const as = { role: 'viewer', clients: null, kind: 'invitation', permissions: ['see'], title: MARK };
    const until = { expiresAt: new Date(Date.now() + 3_600_000), personId: ID, by: MARK, totp: null };
    await database.db.collection<{ _id: string }>(name).insertOne({ ...ours, ...as, ...until } as never);
  }
  await bench.auth.audit.note(
    {
      agencyId: home,
      clientId: bench.ours,
      by: `person:${ID}:${MARK}`,
      action: 'post /x',
      summary: MARK,
      target: MARK,
      sent: { title: MARK },
      before: null,
      address: '127.0.0.1',
      device: MARK,
      requestId: MARK,
    },
    { outcome: 'done', reason: null, after: null },
  );
});
afterAll(async () => {
  await bench.close();
  await database.close();
});

const call = async (route: Route, headers: Readonly<Record<string, string>>, id = ID) => {
  const path = route.path.replace(':version', '1').replace(/:\w+/g, id);
  const response = await fetch(`${bench.url}${path}`, {
    method: route.method.toUpperCase(),
    headers: { 'x-syncflow': 'page', 'content-type': 'application/json', ...headers },
    ...(route.body && { body: JSON.stringify(BODIES[route.path] ?? {}).replaceAll(ID, id) }),
  });
  return { route: `${route.method} ${route.path}`, status: response.status, text: await response.text() };
};
const routesOf = (...scopes: Route['scope'][]) => bench.routes.filter(({ scope }) => scopes.includes(scope));
const keyOf = async (clients: readonly ClientId[] | null, permissions: readonly Permission[]) => {
  const { key } = await bench.auth.keys.make({
    agencyId: AgencyId.parse('home'),
    clients,
    name: 'k',
    permissions,
    createdBy: 'test',
    expiresAt: null,
  });
  return { authorization: `Bearer ${key}` };
};
const everythingOfOurs = async () => {
  const all = await Promise.all(
    COLLECTIONS.map((name) => database.db.collection(name).find({ clientId: bench.ours }).toArray()),
  );
  return JSON.stringify(all);
};

describe('every route', () => {
  test('that is not open to everybody answers nothing without a session', async () => {
    const routes = routesOf('client', 'agency', 'person');
    expect(routes.length).toBeGreaterThan(70);
    for (const route of routes) expect(await call(route, {})).toMatchObject({ status: 401 });
  });

  test('over a client’s data knows no client of another agency, and none that is not one’s own', async () => {
    for (const route of routesOf('client')) {
      for (const cookie of [stranger, bench.cookieOf(bench.theirs)]) {
        const answer = await call(route, { cookie, 'x-client': bench.ours });
        expect(answer).toMatchObject({
          status: 404,
          text: expect.stringContaining('You have no client with this id'),
        });
      }
    }
  });

  test('asked by another client’s people with an id of ours finds nothing, says nothing, and changes nothing', async () => {
    const before = await everythingOfOurs();
    expect(before.match(new RegExp(MARK, 'g'))?.length).toBeGreaterThanOrEqual(COLLECTIONS.length);
    for (const route of routesOf('client')) {
      const { status, text, route: name } = await call(route, { cookie: bench.cookieOf(bench.theirs) });
      expect({ name, failed: status >= 500 }).toEqual({ name, failed: false });
      expect({ name, told: text.replaceAll(ID, '').includes(MARK) }).toEqual({ name, told: false });
      if (!route.path.includes(':id')) continue;
      // Word for word what is said of an id that nobody has.
      const nobodys = await call(route, { cookie: bench.cookieOf(bench.theirs) }, NOBODYS);
      expect({ name, status, text: text.replaceAll(ID, 'it') }).toEqual({
        name,
        status: nobodys.status,
        text: nobodys.text.replaceAll(NOBODYS, 'it'),
      });
    }
    expect(await everythingOfOurs()).toBe(before);
  });

  test('over what belongs to an agency shows another one nothing of it, and changes nothing', async () => {
    const all = async () => {
      const found = AGENCY_COLLECTIONS.map((name) =>
        database.db
          .collection(name)
          .find({ agencyId: home, by: { $ne: 'nobody' } })
          .sort({ _id: 1 })
          .toArray(),
      );
      return JSON.stringify(await Promise.all(found));
    };
    const before = await all();
    expect(before.match(new RegExp(MARK, 'g'))?.length).toBeGreaterThan(AGENCY_COLLECTIONS.length);
    const routes = routesOf('agency', 'person');
    expect(routes.some(({ path }) => path === '/audit/export')).toBe(true);
    for (const route of routes) {
      // Their own session is theirs to end; they are somebody else with each request.
      const { cookie } = await signInAs(database, bench.auth, { role: 'owner', agencyId: elsewhere });
      const { status, text, route: name } = await call(route, { cookie });
      expect({ name, failed: status >= 500 }).toEqual({ name, failed: false });
      expect({ name, told: text.replaceAll(ID, '').includes(MARK) }).toEqual({ name, told: false });
      if (route.path.includes(':id')) expect({ name, status }).toEqual({ name, status: 404 });
    }
    expect(await all()).toBe(before);
    // Otherwise nobody could see it, and this test says nothing.
    const { cookie } = await signInAs(database, bench.auth, { role: 'owner' });
    for (const path of ['/members', '/keys', '/invitations', '/clients', '/audit', '/audit/export']) {
      const route = routes.find((one) => one.method === 'get' && one.path === path) as Route;
      expect((await call(route, { cookie })).text).toContain(MARK);
    }
  });

  test('needs the permission that it names: of a person, and of a key', async () => {
    const merchant = (await signInAs(database, bench.auth, { role: 'merchant', clients: [bench.ours] }))
      .cookie;
    const bare = await keyOf([bench.ours], []);
    const foreign = await keyOf([bench.theirs], ['see', 'inspect', 'decide', 'connect', 'build', 'manage']);
    for (const route of routesOf('client', 'agency')) {
      expect(await call(route, bare)).toMatchObject({ status: 403 });
      if (route.may && !ROLE_PERMISSIONS.merchant.has(route.may))
        expect(await call(route, { cookie: merchant })).toMatchObject({ status: 403 });
      if (route.scope === 'agency') expect(await call(route, foreign)).toMatchObject({ status: 403 });
      else expect(await call(route, { ...foreign, 'x-client': bench.ours })).toMatchObject({ status: 404 });
    }
    for (const route of routesOf('person')) expect(await call(route, foreign)).toMatchObject({ status: 403 });
  });

  test('that changes something refuses what no page of ours sent', async () => {
    for (const route of routesOf('client', 'agency', 'person').filter(({ method }) => method !== 'get')) {
      const headers = { cookie: bench.cookieOf(bench.ours) };
      expect(await call(route, { ...headers, 'x-syncflow': '' })).toMatchObject({ status: 403 });
      expect(await call(route, { ...headers, 'sec-fetch-site': 'cross-site' })).toMatchObject({
        status: 403,
      });
    }
  });
});

describe('jobs', () => {
  test('of one client leave another’s data alone', async () => {
    const before = await everythingOfOurs();
    const touched: string[] = [];
    const definitions = jobDefinitions({
      database,
      types: ALL_NODE_TYPES,
      live: { changed: (client) => touched.push(client) },
      log: pino({ level: 'silent' }),
      wake: (client) => touched.push(client),
      reload: (client) => touched.push(client),
      services: ALL_SERVICES,
      publicUrl: () => 'https://sync.example',
    });
    expect(definitions.length).toBeGreaterThan(1);
    for (const { run } of definitions) await run(bench.theirs, async () => {});
    expect(await everythingOfOurs()).toBe(before);
    expect(new Set(touched)).toEqual(new Set([bench.theirs]));
  });
});

describe('live updates', () => {
  test('of every kind reach the client’s own people, and nobody else', async () => {
    const { close: _close, ...kinds } = bench.live;
    const listen = (client: ClientId) => {
      const heardHere: string[] = [];
      const socket = io(new URL(bench.url).origin, {
        extraHeaders: { cookie: bench.cookieOf(client) },
        // What nobody asked for gives nothing, whatever is said of it.
        auth: { client, room: `client:${bench.ours}`, clientId: bench.ours },
        transports: ['websocket'],
        reconnection: false,
      });
      socket.onAny((kind: string) => heardHere.push(kind));
      return { socket, heardHere, ready: once(socket as never, 'connect') };
    };
    const [ours, theirs] = [listen(bench.ours), listen(bench.theirs)];
    await Promise.all([ours.ready, theirs.ready]);
    theirs.socket.emit('join', `client:${bench.ours}`);
    for (const [kind, send] of Object.entries(kinds)) {
      // Some are left out where the line is busy: said until it is heard.
      for (let turn = 0; turn < 50 && !ours.heardHere.includes(kind); turn += 1) {
        send(bench.ours, { topics: ['orders'], counts: {} } as never);
        await wait(20);
      }
    }
    bench.live.changed(bench.theirs, { topics: ['stock'] });
    for (let turn = 0; turn < 100 && theirs.heardHere.length === 0; turn += 1) await wait(20);
    expect(new Set(ours.heardHere)).toEqual(new Set(Object.keys(kinds)));
    expect(theirs.heardHere).toEqual(['changed']);
    for (const { socket } of [ours, theirs]) socket.close();
  });

  test('of flows reach only those who may look at flows', async () => {
    const listen = async (cookie: string) => {
      const heardHere: string[] = [];
      const socket = io(new URL(bench.url).origin, {
        extraHeaders: { cookie },
        auth: { client: bench.ours },
        transports: ['websocket'],
        reconnection: false,
      });
      socket.onAny((kind: string) => heardHere.push(kind));
      await once(socket as never, 'connect');
      return { socket, heardHere };
    };
    const as = { role: 'merchant', clients: [bench.ours] } as const;
    const merchant = await listen((await signInAs(database, bench.auth, as)).cookie);
    const operator = await listen(bench.cookieOf(bench.ours));
    for (let turn = 0; turn < 50 && !operator.heardHere.includes('wires'); turn += 1) {
      bench.live.wires(bench.ours, { pipelineId: 'p', counts: { 'a:b:c': 1 } });
      await wait(20);
    }
    bench.live.changed(bench.ours, { topics: ['stock'] });
    for (let turn = 0; turn < 100 && merchant.heardHere.length === 0; turn += 1) await wait(20);
    expect(operator.heardHere).toContain('wires');
    expect(merchant.heardHere).toEqual(['changed']);
    for (const { socket } of [merchant, operator]) socket.close();
  });

  const heard = async (cookie: string, client: string | undefined) => {
    const socket = io(new URL(bench.url).origin, {
      extraHeaders: { cookie },
      auth: { ...(client && { client }) },
      transports: ['websocket'],
      reconnection: false,
    });
    const result = await new Promise<string>((resolve) => {
      socket.on('connect', () => resolve('let in'));
      socket.on('connect_error', ({ message }) => resolve(message));
    });
    socket.close();
    return result;
  };

  test('are heard by the client’s own people only', async () => {
    const { ours, theirs } = bench;
    expect(await heard(bench.cookieOf(ours), ours)).toBe('let in');
    expect(await heard('', ours)).toBe('sign in first');
    expect(await heard(bench.cookieOf(theirs), ours)).toBe('sign in first');
    expect(await heard(stranger, ours)).toBe('sign in first');
    expect(await heard(bench.cookieOf(ours), `${ours}' || 1`)).toBe('sign in first');
  });
});
