/**
 * What an attacker sends to every route that reads something: made from the route table's own schemas, each body with one
 * field turned against us. Nothing but an answer of the 4xx, and nothing changed.
 */
import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { z } from 'zod';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { type ApiBench, openApiBench } from '#test/server/api-bench.ts';
import { signInAs } from '#test/server/sign-in-as.ts';
import type { Route } from './route.ts';

jest.setTimeout(60_000);
let database: TestDatabase;
let bench: ApiBench;
let owner: string;
beforeAll(async () => {
  database = await openTestDatabase();
  bench = await openApiBench(database);
  owner = (await signInAs(database, bench.auth, { role: 'owner', clients: null })).cookie;
});
afterAll(async () => {
  await bench.close();
  await database.close();
});

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
type Schema = {
  readonly type?: string;
  readonly const?: Json;
  readonly enum?: readonly Json[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly minimum?: number;
  readonly minLength?: number;
  readonly format?: string;
};

/** A body as the schema wants it, as far as the schema says it. */
function sampleOf(schema: Schema): Json {
  const { type, anyOf, oneOf, properties = {}, items, format } = schema;
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0] ?? null;
  const [first] = oneOf ?? anyOf ?? [];
  if (first) return sampleOf(first);
  switch (type) {
    case 'object':
      return Object.fromEntries(Object.entries(properties).map(([name, part]) => [name, sampleOf(part)]));
    case 'array':
      return items ? [sampleOf(items)] : [];
    case 'integer':
    case 'number':
      return Math.max(1, schema.minimum ?? 1);
    case 'boolean':
      return true;
    case 'string':
      return format === 'email' ? 'a@example.test' : 'x'.repeat(Math.max(1, schema.minLength ?? 1));
    default:
      return null;
  }
}

/** A body that the route would take, as far as one can be made of its schema. */
function wellFormed(route: Route): { readonly body: Json; readonly given: boolean } {
  if (!route.body) return { body: null, given: false };
  const body = sampleOf(z.toJSONSchema(route.body, { io: 'input', unrepresentable: 'any' }) as Schema);
  const isObject = typeof body === 'object' && body !== null && !Array.isArray(body);
  return { body, given: isObject && route.body.safeParse(body).success };
}

/** The same body with each of its strings and numbers in turn replaced. */
function* turned(body: Json, by: Json): Generator<Json> {
  if (typeof body === 'string' || typeof body === 'number') yield by;
  else if (Array.isArray(body)) {
    for (const [index, part] of body.entries())
      for (const other of turned(part, by)) yield body.with(index, other);
  } else if (body !== null && typeof body === 'object') {
    for (const [name, part] of Object.entries(body))
      for (const other of turned(part, by)) yield { ...body, [name]: other };
  }
}

const OPERATORS: readonly Json[] = [{ $gt: '' }, { $ne: null }, { $where: 'sleep(5000)' }, { $regex: '.*' }];
const NAMES = [
  '..%2f..%2fetc%2fpasswd',
  '%2e%2e%2f%2e%2e%2f',
  '%00',
  'a%0d%0aset-cookie:%20x=1',
  '%24where',
  '%7B%22%24gt%22%3A%22%22%7D',
  `${'a'.repeat(50)}!`,
  'x'.repeat(3_000),
  '%F0%9F%92%A9',
];

async function send(route: Route, path: string, body?: string, headers: Record<string, string> = {}) {
  const before = performance.now();
  const response = await fetch(`${bench.url}${path}`, {
    method: route.method.toUpperCase(),
    redirect: 'manual',
    headers: {
      cookie: owner,
      'x-syncflow': 'page',
      'x-client': bench.ours,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body }),
  });
  const text = await response.text();
  // 429 and what Express itself refuses are answered before a route is known; all else is as the document says.
  if (text.startsWith('{') && (response.headers.get('content-type') ?? '').includes('problem'))
    bench.check({
      method: route.method,
      path: address(route),
      status: response.status,
      body: JSON.parse(text),
    });
  const name = `${route.method} ${path.slice(0, 200)} ${(body ?? '').slice(0, 200)}`;
  return { name, status: response.status, text, headers: response.headers, ms: performance.now() - before };
}
const address = ({ path }: Route, part = 'x') => path.replaceAll(/:\w+/g, part);
/** Routes that end the tester's own session are tried by others. */
const withBody = () => bench.routes.filter(({ body }) => body !== null);
const refused = ({ name, status, text }: Awaited<ReturnType<typeof send>>) => {
  // 429 would say nothing of what was sent.
  expect({ name, refused: status >= 400 && status < 500 && status !== 429, status }).toEqual({
    name,
    refused: true,
    status,
  });
  expect(text).not.toMatch(/node_modules|\bat .+\.ts:\d+|MongoServerError/);
};

