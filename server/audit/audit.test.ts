import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { HOME_AGENCY } from '#runtime/ids.ts';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { type ApiBench, openApiBench } from '#test/server/api-bench.ts';
import { signInAs } from '#test/server/sign-in-as.ts';
import type { AuditRow } from '../api/views.ts';
import { hashPassword } from '../auth/password.ts';
import type { AuditEntry } from './audit-log.ts';
import { withoutSecrets } from './without-secrets.ts';

let database: TestDatabase;
let bench: ApiBench;
let owner: Awaited<ReturnType<typeof signInAs>>;

beforeAll(async () => {
  database = await openTestDatabase();
  bench = await openApiBench(database);
  owner = await signInAs(database, bench.auth, { role: 'owner' });
});
afterAll(async () => {
  await bench.close();
  await database.close();
});

const send = async (method: string, path: string, body?: object, headers: Record<string, string> = {}) => {
  const response = await fetch(`${bench.url}${path}`, {
    method,
    headers: {
      cookie: owner.cookie,
      'x-syncflow': 'page',
      'x-client': bench.ours,
      'content-type': 'application/json',
      'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
      ...headers,
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
};
const entriesOf = async (query = ''): Promise<AuditRow[]> =>
  JSON.parse((await send('GET', `/audit?limit=200${query}`)).text).items;
const newest = async (query = ''): Promise<AuditRow | undefined> => (await entriesOf(query))[0];

describe('an entry', () => {
  test('says who did what, when, from where, and what it was before and after', async () => {
    const beganAt = Date.now();
    const { headers } = await send('PATCH', `/clients/${bench.ours}`, { name: 'Harbour' });
    expect(await newest()).toMatchObject({
      by: 'Member (owner)',
      kind: 'person',
      action: 'patch /clients/:id',
      target: `/clients/${bench.ours}`,
      outcome: 'done',
      sent: { name: 'Harbour' },
      before: { name: `Client ${bench.ours}` },
      after: { name: 'Harbour' },
      device: 'Firefox on Linux',
      address: '127.0.0.1',
      requestId: headers.get('x-request-id'),
    });
    expect(Date.parse((await newest())?.at ?? '')).toBeGreaterThanOrEqual(beganAt - 1);
  });

  test('tells a removal, a refusal and a failure', async () => {
    const { person } = await signInAs(database, bench.auth, { role: 'viewer' });
    await send('DELETE', `/members/${person._id}`);
    expect(await newest()).toMatchObject({ before: { role: 'viewer' }, after: null, outcome: 'done' });
    expect((await send('DELETE', `/members/${person._id}`)).status).toBe(404);
    expect(await newest()).toMatchObject({ outcome: 'refused', reason: 'No such member', before: null });
  });

  test('of a key names the key; of a client’s data names the client', async () => {
    const made = JSON.parse(
      (await send('POST', '/keys', { name: 'Till', permissions: ['decide'], clients: null, days: null }))
        .text,
    );
    expect(JSON.stringify(await newest())).not.toContain(made.key);
    await send(
      'POST',
      '/stock/adjustments',
      { key: 'a', sku: 'NONE', change: 1 },
      { authorization: `Bearer ${made.key}`, cookie: '' },
    );
    expect(await newest()).toMatchObject({
      kind: 'key',
      by: 'Till',
      clientId: bench.ours,
      outcome: 'refused',
      sent: { sku: 'NONE' },
    });
  });

  test('tells who signed in, and who tried to', async () => {
    const { person } = await signInAs(database, bench.auth, { role: 'admin' });
    const password = await hashPassword('correct horse battery');
    await database.db.collection('people').updateOne({ email: person.email }, { $set: { password } });
    const nobody = { cookie: '' };
    await send('POST', '/signin', { email: person.email, password: 'correct horse battery' }, nobody);
    expect(await newest('&search=signin')).toMatchObject({ by: 'Member (admin)', outcome: 'done' });
    await send('POST', '/signin', { email: person.email, password: 'another one' }, nobody);
    await send('POST', '/signin', { email: 'nobody@example.test', password: 'another one' }, nobody);
    const tried = (await entriesOf('&search=signin')).filter(({ outcome }) => outcome === 'refused');
    expect(tried).toMatchObject([{ by: 'Member (admin)', reason: 'That was not right' }]);
    expect(JSON.stringify(await entriesOf())).not.toMatch(/correct horse|another one/);
  });

  test('is not changed by anything later, and what a dead process left stays as it began', async () => {
    const beginning = {
      agencyId: HOME_AGENCY,
      clientId: null,
      by: 'person:x:Xenia',
      action: 'post /x',
      summary: 'Does x',
      target: '/x',
      sent: null,
      before: null,
      address: '',
      device: '',
      requestId: '',
    };
    const id = await bench.auth.audit.begin(beginning);
    expect(await newest()).toMatchObject({ by: 'Xenia', outcome: 'begun' });
    await bench.auth.audit.end(id, { outcome: 'done', reason: null, after: 1 });
    await bench.auth.audit.end(id, { outcome: 'failed', reason: 'later', after: 2 });
    expect(await newest()).toMatchObject({ outcome: 'done', reason: null, after: 1 });
    const writes = bench.routes.filter(({ path, method }) => path.startsWith('/audit') && method !== 'get');
    expect(writes).toEqual([]);
  });
});

test('every route that changes something is in the log, but for those that say why not', () => {
  const silent = bench.routes.filter(({ method, audited }) => method !== 'get' && !audited);
  expect(silent.map(({ method, path }) => `${method} ${path}`).sort()).toEqual([
    'patch /wizards/:id',
    'post /account/totp/start',
    'post /connections/:id/checks',
    'post /flows/check',
    'post /invitations/look',
    'post /pipelines/:id/trials',
    'post /session/refresh',
    'post /stock/import-preview',
    'put /pipelines/:id/draft',
  ]);
});

test('bodies are kept without what opens something, whatever it is called', () => {
  expect(
    withoutSecrets({
      name: 'a',
      password: 'p',
      newPassword: 'p',
      apiKey: 'k',
      deep: [{ consumer_secret: 's', accessToken: 't', recovery: { codes: ['c'] } }],
      $where: 1,
      at: new Date(0),
    }),
  ).toEqual({
    name: 'a',
    password: '(hidden)',
    newPassword: '(hidden)',
    apiKey: '(hidden)',
    deep: [{ consumer_secret: '(hidden)', accessToken: '(hidden)', recovery: { codes: '(hidden)' } }],
    _where: 1,
    at: '1970-01-01T00:00:00.000Z',
  });
  expect(withoutSecrets('x'.repeat(9_000))).toEqual({ tooLong: '9002 characters' });
  let deep: object = {};
  for (let depth = 0; depth < 100; depth += 1) deep = { deep };
  expect(JSON.stringify(withoutSecrets(deep))).toContain('(deeper)');
});

describe('the log', () => {
  test('is searched by who, what, client and time, page after page', async () => {
    for (let n = 0; n < 5; n += 1) await send('PATCH', `/clients/${bench.theirs}`, { name: `Shop ${n}` });
    const found = JSON.parse((await send('GET', `/audit?search=${bench.theirs}&limit=3`)).text);
    expect(found.items.map(({ after }: AuditRow) => after)).toEqual(
      [4, 3, 2].map((n) => ({ name: `Shop ${n}` })),
    );
    const rest = JSON.parse(
      (await send('GET', `/audit?search=${bench.theirs}&limit=3&cursor=${found.next}`)).text,
    );
    expect(rest).toMatchObject({
      items: [{ after: { name: 'Shop 1' } }, { after: { name: 'Shop 0' } }],
      next: null,
    });
    expect(await entriesOf(`&client=${bench.theirs}`)).toEqual([]);
    expect((await entriesOf(`&client=${bench.ours}`)).length).toBeGreaterThan(0);
    expect(await entriesOf('&until=2020-01-01T00:00:00.000Z')).toEqual([]);
    expect((await entriesOf('&from=2020-01-01T00:00:00.000Z')).length).toBeGreaterThan(5);
    expect(await entriesOf('&search=.*')).toEqual([]);
  });

  test('is taken away as CSV in which no cell is a formula', async () => {
    await send('PATCH', `/clients/${bench.theirs}`, { name: '=HYPERLINK("http://evil.example")' });
    await database.db
      .collection<AuditEntry>('audit')
      .updateMany({ target: `/clients/${bench.theirs}` }, { $set: { by: 'person:x:=1+1' } });
    const { headers, text } = await send('GET', `/audit/export?search=${bench.theirs}`);
    expect(headers.get('content-type')).toContain('text/csv');
    expect(headers.get('content-disposition')).toContain('audit.csv');
    const rows = parse(text, { columns: true }) as Record<string, string>[];
    expect(rows).toHaveLength(6);
    expect(rows[0]).toMatchObject({ by: "'=1+1", action: 'patch /clients/:id', outcome: 'done' });
    for (const row of rows) for (const cell of Object.values(row)) expect(cell).not.toMatch(/^[=+@\t\r-]/);
  });

  test('is for those who manage the whole agency', async () => {
    for (const given of [{ role: 'operator' as const }, { role: 'admin' as const, clients: [bench.ours] }]) {
      const { cookie } = await signInAs(database, bench.auth, given);
      for (const path of ['/audit', '/audit/export'])
        expect((await send('GET', path, undefined, { cookie })).status).toBe(403);
    }
  });
});
