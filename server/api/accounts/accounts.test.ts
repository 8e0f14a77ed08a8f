import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { addPerson, type PersonDocument, type Role } from '#runtime/accounts/person-model.ts';
import { type ClientId, HOME_AGENCY, PersonId } from '#runtime/ids.ts';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { type ApiBench, openApiBench } from '#test/server/api-bench.ts';
import type { Reply, Visitor } from '#test/server/visitor.ts';
import { hashPassword } from '../../auth/password.ts';
import { codeAt } from '../../auth/totp.ts';
import type {
  DeviceRow,
  InvitationRow,
  LinkView,
  MemberRow,
  NewApiKeyView,
  NewTotpView,
  PageView,
  RecoveryCodesView,
  SessionView,
} from '../views.ts';

const password = 'a lighthouse in fog';
const other = 'a harbour without wind';
let database: TestDatabase;
let bench: ApiBench;
let hash: string;
let people = 0;

beforeAll(async () => {
  database = await openTestDatabase();
  bench = await openApiBench(database);
  hash = await hashPassword(password);
});
afterAll(async () => {
  await bench.close();
  await database.close();
});

/** A new member, who knows their password. */
async function member(role: Role, clients: readonly ClientId[] | null = null): Promise<PersonDocument> {
  people += 1;
  const person: PersonDocument = {
    _id: PersonId.parse(`member-${people}`),
    agencyId: HOME_AGENCY,
    email: `member-${people}@example.test`,
    name: `Member ${people}`,
    role,
    clients,
    password: hash,
    totp: null,
    createdAt: new Date(),
  };
  await addPerson(database.models, person);
  return person;
}

async function signedIn({ email }: PersonDocument): Promise<Visitor> {
  const visitor = bench.visitor();
  expect((await visitor.post('/signin', { email, password })).body).toEqual({ next: 'in' });
  return visitor;
}

const sessionOf = async (visitor: Visitor) => (await visitor.get('/session')).body as SessionView;
const detailOf = ({ body }: Reply) => (body as { detail: string }).detail;

describe('the first account', () => {
  test('is made once, by whoever has the terminal', async () => {
    // The bench signed two operators in already: a database of its own.
    const empty = await openTestDatabase();
    const fresh = await openApiBench(empty);
    try {
      await empty.db.collection('people').deleteMany({});
      const body = { agency: 'Harbour & Co', name: 'Ana', email: 'Ana@Example.test', password };
      const stranger = fresh.visitor();
      expect((await stranger.post('/setup', body)).status).toBe(401);
      const link = (token: string) =>
        fetch(`${new URL(fresh.url).origin}/signin?token=${token}`, { redirect: 'manual' });
      expect((await link('wrong')).headers.get('location')).toBe('/signin?problem=unknown');
      const token = fresh.auth.signInLink.make();
      const opened = await link(token);
      expect(opened.headers.get('location')).toBe('/');
      expect((await link(token)).headers.get('location')).toBe('/signin?problem=used');
      const terminal = fresh.visitor();
      for (const cookie of opened.headers.getSetCookie()) {
        expect(cookie).toMatch(/HttpOnly/);
        expect(cookie).toMatch(/^syncflow-refresh=/.test(cookie) ? /SameSite=Strict/ : /SameSite=Lax/);
        const [name = '', value = ''] = (cookie.split(';')[0] ?? '').split('=');
        terminal.cookies.set(name, { value, path: '/' });
      }
      expect(await sessionOf(terminal)).toMatchObject({ person: null, unclaimed: true });
      expect((await terminal.post('/setup', { ...body, password: 'short' })).status).toBe(400);
      const was = new Map(terminal.cookies);
      expect((await terminal.post('/setup', body)).status).toBe(200);
      expect(await sessionOf(terminal)).toMatchObject({
        person: { name: 'Ana', email: 'ana@example.test', role: 'owner' },
        agency: { name: 'Harbour & Co' },
        unclaimed: false,
      });
      // The session of the terminal has ended, and nobody else can be the first.
      const before = fresh.visitor();
      for (const [name, cookie] of was) before.cookies.set(name, cookie);
      expect((await before.get('/session')).status).toBe(401);
      expect((await terminal.post('/setup', { ...body, email: 'b@example.test' })).status).toBe(409);
    } finally {
      await fresh.close();
      await empty.close();
    }
  });
});