describe('a body', () => {
  test('with an operator of the database in any of its fields is not right', async () => {
    let tried = 0;
    let right = 0;
    for (const route of withBody()) {
      const { body, given } = wellFormed(route);
      right += given ? 1 : 0;
      for (const operator of OPERATORS) {
        for (const hostile of turned(body, operator)) {
          tried += 1;
          refused(await send(route, address(route), JSON.stringify(hostile)));
        }
      }
    }
    expect(tried).toBeGreaterThan(150);
    // Most samples are right but for the operator: so it is the operator that is refused.
    expect(right).toBeGreaterThan(withBody().length / 2);
  });

  test('that is no JSON, of the wrong kind, too deep, or too long is refused', async () => {
    const deep = `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`;
    for (const route of withBody()) {
      const path = address(route);
      refused(await send(route, path, '{"a":'));
      refused(await send(route, path, '[]'));
      refused(await send(route, path, 'null'));
      refused(await send(route, path, deep));
      refused(await send(route, path, 'a=1', { 'content-type': 'application/x-www-form-urlencoded' }));
      refused(await send(route, path, '{}', { 'content-encoding': 'gzip' }));
      refused(await send(route, path, Buffer.from([0xff, 0xfe, 0x7b]).toString('latin1')));
    }
    const [route] = withBody();
    if (route) refused(await send(route, address(route), JSON.stringify({ a: 'x'.repeat(1_100_000) })));
  });

  test('can’t reach what it does not name: a role, another client, a prototype', async () => {
    const more: Readonly<Record<string, Json>> = {
      ...{ role: 'owner', clientId: bench.theirs, agencyId: 'a', isAdmin: true, permissions: ['own'] },
      ...{ _id: 'x', createdBy: 'x', $set: { role: 'owner' }, constructor: { prototype: { admin: true } } },
    };
    let tried = 0;
    for (const route of withBody()) {
      const { body, given } = wellFormed(route);
      if (!given) continue;
      // Right in all else: it is what was added that is refused, and not left out in silence.
      const names = Object.keys(more).filter((name) => !(name in Object(body)));
      for (const name of names) {
        tried += 1;
        const answer = await send(
          route,
          address(route),
          JSON.stringify({ ...Object(body), [name]: more[name] }),
        );
        expect({ name: answer.name, status: answer.status, text: answer.text }).toEqual({
          name: answer.name,
          status: 400,
          text: expect.stringContaining('nrecognized key'),
        });
      }
      const proto = JSON.stringify(body).replace(/^{/, '{"__proto__":{"admin":true},');
      refused(await send(route, address(route), proto.replace(',}', '}')));
    }
    expect(tried).toBeGreaterThan(100);
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });
});

test('no route does what a foreign page, or a form in it, asks for', async () => {
  for (const route of bench.routes.filter(({ method }) => method !== 'get')) {
    const { body } = wellFormed(route);
    const text = route.body ? JSON.stringify(body) : undefined;
    for (const headers of [
      { 'x-syncflow': '' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      // Forms send these without asking our server first.
      { 'x-syncflow': '', 'content-type': 'text/plain' },
      { 'x-syncflow': '', 'content-type': 'application/x-www-form-urlencoded' },
    ]) {
      const { name, status } = await send(route, address(route), text, headers);
      expect({ name, status }).toEqual({ name, status: 403 });
    }
  }
});

test('names in an address that climb, break lines, or carry operators find nothing', async () => {
  for (const route of bench.routes.filter(({ path }) => path.includes(':'))) {
    for (const name of NAMES) {
      const answer = await send(route, address(route, name), route.body ? '{}' : undefined);
      // Whether a consent is known is an answer, too.
      if (!route.path.startsWith('/connections/consents/')) refused(answer);
      expect(answer.headers.get('set-cookie') ?? '').not.toContain('x=1');
      expect({ name: answer.name, slow: answer.ms > 2_000 }).toEqual({ name: answer.name, slow: false });
    }
  }
});

test('a query that says a thing twice, or nested, or with operators is read as text or refused', async () => {
  for (const route of bench.routes.filter(({ query, scope }) => query !== null && scope === 'client')) {
    for (const query of [
      'cursor[$gt]=',
      'limit[$ne]=1',
      'search[$regex]=.*',
      'limit=1&limit=2',
      'cursor=%00',
      'limit=1e9',
    ]) {
      const { name, status, text } = await send(route, `${address(route)}?${query}`);
      expect({ name, failed: status >= 500, text: status >= 500 ? text : '' }).toEqual({
        name,
        failed: false,
        text: '',
      });
    }
  }
});

test('strings that are bad for expressions are searched for in no time', async () => {
  const bad = [
    '(a+)+$',
    `${'a'.repeat(5_000)}!`,
    '^(([a-z])+.)+[A-Z]([a-z])+$',
    '\u0000',
    '\\',
    '.*.*.*.*.*x',
  ];
  for (const route of bench.routes.filter(
    ({ query }) => query !== null && 'search' in (query?.shape ?? {}),
  )) {
    for (const search of bad) {
      const { name, status, ms } = await send(
        route,
        `${address(route)}?search=${encodeURIComponent(search)}`,
      );
      expect({ name, fine: status < 500 && ms < 2_000 }).toEqual({ name, fine: true });
    }
  }
});

test('a header with a line break never leaves, and one of another host opens nothing', async () => {
  const { port } = new URL(bench.url);
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const asked = httpRequest(
      { port, host: '127.0.0.1', path: '/api/v1/orders', headers: { host: 'evil.example', 'x-client': 'a' } },
      (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      },
    );
    asked.on('error', reject);
    asked.end();
  });
  expect(status).toBe(401);
});
