/**
 * Tokens that were never ours, that ended, that were made for something else, or are somebody else's: against every route
 * that is not open. Made from the route table.
 */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { SignJWT, UnsecuredJWT } from 'jose';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { type ApiBench, openApiBench } from '#test/server/api-bench.ts';
import { signInAs } from '#test/server/sign-in-as.ts';
import { makeAccessToken } from '../auth/access-token.ts';
import { makeRefreshToken } from '../auth/refresh-token.ts';
import { readSigningKeys, type SigningKeys } from '../auth/signing-key.ts';
import type { Route } from './route.ts';

jest.setTimeout(60_000);
let database: TestDatabase;
let bench: ApiBench;
let keys: SigningKeys;
let sessionId: string;
let right: string;
beforeAll(async () => {
  database = await openTestDatabase();
  bench = await openApiBench(database);
  keys = await readSigningKeys(database.db, bench.vault);
  const { person } = await signInAs(database, bench.auth, { role: 'owner', clients: null });
  const tokens = await bench.auth.sessions.open(person, { device: 'a test', address: '127.0.0.1' });
  ({ sessionId, access: right } = tokens);
});
afterAll(async () => {
  await bench.close();
  await database.close();
});

/** An access token that is right but for what is named. */
async function token({
  by = keys.access as Uint8Array,
  alg = 'HS256',
  sid = sessionId as unknown,
  audience = 'syncflow page',
  issuer = 'syncflow',
  ends = '5m' as string | null,
} = {}): Promise<string> {
  const jwt = new SignJWT({ sid })
    .setProtectedHeader({ alg, typ: 'JWT' })
    .setIssuer(issuer)
    .setAudience(audience);
  return await (ends === null ? jwt : jwt.setExpirationTime(ends)).sign(by);
}
const withHeader = (header: object, text: string) =>
  [Buffer.from(JSON.stringify(header)).toString('base64url'), ...text.split('.').slice(1)].join('.');

async function forged(): Promise<Readonly<Record<string, string>>> {
  const { person } = await signInAs(database, bench.auth, { role: 'owner' });
  const ended = await bench.auth.sessions.open(person, { device: 'a test', address: '127.0.0.1' });
  await bench.auth.sessions.end(ended.sessionId);
  const unsigned = new UnsecuredJWT({ sid: sessionId }).setIssuer('syncflow').setAudience('syncflow page');
  return {
    'signed by another key': await token({ by: randomBytes(32) }),
    'signed by the key of refresh tokens': await token({ by: keys.refresh }),
    'signed by nobody': unsigned.setExpirationTime('5m').encode(),
    'of alg none, with a signature': withHeader({ alg: 'none', typ: 'JWT' }, right),
    'of alg None, without one': `${withHeader({ alg: 'None' }, right).split('.').slice(0, 2).join('.')}.`,
    'of another algorithm': await token({ alg: 'HS512', by: Buffer.concat([keys.access, keys.access]) }),
    'of an algorithm with public keys': withHeader({ alg: 'RS256', jwk: { kty: 'oct', k: 'AAAA' } }, right),
    'with a key of its own': withHeader(
      { alg: 'HS256', kid: '../../dev/null' },
      await token({ by: new Uint8Array(32) }),
    ),
    expired: await makeAccessToken(keys.access, sessionId, new Date(Date.now() - 601_000)),
    endless: await token({ ends: null }),
    'for somebody else': await token({ audience: 'other' }),
    'by somebody else': await token({ issuer: 'other' }),
    'of no session': await token({ sid: 'abcdefghijklmnopqrstuvwx' }),
    'of an operator in the place of a session': await token({ sid: { $ne: null } }),
    'of a session that ended': ended.access,
    'with its payload changed': `${right.split('.')[0]}.${Buffer.from(JSON.stringify({ sid: 'x', exp: 9e9 })).toString('base64url')}.${right.split('.')[2]}`,
    'that is a refresh token': makeRefreshToken(keys.refresh, { sessionId, generation: 0 }),
    'cut off': right.slice(0, -4),
  };
}

let sender = 0;
/** Each from an address of its own: otherwise it is the limit of requests that refuses. */
async function call(route: Route, headers: Readonly<Record<string, string>>) {
  sender += 1;
  const response = await fetch(`${bench.url}${route.path.replaceAll(/:\w+/g, 'x')}`, {
    method: route.method.toUpperCase(),
    redirect: 'manual',
    headers: {
      'x-syncflow': 'page',
      'content-type': 'application/json',
      'x-client': bench.ours,
      'x-forwarded-for': `198.18.${(sender >> 8) % 256}.${sender % 256}`,
      ...headers,
    },
    ...(route.body && { body: '{}' }),
  });
  await response.arrayBuffer();
  return response.status;
}
const closed = () => bench.routes.filter(({ scope }) => scope !== 'open');
/** Every route is tried with one of the tokens, and every token with one route of each scope: all with all takes too long. */
function shareOf(index: number, many: number): Route[] {
  const scopes = new Map(closed().map((route) => [route.scope, route]));
  return [...new Set([...scopes.values(), ...closed().filter((_route, at) => at % many === index)])];
}