describe('signing in', () => {
  test('opens a session that the page renews without a word, and ends', async () => {
    const person = await member('operator');
    const visitor = await signedIn(person);
    expect(await sessionOf(visitor)).toMatchObject({
      person: { id: person._id, role: 'operator', totp: false },
      permissions: ['see', 'inspect', 'decide', 'connect', 'build'],
      client: null,
    });
    visitor.cookies.delete('syncflow');
    expect((await visitor.get('/session')).status).toBe(401);
    expect((await visitor.post('/session/refresh')).status).toBe(200);
    expect((await visitor.get('/session')).status).toBe(200);
    expect((await visitor.send('DELETE', '/session')).status).toBe(204);
    expect(visitor.cookies.size).toBe(0);
    expect((await visitor.post('/session/refresh')).status).toBe(401);
  });

  test('says the same of a wrong password and of an address that nobody has', async () => {
    const { email } = await member('viewer');
    const visitor = bench.visitor();
    const wrong = await visitor.post('/signin', { email, password: other });
    const nobody = await visitor.post('/signin', { email: 'nobody@example.test', password: other });
    expect(wrong.status).toBe(401);
    expect(nobody.body).toEqual(wrong.body);
    expect(visitor.cookies.size).toBe(0);
  });

  test('has to wait after five failures, and is told how long', async () => {
    const { email } = await member('viewer');
    const visitor = bench.visitor();
    for (let n = 0; n < 6; n += 1) await visitor.post('/signin', { email, password: other });
    const refused = await visitor.post('/signin', { email, password });
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(detailOf(refused)).toContain('Nothing was checked');
  });

  test('with a second factor needs a code, each of which works once', async () => {
    const person = await member('admin');
    const visitor = await signedIn(person);
    expect((await visitor.post('/account/totp/start', { password: other })).status).toBe(403);
    const { secret } = (await visitor.post('/account/totp/start', { password })).body as NewTotpView;
    const confirm = (code: string) => visitor.post('/account/totp/confirm', { password, secret, code });
    expect((await confirm('000000')).status).toBe(403);
    const { codes } = (await confirm(codeAt(secret, Date.now()))).body as RecoveryCodesView;
    expect(codes).toHaveLength(8);
    const kept = JSON.stringify(
      await database.db.collection<{ _id: string }>('people').findOne({ _id: person._id }),
    );
    expect(kept).not.toContain(secret);
    expect(kept).not.toContain(codes[0]);

    const again = bench.visitor();
    const enter = (code?: string) =>
      again.post('/signin', { email: person.email, password, ...(code && { code }) });
    expect((await enter()).body).toEqual({ next: 'code' });
    expect(again.cookies.size).toBe(0);
    // The code that turned it on is used up.
    expect((await enter(codeAt(secret, Date.now()))).status).toBe(401);
    expect((await enter(codeAt(secret, Date.now() + 30_000))).body).toEqual({ next: 'in' });
    expect((await enter(codes[0])).body).toEqual({ next: 'in' });
    expect((await enter(codes[0])).status).toBe(401);
    expect((await again.post('/account/totp/remove', { password, code: codes[1] })).status).toBe(200);
    expect(await sessionOf(again)).toMatchObject({ person: { totp: false } });
  });
});

describe('a second factor', () => {
  const on = async (visitor: Visitor) => {
    const { secret } = (await visitor.post('/account/totp/start', { password })).body as NewTotpView;
    const confirm = (code = codeAt(secret, Date.now())) =>
      visitor.post('/account/totp/confirm', { password, secret, code });
    return { secret, confirm };
  };
  const totpOf = async ({ _id }: PersonDocument) =>
    (await database.db.collection<PersonDocument>('people').findOne({ _id }))?.totp;

  test('is replaced by nobody who has the password alone', async () => {
    const person = await member('operator');
    const visitor = await signedIn(person);
    const [mine, another] = [await on(visitor), await on(visitor)];
    expect((await mine.confirm()).status).toBe(200);
    const before = await totpOf(person);
    for (const refused of [
      await another.confirm(),
      await visitor.post('/account/totp/start', { password }),
    ]) {
      expect([refused.status, detailOf(refused)]).toEqual([
        409,
        expect.stringContaining('Turn it off first'),
      ]);
    }
    expect(await totpOf(person)).toEqual(before);
  });

  test('is turned on once, however many ask at the same moment', async () => {
    const visitor = await signedIn(await member('operator'));
    const asked = [await on(visitor), await on(visitor), await on(visitor)];
    const answers = await Promise.all(asked.map(({ confirm }) => confirm()));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
  });

  test('is turned off by no guessing of codes: each wrong one is a failure', async () => {
    const person = await member('operator');
    const visitor = await signedIn(person);
    const { confirm } = await on(visitor);
    const { codes } = (await confirm()).body as RecoveryCodesView;
    const remove = (code = '') => visitor.post('/account/totp/remove', { password, code });
    const failures = async () =>
      (
        await database.db
          .collection<{ _id: string; failures: number }>('attempts')
          .findOne({ _id: `account ${person.email}` })
      )?.failures;
    const before = await failures();
    expect((await remove('000000')).status).toBe(403);
    expect((await remove('000000')).status).toBe(403);
    expect(await failures()).toBe((before ?? 0) + 2);
    expect(await totpOf(person)).not.toBeNull();
    expect((await remove(codes[0])).status).toBe(200);
    expect(await failures()).toBe((before ?? 0) + 2);
    expect(await totpOf(person)).toBeNull();
  });
});

