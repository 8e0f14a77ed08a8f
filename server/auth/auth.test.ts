import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SignJWT, UnsecuredJWT } from 'jose';
import { Vault } from '#runtime/vault/vault.ts';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { signInAs } from '#test/server/sign-in-as.ts';
import { makeAccessToken, readAccessToken } from './access-token.ts';
import { Attempts, countedFor } from './attempts.ts';
import { type Auth, openAuth } from './auth.ts';
import { deviceWords } from './device-words.ts';
import { hashPassword, isOfToday, isPassword, NewPassword } from './password.ts';
import { makeRefreshToken, readRefreshToken } from './refresh-token.ts';
import type { SessionDocument } from './sessions.ts';
import { networkOf } from './sign-in.ts';
import { readSigningKeys } from './signing-key.ts';
import { codeAt, hashOfRecoveryCode, newRecoveryCodes, newTotp, stepOfCode } from './totp.ts';

const vault = new Vault(Buffer.alloc(32, 7));
const here = { device: 'a test', address: '127.0.0.1' };
let database: TestDatabase;
let auth: Auth;

beforeAll(async () => {
  database = await openTestDatabase();
  auth = await openAuth(database, vault, true);
});
afterAll(() => database.close());

describe('passwords', () => {
  test('are known again, however their letters were typed, and nothing else is', async () => {
    const kept = await hashPassword('Caf\u00e9 at the harbour');
    expect(kept).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(await isPassword('Cafe\u0301 at the harbour', kept)).toBe(true);
    expect(await isPassword('cafe at the harbour', kept)).toBe(false);
    expect(await isPassword('', null)).toBe(false);
    expect(isOfToday(kept)).toBe(true);
    expect(isOfToday(kept.replace('m=19456', 'm=4096'))).toBe(false);
  });

  test('of an earlier cost are still known', async () => {
    // Made by the reference implementation: argon2 somesalt -id -t 2 -k 256 -p 1 -l 24 <<< password
    const old = '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4';
    expect(await isPassword('password', old)).toBe(true);
  });

  test.each([
    ['short', 'eleven char'],
    ['long', 'ab cd ef '.repeat(30)],
    ['the same letter', 'aaaaaaaaaaaaaaaa'],
  ])('that are %s are refused', (_what, text) => {
    expect(NewPassword.safeParse(text).success).toBe(false);
  });
});

describe('access tokens', () => {
  const key = randomBytes(32);
  const signed = (claims: object, { alg = 'HS256', by = key as Uint8Array } = {}) =>
    new SignJWT({ sid: 's', ...claims })
      .setProtectedHeader({ alg })
      .setIssuer('syncflow')
      .setAudience('syncflow page')
      .setExpirationTime('5m')
      .sign(by);

  test('name their session until they end', async () => {
    expect(await readAccessToken(key, await makeAccessToken(key, 'session-1'))).toBe('session-1');
    const old = await makeAccessToken(key, 's', new Date(Date.now() - 601_000));
    expect(await readAccessToken(key, old)).toBeNull();
    expect(await readAccessToken(key, old, 60)).toBe('s');
    expect(await readAccessToken(key, old, 0.5)).toBeNull();
  });

  test('of another key, algorithm, audience, or without an end, are none', async () => {
    const none = new UnsecuredJWT({ sid: 's' }).setIssuer('syncflow').setAudience('syncflow page');
    const forged = [
      await signed({}, { by: randomBytes(32) }),
      await signed({}, { alg: 'HS512', by: Buffer.concat([key, key]) }),
      await signed({ sid: 7 }),
      none.setExpirationTime('5m').encode(),
      await new SignJWT({ sid: 's' }).setProtectedHeader({ alg: 'HS256' }).setIssuer('syncflow').sign(key),
      (await makeAccessToken(key, 's')).slice(0, -2),
      '',
      'a.b.c',
    ];
    expect(await readAccessToken(key, await signed({}))).toBe('s');
    for (const token of forged) expect(await readAccessToken(key, token)).toBeNull();
  });
});