async function refused(what: string, routes: readonly Route[], headers: Readonly<Record<string, string>>) {
  const statuses = await Promise.all(routes.map((route) => call(route, headers)));
  for (const [index, status] of statuses.entries())
    expect({ what, route: routes[index]?.path, status }).toMatchObject({ status: 401 });
}

test('open nothing: no route answers anything but 401, and the right one is let in', async () => {
  const reading = closed().filter(({ path }) => ['/session', '/orders', '/keys'].includes(path));
  for (const route of reading.filter(({ method }) => method === 'get'))
    expect(await call(route, { cookie: `syncflow=${right}` })).not.toBe(401);
  const tokens = Object.entries(await forged());
  for (const [index, [what, text]] of tokens.entries()) {
    await refused(what, shareOf(index, tokens.length), { cookie: `syncflow=${text}` });
  }
});

test('are not taken where another kind belongs: a cookie for a key, a key in a cookie, access in the place of refresh', async () => {
  const { key } = await bench.auth.keys.make({
    agencyId: 'home' as never,
    clients: null,
    name: 'k',
    permissions: ['see'],
    createdBy: 'test',
    expiresAt: null,
  });
  const ended = await bench.auth.keys.make({
    agencyId: 'home' as never,
    clients: null,
    name: 'k',
    permissions: ['see'],
    createdBy: 'test',
    expiresAt: new Date(Date.now() - 1),
  });
  const [, id = '', secret = ''] = key.split('_');
  const refresh = makeRefreshToken(keys.refresh, { sessionId, generation: 0 });
  const wrong: readonly Readonly<Record<string, string>>[] = [
    { authorization: `Bearer ${right}` },
    { authorization: `Bearer ${refresh}` },
    { authorization: `Basic ${Buffer.from(`x:${key}`).toString('base64')}` },
    { authorization: `Bearer ${ended.key}` },
    { authorization: `Bearer sfk_${id}_${randomBytes(32).toString('base64url')}` },
    { authorization: `Bearer sfk_${ended.key.split('_')[1]}_${secret}` },
    { cookie: `syncflow=${key}` },
    { cookie: `syncflow-refresh=${right}` },
    { cookie: `__Host-syncflow=${right}` },
    // Who sends a key is nobody else, also when a right cookie comes with it.
    { authorization: 'Bearer sfk_wrong', cookie: `syncflow=${right}` },
  ];
  for (const [index, headers] of wrong.entries()) {
    await refused(JSON.stringify(headers), shareOf(index, wrong.length), headers);
  }
  const renew = bench.routes.find(({ path }) => path === '/session/refresh');
  if (!renew) throw new Error('there is no route that renews a session');
  for (const text of [
    right,
    key,
    '',
    makeRefreshToken(randomBytes(32), { sessionId, generation: 0 }),
    makeRefreshToken(keys.refresh, { sessionId, generation: 7 }),
    makeRefreshToken(keys.refresh, { sessionId: 'abcdefghijklmnopqrstuvwx', generation: 0 }),
    refresh.replace(/\.0\./, '.00.'),
  ])
    expect(await call(renew, { cookie: `syncflow-refresh=${text}` })).toBe(401);
});

test('that renew a session end it for both when they come a second time', async () => {
  const { person } = await signInAs(database, bench.auth, {});
  const tokens = await bench.auth.sessions.open(person, { device: 'a test', address: '127.0.0.1' });
  const [thief, rightful] = [bench.visitor(), bench.visitor()];
  for (const one of [thief, rightful])
    one.take([`syncflow=${tokens.access}; Path=/`, `syncflow-refresh=${tokens.refresh}; Path=/`]);
  // Twice, so that the first one is older than what two tabs at once explain.
  for (let turn = 0; turn < 2; turn += 1) expect((await thief.post('/session/refresh')).status).toBe(200);
  expect((await thief.get('/session')).status).toBe(200);
  const reused = await rightful.post('/session/refresh');
  expect(reused).toMatchObject({ status: 401, body: { title: 'Signed out for safety' } });
  expect((await thief.get('/session')).status).toBe(401);
  expect((await thief.post('/session/refresh')).status).toBe(401);
});