describe('devices', () => {
  test('are listed, signed out one by one, all others at once, and by a new password', async () => {
    const person = await member('operator');
    const [one, two, three] = [await signedIn(person), await signedIn(person), await signedIn(person)];
    const devices = (await one.get('/account/devices')).body as DeviceRow[];
    expect(devices).toHaveLength(3);
    expect(devices.filter(({ current }) => current)).toHaveLength(1);
    const another = await signedIn(await member('operator'));
    expect((await another.send('DELETE', `/account/devices/${devices[0]?.id}`)).status).toBe(404);
    const current = ((await two.get('/account/devices')).body as DeviceRow[]).find(
      (device) => device.current,
    );
    expect((await one.send('DELETE', `/account/devices/${current?.id}`)).status).toBe(204);
    expect((await two.get('/session')).status).toBe(401);
    expect((await one.post('/account/devices/sign-out-others')).body).toEqual({ ended: 1 });
    expect((await three.get('/session')).status).toBe(401);
    const later = await signedIn(person);
    expect((await one.post('/account/password', { current: other, password: other })).status).toBe(403);
    expect((await one.post('/account/password', { current: password, password: other })).body).toEqual({
      ended: 1,
    });
    expect((await later.get('/session')).status).toBe(401);
    expect((await one.get('/session')).status).toBe(200);
    expect((await bench.visitor().post('/signin', { email: person.email, password })).status).toBe(401);
  });
});

describe('invitations', () => {
  test('make an account with the role and the clients that they name, once', async () => {
    const admin = await signedIn(await member('admin'));
    const invite = (body: object) => admin.post('/invitations', body);
    const invitation = { email: 'Mo@Shop.test', role: 'merchant', clients: [bench.ours] };
    expect((await invite({ ...invitation, clients: null })).status).toBe(400);
    expect((await invite({ ...invitation, clients: ['elsewhere'] })).status).toBe(400);
    expect((await invite({ ...invitation, role: 'owner', clients: null })).status).toBe(403);
    const made = await invite(invitation);
    expect(made.status).toBe(201);
    const token = (made.body as LinkView).path.split('token=')[1] ?? '';
    const [row] = (await admin.get('/invitations')).body as InvitationRow[];
    expect(row).toMatchObject({ email: 'mo@shop.test', clients: [{ id: bench.ours }] });
    expect(row?.id).not.toBe(token);
    const mo = bench.visitor();
    expect((await mo.post('/invitations/look', { token })).body).toMatchObject({
      email: 'mo@shop.test',
      role: 'merchant',
      clients: [`Client ${bench.ours}`],
    });
    expect((await mo.post('/invitations/accept', { token, name: 'Mo', password: 'short' })).status).toBe(400);
    expect((await mo.post('/invitations/accept', { token, name: 'Mo', password })).status).toBe(200);
    const session = await sessionOf(mo);
    expect(session).toMatchObject({ client: { id: bench.ours }, person: { role: 'merchant' } });
    expect((await mo.get('/orders')).status).toBe(200);
    expect((await mo.get('/executions')).status).toBe(403);
    expect((await mo.get('/members')).status).toBe(403);
    expect((await mo.send('GET', '/orders', undefined, { 'x-client': bench.theirs })).status).toBe(404);
    expect((await mo.post('/invitations/accept', { token, name: 'Mo', password })).status).toBe(404);
    expect((await invite(invitation)).status).toBe(409);
  });

  test('can be taken back', async () => {
    const admin = await signedIn(await member('admin'));
    const made = await admin.post('/invitations', { email: 'x@shop.test', role: 'viewer', clients: null });
    const token = (made.body as LinkView).path.split('token=')[1] ?? '';
    const rows = (await admin.get('/invitations')).body as InvitationRow[];
    const id = rows.find(({ email }) => email === 'x@shop.test')?.id;
    expect((await admin.send('DELETE', `/invitations/${id}`)).status).toBe(204);
    expect((await admin.send('DELETE', `/invitations/${id}`)).status).toBe(404);
    expect((await bench.visitor().post('/invitations/look', { token })).status).toBe(404);
  });
});