describe('refresh tokens', () => {
  const key = randomBytes(32);
  const token = { sessionId: 'abcdefghijklmnopqrstuvwx', generation: 4 };

  test('are read as they were made, and as nothing else', () => {
    const text = makeRefreshToken(key, token);
    expect(readRefreshToken(key, text)).toEqual(token);
    expect(readRefreshToken(randomBytes(32), text)).toBeNull();
    expect(readRefreshToken(key, text.replace('.4.', '.5.'))).toBeNull();
    expect(readRefreshToken(key, `${text}x`)).toBeNull();
  });
});

describe('sessions', () => {
  test('are refreshed by a token that works once; who uses an old one ends the session for both', async () => {
    const { person } = await signInAs(database, auth, { role: 'admin' });
    const first = await auth.sessions.open(person, here);
    expect(await auth.sessions.ofAccessToken(first.access)).toMatchObject({
      personId: person._id,
      kind: 'person',
    });
    const second = await auth.sessions.refresh(first.refresh, here);
    if (typeof second === 'string' || 'reused' in second) throw new Error('not refreshed');
    expect(second.refresh).not.toBe(first.refresh);
    // Two tabs at once, or an answer that was lost: the very same successor.
    expect(await auth.sessions.refresh(first.refresh, here)).toMatchObject({ refresh: second.refresh });
    const third = await auth.sessions.refresh(second.refresh, here);
    expect(third).toHaveProperty('refresh');
    const ended: string[] = [];
    auth.sessions.onEnd = (id) => ended.push(id);
    expect(await auth.sessions.refresh(first.refresh, here)).toMatchObject({
      reused: { personId: person._id },
    });
    expect(ended).toEqual([first.sessionId]);
    expect(await auth.sessions.ofAccessToken(second.access)).toBeNull();
    expect(await auth.sessions.refresh(second.refresh, here)).toBe('refused');
  });

  test('that are stolen are found out even when the thief is the first to refresh', async () => {
    const { person } = await signInAs(database, auth, {});
    const { refresh } = await auth.sessions.open(person, here);
    const thief = await auth.sessions.refresh(refresh, here);
    // A minute later the rightful one comes with what they have.
    const sessions = database.db.collection<SessionDocument>('sessions');
    await sessions.updateOne(
      { personId: person._id, generation: 1 },
      { $set: { lastSeenAt: new Date(Date.now() - 60_000) } },
    );
    expect(await auth.sessions.refresh(refresh, here)).toHaveProperty('reused');
    if (typeof thief === 'string' || 'reused' in thief) throw new Error('not refreshed');
    expect(await auth.sessions.refresh(thief.refresh, here)).toBe('refused');
  });

  test('refreshed by twenty tabs at once stay one session with one successor', async () => {
    const { person } = await signInAs(database, auth, {});
    const { refresh } = await auth.sessions.open(person, here);
    const all = await Promise.all(Array.from({ length: 20 }, () => auth.sessions.refresh(refresh, here)));
    const successors = new Set(
      all.map((tokens) => (typeof tokens === 'object' && 'refresh' in tokens ? tokens.refresh : tokens)),
    );
    expect(successors.size).toBe(1);
    expect([...successors][0]).toContain('.1.');
  });

  test('end everywhere but here', async () => {
    const { person } = await signInAs(database, auth, {});
    const [here1, there] = [await auth.sessions.open(person, here), await auth.sessions.open(person, here)];
    // One of `signInAs`, and the other of these.
    expect(await auth.sessions.endAll(person._id, here1.sessionId)).toBe(2);
    expect(await auth.sessions.ofAccessToken(there.access)).toBeNull();
    expect(await auth.sessions.ofAccessToken(here1.access)).not.toBeNull();
  });

  test('use a key that all processes and starts share, and that lies sealed', async () => {
    expect(await readSigningKeys(database.db, vault)).toEqual(await readSigningKeys(database.db, vault));
    await expect(readSigningKeys(database.db, new Vault(randomBytes(32)))).rejects.toThrow('master key');
  });
});

