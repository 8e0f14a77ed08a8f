/**
 * Nobody reaches what is another's. Made from the route table, so that a new route can't be forgotten: every one is tried
 * without a session, by another agency, by another client's people and keys, and by a role that may not.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { io } from 'socket.io-client';
import { AgencyId, ClientId } from '#runtime/ids.ts';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { type ApiBench, openApiBench } from '#test/server/api-bench.ts';
import { makeClients, signInAs } from '#test/server/sign-in-as.ts';
import { type Permission, ROLE_PERMISSIONS } from '../auth/permissions.ts';
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
};

let database: TestDatabase;
let bench: ApiBench;
let stranger: string;

beforeAll(async () => {
  database = await openTestDatabase();
  bench = await openApiBench(database);
  const elsewhere = AgencyId.parse(`a-${randomUUID()}`);
  await makeClients(database, [ClientId.parse(`c-${randomUUID()}`)], elsewhere);
  stranger = (await signInAs(database, bench.auth, { role: 'owner', agencyId: elsewhere })).cookie;
  for (const name of COLLECTIONS) {
    await database.db
      .collection<{ _id: string }>(name)
      .insertOne({ _id: ID, clientId: bench.ours, title: MARK, pipelineId: ID, version: 1 } as never);
  }
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

describe('live updates', () => {
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