describe('members', () => {
  test('get another role at once, also in the sessions that they have', async () => {
    const admin = await signedIn(await member('admin'));
    const person = await member('viewer');
    const visitor = await signedIn(person);
    const adjust = () =>
      visitor.send(
        'POST',
        '/stock/adjustments',
        { key: 'k', sku: 'x', change: 1 },
        { 'x-client': bench.ours },
      );
    expect((await adjust()).status).toBe(403);
    const change = (id: string, body: object) => admin.send('PATCH', `/members/${id}`, body);
    expect((await change(person._id, { role: 'operator', clients: [bench.ours] })).body).toMatchObject({
      role: 'operator',
      clients: [{ id: bench.ours, name: `Client ${bench.ours}` }],
    });
    // The role suffices now; the SKU does not exist.
    expect((await adjust()).status).toBe(404);
    expect((await change(person._id, { role: 'operator', clients: [bench.theirs] })).status).toBe(200);
    expect(detailOf(await adjust())).toContain('no client with this id');
    expect((await change(person._id, { role: 'admin', clients: [bench.ours] })).status).toBe(400);
  });

  test('lose their sessions when they are removed or signed out', async () => {
    const admin = await signedIn(await member('admin'));
    const person = await member('operator');
    const visitor = await signedIn(person);
    expect((await admin.post(`/members/${person._id}/sign-out`)).body).toEqual({ ended: 1 });
    expect((await visitor.get('/session')).status).toBe(401);
    const again = await signedIn(person);
    expect((await admin.send('DELETE', `/members/${person._id}`)).status).toBe(204);
    expect((await again.get('/session')).status).toBe(401);
    expect((await again.post('/session/refresh')).status).toBe(401);
  });

  test('owners are the business of owners, and the last one stays', async () => {
    const [boss, admin] = [await member('owner'), await signedIn(await member('admin'))];
    const owner = await signedIn(boss);
    const down = { role: 'admin', clients: null };
    expect((await admin.send('PATCH', `/members/${boss._id}`, down)).status).toBe(403);
    expect((await admin.post(`/members/${boss._id}/password-reset`)).status).toBe(403);
    expect((await admin.send('DELETE', `/members/${boss._id}`)).status).toBe(403);
    const refused = await owner.send('PATCH', `/members/${boss._id}`, down);
    expect(refused.status).toBe(409);
    const second = await member('owner');
    expect((await owner.send('PATCH', `/members/${boss._id}`, down)).status).toBe(200);
    expect((await owner.send('DELETE', `/members/${second._id}`)).status).toBe(403);
  });

  test('set a new password by a link, which ends all their sessions and works once', async () => {
    const admin = await signedIn(await member('admin'));
    const person = await member('operator');
    const visitor = await signedIn(person);
    const made = (await admin.post(`/members/${person._id}/password-reset`)).body as LinkView;
    const token = made.path.split('token=')[1] ?? '';
    const fresh = bench.visitor();
    expect((await fresh.post('/password-resets/accept', { token, password: other })).status).toBe(200);
    expect(await sessionOf(fresh)).toMatchObject({ person: { id: person._id } });
    expect((await visitor.get('/session')).status).toBe(401);
    expect((await fresh.post('/password-resets/accept', { token, password })).status).toBe(404);
  });

  test('have no old link for a new password once there is a new one, by a link or by themselves', async () => {
    // The links that failed in other tests came from the same address.
    await database.db.collection('attempts').deleteMany({});
    const admin = await signedIn(await member('admin'));
    const [person, bystander] = [await member('operator'), await member('operator')];
    const linkFor = async ({ _id }: PersonDocument) =>
      ((await admin.post(`/members/${_id}/password-reset`)).body as LinkView).path.split('token=')[1] ?? '';
    const use = async (token: string, to = other) =>
      (await bench.visitor().post('/password-resets/accept', { token, password: to })).status;
    const theirs = await linkFor(bystander);
    const [first, second] = [await linkFor(person), await linkFor(person)];
    expect(await use(second)).toBe(200);
    expect(await use(first, password)).toBe(404);
    const third = await linkFor(person);
    const visitor = bench.visitor();
    await visitor.post('/signin', { email: person.email, password: other });
    expect((await visitor.post('/account/password', { current: other, password })).status).toBe(200);
    expect(await use(third)).toBe(404);
    // Links of others are no business of theirs.
    expect(await use(theirs)).toBe(200);
  });

  test('are listed page by page', async () => {
    const admin = await signedIn(await member('admin'));
    const first = (await admin.get('/members?limit=3')).body as PageView<MemberRow>;
    const second = (await admin.get(`/members?limit=3&cursor=${first.next}`)).body as PageView<MemberRow>;
    const ids = [...first.items, ...second.items].map(({ id }) => id);
    expect(new Set(ids).size).toBe(6);
  });
});

