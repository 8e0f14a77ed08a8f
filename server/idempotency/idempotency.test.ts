import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { ClientId, HOME_AGENCY } from '#runtime/ids.ts';
import { Vault } from '#runtime/vault/vault.ts';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { type ApiBench, openApiBench } from '#test/server/api-bench.ts';
import { signInAs } from '#test/server/sign-in-as.ts';
import { Problem } from '../problem.ts';
import { Idempotency, type Write } from './idempotency.ts';

let database: TestDatabase;
let bench: ApiBench;
let owner: string;
let idempotency: Idempotency;
let count = 0;
let key = '';

beforeAll(async () => {
  database = await openTestDatabase();
  bench = await openApiBench(database);
  owner = (await signInAs(database, bench.auth, { role: 'owner' })).cookie;
  idempotency = new Idempotency(database.db, new Vault(randomBytes(32)));
});
afterAll(async () => {
  await bench.close();
  await database.close();
});
beforeEach(() => {
  count += 1;
  key = `key-${count}`;
});

const client = ClientId.parse('c');
const write: Write = { agencyId: HOME_AGENCY, clientId: client, by: 'a', action: 'post /x', body: { a: 1 } };
const send = async (path: string, body: object, headers: Record<string, string> = {}) => {
  const response = await fetch(`${bench.url}${path}`, {
    method: 'POST',
    headers: {
      cookie: owner,
      'x-syncflow': 'page',
      'x-client': bench.ours,
      'content-type': 'application/json',
      'idempotency-key': key,
      ...headers,
    },
    body: JSON.stringify(body),
  });
  const replayed = response.headers.get('idempotent-replayed');
  return { status: response.status, replayed, body: (await response.json()) as Record<string, unknown> };
};
const clients = async () => await database.db.collection('clients').countDocuments();

test('a write that is sent again is done once, and answered the same, also when it shows a secret', async () => {
  const before = await clients();
  const first = await send('/clients', { name: 'Once' });
  expect(first).toMatchObject({ status: 201, replayed: null, body: { name: 'Once' } });
  expect(await send('/clients', { name: 'Once' })).toEqual({ ...first, replayed: 'true' });
  expect(await clients()).toBe(before + 1);

  key = 'another';
  const wanted = { name: 'Till', permissions: ['see'], clients: null, days: null };
  const made = await send('/keys', wanted);
  expect(await send('/keys', wanted)).toMatchObject({ body: made.body });
  expect(await database.db.collection('api-keys').countDocuments({ name: 'Till' })).toBe(1);
  const kept = await database.db.collection('idempotency').find({}).toArray();
  expect(kept.length).toBeGreaterThanOrEqual(2);
  // Neither the key nor the answer lies open in the database.
  for (const one of kept)
    expect(`${JSON.stringify(one)} ${Buffer.from(one.answer.value()).toString('latin1')}`).not.toMatch(
      /sfk_|another/,
    );
});

test('of ten at once one is done; the others are told so, or get its answer', async () => {
  const before = await clients();
  const answers = await Promise.all(Array.from({ length: 10 }, () => send('/clients', { name: 'Ten' })));
  expect(await clients()).toBe(before + 1);
  for (const { status } of answers) expect([201, 409]).toContain(status);
  expect(answers.filter(({ status, replayed }) => status === 201 && replayed === null)).toHaveLength(1);
});

test('a key stands for one request of one sender: another body is refused, another client has its own', async () => {
  await send('/clients', { name: 'A' });
  expect(await send('/clients', { name: 'B' })).toMatchObject({ status: 422 });
  let done = 0;
  const work = async () => {
    done += 1;
    return done;
  };
  await idempotency.once(key, write, work);
  expect(await idempotency.once(key, { ...write, clientId: null }, work)).toMatchObject({ answer: 2 });
  expect(await idempotency.once(key, { ...write, by: 'b' }, work)).toMatchObject({ answer: 3 });
  await expect(idempotency.once(key, { ...write, action: 'post /y' }, work)).rejects.toMatchObject({
    status: 422,
  });
  expect(done).toBe(3);
});

test('a refusal may be sent again; what broke off is not done a second time', async () => {
  const refuse = async () => {
    throw new Problem(409, 'Not now', 'Later.');
  };
  await expect(idempotency.once(key, write, refuse)).rejects.toThrow('Later.');
  expect(await idempotency.once(key, write, async () => 'done')).toEqual({ answer: 'done', replayed: false });

  key = 'broken';
  const fail = async () => {
    throw new Error('the database is away');
  };
  await expect(idempotency.once(key, write, fail)).rejects.toThrow('away');
  await expect(idempotency.once(key, write, async () => 'twice')).rejects.toMatchObject({ status: 409 });

  key = 'died';
  await new Promise<void>((begun) => {
    void idempotency.once(key, write, async () => {
      begun();
      return await new Promise<never>(() => {});
    });
  });
  await expect(idempotency.once(key, write, async () => 'twice')).rejects.toThrow('being worked on');
  await database.db
    .collection('idempotency')
    .updateMany({ answer: { $exists: false } }, { $set: { startedAt: new Date(0) } });
  await expect(idempotency.once(key, write, async () => 'twice')).rejects.toMatchObject({
    title: 'The first try broke off',
  });
});

test('what is no key is refused', async () => {
  expect(await send('/clients', { name: 'A' }, { 'idempotency-key': 'x'.repeat(201) })).toMatchObject({
    status: 400,
  });
  expect(await send('/clients', { name: 'A' }, { 'idempotency-key': 'é'.normalize() })).toMatchObject({
    status: 400,
  });
});
