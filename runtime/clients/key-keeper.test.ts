/** Keys that run out: renewed by one process at a time, on disk before they are used, and anew after a new connection. */
import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { z } from 'zod';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { Rejected, Retryable } from '../errors.ts';
import { ClientId, ConnectionId } from '../ids.ts';
import type { Channel } from '../sync/channel.ts';
import { identityOf } from '../vault/envelope.ts';
import { Vault } from '../vault/vault.ts';
import { openLivingAccount } from './key-keeper.ts';

interface Secret {
  readonly token: number;
  readonly refresh: string;
  readonly dueAtMs: number;
}

let database: TestDatabase;
let renewals: Secret[];
let trouble: Error | null;
let takesMs: number;
const vault = new Vault(randomBytes(32));
const clientId = ClientId.parse('client-1');
let id: ConnectionId;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(() => {
  renewals = [];
  trouble = null;
  takesMs = 20;
  id = ConnectionId.parse(`shop-${randomUUID()}`);
});

/** Each refresh token is good for one use. */
const channel = {
  secret: z.object({ token: z.int(), refresh: z.string(), dueAtMs: z.int() }),
  renewal: {
    dueAt: ({ dueAtMs }: Secret) => new Date(dueAtMs),
    renew: async ({ secret }: { secret: Secret }) => {
      await new Promise((resolve) => setTimeout(resolve, takesMs));
      if (trouble) throw trouble;
      if (renewals.some(({ refresh }) => refresh === secret.refresh))
        throw new Rejected('spent', { fix: 'Connect again.' });
      renewals.push(secret);
      return { token: secret.token + 1, refresh: randomUUID(), dueAtMs: Date.now() + 3_600_000 };
    },
  },
} as unknown as Channel<Secret> as Channel;

const secretOf = (dueInMs: number, token = 1): Secret => ({
  token,
  refresh: randomUUID(),
  dueAtMs: Date.now() + dueInMs,
});
const connect = (secret: Secret) => ({
  _id: id,
  clientId,
  baseUrl: 'https://shop.example',
  secret: vault.seal(id, secret),
});
type Connected = ReturnType<typeof connect>;
/** As another process opens it. */
const open = (connection: Connected) => openLivingAccount(database.db, vault, channel, connection);
const fresh = async (account: ReturnType<typeof open>, refused?: unknown) =>
  (await account.fresh?.(refused)) as Secret;

test('keys that are good are used as they are', async () => {
  const secret = secretOf(60_000);
  expect(await fresh(open(connect(secret)))).toEqual(secret);
  expect(renewals).toEqual([]);
});

test('keys that are due are renewed once, by many processes at the same moment', async () => {
  const connection = connect(secretOf(-1));
  const accounts = Array.from({ length: 6 }, () => open(connection));
  const found = await Promise.all([...accounts, ...accounts].map((account) => fresh(account)));
  expect(new Set(found.map(({ token }) => token))).toEqual(new Set([2]));
  expect(renewals).toHaveLength(1);
  expect(await fresh(open(connection))).toMatchObject({ token: 2 });
});

test('keys that were refused before their time are renewed, unless another process has done so', async () => {
  const secret = secretOf(60_000);
  const connection = connect(secret);
  const [one, other] = [open(connection), open(connection)];
  await fresh(other);
  expect(await fresh(one, secret)).toMatchObject({ token: 2 });
  expect(await fresh(other, secret)).toMatchObject({ token: 2 });
  expect(renewals).toHaveLength(1);
});

test('a holder of the lock that died is waited for no longer than its lease', async () => {
  const connection = connect(secretOf(-1));
  const lease = { holder: 'dead', until: new Date(Date.now() + 300) };
  const of = identityOf(connection.secret);
  const keys = database.db.collection<{ _id: string }>('keys');
  await keys.insertOne({ _id: id, clientId, of, secret: connection.secret, lease, renewedAt: null } as never);
  const startedMs = Date.now();
  expect(await fresh(open(connection))).toMatchObject({ token: 2 });
  expect(Date.now() - startedMs).toBeGreaterThan(200);
});

test('while the far side is out of order, early keys are still used, and spent ones are not', async () => {
  const secret = secretOf(-1);
  const account = open(connect(secret));
  trouble = new Retryable('out of order');
  expect(await fresh(account)).toEqual(secret);
  await expect(fresh(account, secret)).rejects.toThrow('out of order');
  trouble = null;
  expect(await fresh(account, secret)).toMatchObject({ token: 2 });
});

test('what only a person can mend is said at once', async () => {
  trouble = new Rejected('taken away', { fix: 'Connect again.' });
  await expect(fresh(open(connect(secretOf(-1))))).rejects.toMatchObject({ fix: 'Connect again.' });
});

test('a connection that was made anew begins with its own keys', async () => {
  expect(await fresh(open(connect(secretOf(-1))))).toMatchObject({ token: 2 });
  const again = connect(secretOf(60_000, 50));
  expect(await fresh(open(again))).toMatchObject({ token: 50 });
  const due = connect(secretOf(-1, 70));
  expect(await fresh(open(due))).toMatchObject({ token: 71 });
});

test('nothing of it can be read without the master key', async () => {
  await fresh(open(connect(secretOf(-1))));
  const kept = await database.db.collection('keys').findOne({ clientId });
  expect(JSON.stringify(kept)).not.toMatch(/refresh"|dueAtMs/);
});

test('keys that were renewed stay valid when the master key is exchanged, and do not when a person connects anew', async () => {
  const connection = connect(secretOf(-1));
  expect(await fresh(open(connection))).toMatchObject({ token: 2 });
  const resealed = { ...connection, secret: vault.reseal(id, connection.secret) };
  expect(await fresh(open(resealed))).toMatchObject({ token: 2 });
  const anew = { ...connection, secret: vault.seal(id, secretOf(60_000)) };
  expect(await fresh(open(anew))).toMatchObject({ token: 1 });
  expect(renewals).toHaveLength(1);
});