describe('keys', () => {
  test('may what they name, for the clients that they name, until they are taken back', async () => {
    const admin = await signedIn(await member('admin'));
    const body = { name: 'ERP', permissions: ['see'], clients: [bench.ours], days: 30 };
    expect((await admin.post('/keys', { ...body, permissions: ['own'] })).status).toBe(400);
    expect((await admin.post('/keys', { ...body, clients: ['elsewhere'] })).status).toBe(400);
    const { id, key } = (await admin.post('/keys', body)).body as NewApiKeyView;
    const program = (path: string, headers = {}, method = 'GET', sent?: object) =>
      bench
        .visitor()
        .send(method, path, sent, { authorization: `Bearer ${key}`, 'x-syncflow': undefined, ...headers });
    expect((await program('/orders')).status).toBe(200);
    expect((await program('/orders', { 'x-client': bench.theirs })).status).toBe(404);
    expect((await program('/executions')).status).toBe(403);
    expect((await program('/session')).status).toBe(403);
    const change = { key: 'k', sku: 'x', change: 1 };
    expect((await program('/stock/adjustments', {}, 'POST', change)).status).toBe(403);
    const rows = ((await admin.get('/keys')).body as PageView<object>).items;
    expect(rows).toContainEqual(
      expect.objectContaining({
        id,
        name: 'ERP',
        lastUsedAt: expect.any(String),
        lastUsedFrom: expect.any(String),
      }),
    );
    expect(JSON.stringify([rows, await database.db.collection('api-keys').find().toArray()])).not.toContain(
      key.split('_')[2],
    );
    expect(
      (
        await program('/orders', {
          authorization: `Bearer ${key.slice(0, -1)}${key.endsWith('A') ? 'B' : 'A'}`,
        })
      ).status,
    ).toBe(401);
    expect((await admin.send('DELETE', `/keys/${id}`)).status).toBe(204);
    expect((await program('/orders')).status).toBe(401);
  });

  test('of a maker who may less can’t be made, and a key wins over a cookie', async () => {
    const admin = await signedIn(await member('admin'));
    const { key } = (
      await admin.post('/keys', { name: 'All', permissions: ['see', 'manage'], clients: null, days: null })
    ).body as NewApiKeyView;
    const authorization = `Bearer ${key}`;
    const beyond = { name: 'More', permissions: ['see', 'build'], clients: null, days: null };
    expect((await bench.visitor().send('POST', '/keys', beyond, { authorization })).status).toBe(403);
    expect((await admin.send('GET', '/clients', undefined, { authorization: 'Bearer sfk_no' })).status).toBe(
      401,
    );
    expect((await bench.visitor().send('GET', '/orders', undefined, { authorization })).status).toBe(400);
  });
});

describe('clients', () => {
  test('are taken on and renamed by admins, and seen by operators of all', async () => {
    const [admin, operator] = [
      await signedIn(await member('admin')),
      await signedIn(await member('operator')),
    ];
    const made = await admin.post('/clients', { name: 'Café “Möwe”' });
    expect(made.body).toMatchObject({ id: expect.stringMatching(/^cafe-mowe-[a-z0-9]{4}$/), demo: false });
    const { id } = made.body as { id: string };
    expect((await operator.post('/clients', { name: 'No' })).status).toBe(403);
    expect((await admin.send('PATCH', `/clients/${id}`, { name: 'Möwe' })).body).toMatchObject({
      name: 'Möwe',
    });
    expect((await operator.get('/clients')).body).toMatchObject({
      items: expect.arrayContaining([expect.objectContaining({ id, name: 'Möwe' })]),
    });
    expect((await operator.get(`/session?client=${id}`)).body).toMatchObject({ client: { id } });
    // A runner of its own is for who manages the agency to give, and shows in the list.
    const own = { runner: 'own' };
    expect(made.body).toMatchObject({ runner: 'shared' });
    expect((await operator.send('PUT', `/clients/${id}/runner`, own)).status).toBe(403);
    expect((await admin.send('PUT', `/clients/${id}/runner`, own)).status).toBeLessThan(300);
    expect((await admin.get('/clients')).body).toMatchObject({
      items: expect.arrayContaining([expect.objectContaining({ id, runner: 'own' })]),
    });
  });
});