describe('failed attempts', () => {
  const counted = countedFor('account a@example.test', '192.0.2.1');

  test('cost nothing at first, then longer and longer; success forgives', async () => {
    const attempts = new Attempts(database.db);
    for (let n = 0; n < 5; n += 1) expect(await attempts.begin(counted)).toBe(0);
    expect(await attempts.begin(counted)).toBeGreaterThan(0);
    const until = async () =>
      (await database.db.collection<{ _id: string; until: Date | null }>('attempts').findOne({
        _id: counted[0]!.key,
      }))!.until!.getTime();
    const waits: number[] = [];
    for (let n = 0; n < 4; n += 1) {
      await database.db
        .collection<{ _id: string }>('attempts')
        .updateOne({ _id: counted[0]!.key }, { $set: { until: new Date(0) } });
      const now = Date.now();
      expect(await attempts.begin(counted)).toBe(0);
      waits.push(Math.round(((await until()) - now) / 1_000));
    }
    expect(waits).toEqual([2, 4, 8, 16]);
    // From elsewhere the account is not locked: nobody can keep its owner out by guessing.
    expect(await attempts.begin(countedFor('account a@example.test', '192.0.2.9'))).toBe(0);
    await attempts.succeeded(counted);
    expect(await attempts.begin(counted)).toBe(0);
  });

  test('many at once do not get around the count', async () => {
    const attempts = new Attempts(database.db);
    const burst = countedFor('account b@example.test', '192.0.2.2');
    const begun = Date.now();
    const results = await Promise.all(Array.from({ length: 60 }, () => attempts.begin(burst)));
    // Five cost nothing; after that one more is free again when a second has passed.
    const seconds = Math.floor((Date.now() - begun) / 1_000);
    expect(results.filter((ms) => ms === 0).length).toBeLessThanOrEqual(5 + seconds);
  });

  test('count a network as one place', () => {
    expect(networkOf('::ffff:192.0.2.7')).toBe('192.0.2.7');
    expect(networkOf('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2');
    expect(networkOf('2001:db8::1')).toBe('2001:db8:0:0');
    expect(networkOf('::1')).toBe('0:0:0:0');
  });
});

describe('the second factor', () => {
  test('is a code that works once within a minute', () => {
    const { secret, svg } = newTotp('a@example.test');
    expect(svg).toMatch(/^<svg/);
    const now = 1_700_000_000_000;
    const step = Math.floor(now / 30_000);
    expect(stepOfCode(secret, codeAt(secret, now), now)).toBe(step);
    expect(stepOfCode(secret, codeAt(secret, now - 30_000), now)).toBe(step - 1);
    expect(stepOfCode(secret, codeAt(secret, now - 90_000), now)).toBeNull();
    expect(stepOfCode(secret, '12345', now)).toBeNull();
    // RFC 6238, appendix B, at 59 s: 94287082 with eight digits.
    expect(stepOfCode('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ', '287082', 59_000)).toBe(1);
  });

  test('has recovery codes that are known however they are typed', () => {
    const codes = newRecoveryCodes();
    expect(new Set(codes).size).toBe(8);
    const [code = ''] = codes;
    expect(code).toMatch(/^([a-z2-9]{4}-){3}[a-z2-9]{4}$/);
    expect(hashOfRecoveryCode(` ${code.toUpperCase().replaceAll('-', ' ')} `)).toBe(hashOfRecoveryCode(code));
  });
});

test('devices are called what people call them', () => {
  expect(
    deviceWords(
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Edg/126.0',
    ),
  ).toBe('Edge on Windows');
  expect(
    deviceWords('Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Mobile Safari/604.1'),
  ).toBe('Safari on iPhone');
  expect(deviceWords('curl/8')).toBe('An unknown device');
});
