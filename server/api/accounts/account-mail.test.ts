/** Invitations and links for a new password by email, over a real mail server. */
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { openSmtpSandbox, type SmtpSandbox } from '#nodes/smtp/sandbox/sandbox.ts';
import { addPerson, type PersonDocument } from '#runtime/accounts/person-model.ts';
import { AgencyId, HOME_AGENCY, PersonId } from '#runtime/ids.ts';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { type ApiBench, openApiBench } from '#test/server/api-bench.ts';
import type { Visitor } from '#test/server/visitor.ts';
import { hashPassword } from '../../auth/password.ts';
import { openAccountMail } from '../../mail/account-mail.ts';
import type { LinkView } from '../views.ts';

const password = 'a lighthouse in fog';
const MAIL_FROM = 'Harbour Agency <shop@example.com>';
let database: TestDatabase;
let server: SmtpSandbox;
let bench: ApiBench;
let admin: Visitor;

beforeAll(async () => {
  database = await openTestDatabase();
  server = await openSmtpSandbox();
  bench = await openApiBench(database, { mail: openAccountMail({ MAIL_URL: server.url, MAIL_FROM }) });
  await person('admin@example.test', 'admin');
  admin = bench.visitor();
  await admin.post('/signin', { email: 'admin@example.test', password });
});
afterAll(async () => {
  await bench.close();
  await server.close();
  await database.close();
});
beforeEach(async () => {
  await database.db.collection('attempts').deleteMany({});
});

async function person(email: string, role: PersonDocument['role'], agencyId: AgencyId = HOME_AGENCY) {
  const added: PersonDocument = {
    _id: PersonId.parse(email.split('@')[0]),
    agencyId,
    email,
    name: `Somebody <b>"${role}"</b>`,
    role,
    clients: null,
    password: await hashPassword(password),
    totp: null,
    createdAt: new Date(),
  };
  await addPerson(database.models, added);
  return added;
}

/** What stands in the mailbox of this address, newest last. */
const mailsTo = (address: string) =>
  server.mails.filter(({ to }) => to.includes(address)).map(({ mail }) => mail);
const linkIn = (text = '') => new URL(/https:\/\/sync\.example\/\S+/.exec(text)?.[0] ?? 'none:');
async function arrived(address: string, count = 1) {
  for (let turn = 0; turn < 200 && mailsTo(address).length < count; turn += 1) await wait(50);
  return mailsTo(address).at(-1);
}
const invite = (email: string) => admin.post('/invitations', { email, role: 'viewer', clients: null });

describe('an invitation', () => {
  test('arrives by email with the very link, and lets somebody in', async () => {
    const { status, body } = await invite('vic@example.test');
    expect(status).toBe(201);
    const { path, mail } = body as LinkView;
    expect(mail).toEqual({ to: 'vic@example.test', trouble: null });
    const [letter] = mailsTo('vic@example.test');
    expect(letter?.from?.text).toBe('"Harbour Agency" <shop@example.com>');
    expect(letter?.subject).toMatch(/^Your invitation to /);
    const link = linkIn(letter?.text);
    expect(link.pathname + link.search).toBe(path);
    expect(letter?.html).toContain(link.href);
    const token = link.searchParams.get('token');
    const vic = bench.visitor();
    expect((await vic.post('/invitations/accept', { token, name: 'Vic', password })).status).toBe(200);
    expect((await vic.get('/session')).body).toMatchObject({ person: { email: 'vic@example.test' } });
  });

  test('is there as a link where the mail server refuses it, with its reason', async () => {
    const { status, body } = await invite('nobody@example.test');
    expect(status).toBe(201);
    expect(body).toMatchObject({
      path: expect.stringContaining('/invitation?token='),
      mail: {
        to: 'nobody@example.test',
        trouble: expect.stringMatching(/does not know the recipient.*here\.$/),
      },
    });
  });

  test('is there as a link where the mail server is away, or took it without an answer', async () => {
    const gone = await openSmtpSandbox();
    const mail = openAccountMail({ MAIL_URL: gone.url, MAIL_FROM });
    await gone.close();
    const letter = { to: 'a@example.test', subject: 'x', content: CONTENT };
    expect(await mail?.send(letter)).toMatch(/could not be reached.*\.$/);
    const MAIL_URL = server.url.replace(':sandbox-', ':wrong-');
    expect(await openAccountMail({ MAIL_URL, MAIL_FROM })?.send(letter)).toContain(
      'corrects the settings MAIL_URL',
    );
    server.misbehave(['no answer']);
    const { body } = await invite('unsure@example.test');
    expect((body as LinkView).mail?.trouble).toContain('It may have been sent all the same.');
  });

  test('names the agency in one line, whatever the agency is called', async () => {
    await admin.send('PATCH', '/agency', { name: 'Harbour <b>& Co</b>' });
    await invite('line@example.test');
    const [letter] = mailsTo('line@example.test');
    expect(letter?.subject).not.toMatch(/[\r\n]/);
    expect(letter?.html).not.toContain('<b>');
  });
});

describe('a link for a new password', () => {
  test('made by an admin is emailed too', async () => {
    const { _id } = await person('forgetful@example.test', 'viewer');
    const { body } = await admin.post(`/members/${_id}/password-reset`);
    expect((body as LinkView).mail).toEqual({ to: 'forgetful@example.test', trouble: null });
    const [letter] = mailsTo('forgetful@example.test');
    expect(letter?.text).toContain('looks after the accounts');
    expect(letter?.html).not.toContain('<b>');
    const link = linkIn(letter?.text);
    expect(link.pathname + link.search).toBe((body as LinkView).path);
  });

  test('is asked for where one signs in, and sets the password', async () => {
    const { email } = await person('locked@example.test', 'viewer', AgencyId.parse('another-agency'));
    const stranger = bench.visitor();
    expect(await stranger.post('/password-resets', { email: 'Locked@Example.test' })).toMatchObject({
      status: 202,
      body: {},
    });
    const token = linkIn((await arrived(email))?.text).searchParams.get('token');
    const next = 'a harbour without wind';
    expect((await stranger.post('/password-resets/accept', { token, password: next })).status).toBe(200);
    expect((await bench.visitor().post('/signin', { email, password: next })).status).toBe(200);
    expect((await bench.visitor().post('/signin', { email, password })).status).toBe(401);
    const noted = await database.db
      .collection('audit')
      .findOne({ agencyId: 'another-agency', action: 'post /password-resets' });
    expect(noted).toMatchObject({ by: expect.stringContaining('person:locked'), outcome: 'done' });
    expect(JSON.stringify(noted)).not.toContain(token);
  });

  test('is asked for an address that nobody has: the answer is the same, and nobody is written to', async () => {
    const { email } = await person('somebody@example.test', 'viewer');
    const stranger = bench.visitor();
    const unknown = await stranger.post('/password-resets', { email: 'stranger@example.test' });
    const known = await stranger.post('/password-resets', { email });
    expect([unknown.status, unknown.body]).toEqual([known.status, known.body]);
    await arrived(email);
    expect(mailsTo('stranger@example.test')).toEqual([]);
  });

  test('fills nobody’s mailbox, and is no way to try addresses', async () => {
    await person('victim@example.test', 'viewer');
    const ask = (email: string) => bench.visitor().post('/password-resets', { email });
    const statuses: number[] = [];
    for (let turn = 0; turn < 12; turn += 1) statuses.push((await ask('victim@example.test')).status);
    const sent = statuses.filter((status) => status === 202).length;
    expect(sent).toBeLessThanOrEqual(6);
    await arrived('victim@example.test', sent);
    expect(mailsTo('victim@example.test')).toHaveLength(sent);
    const refused = await ask('victim@example.test');
    expect(refused.status).toBe(429);
    // Nor from one network for all: a place that asks and asks has to wait, whoever it asks for.
    expect((await ask('another@example.test')).status).toBe(429);
  });

  test.each([
    ['a list', ['a@example.test']],
    ['an operator', { $ne: '' }],
    ['two lines', 'a@example.test\r\nBcc: b@example.test'],
    ['nothing', ''],
  ])('is not asked for %s', async (_, email) => {
    expect((await bench.visitor().post('/password-resets', { email })).status).toBe(400);
    expect([...mailsTo('a@example.test'), ...mailsTo('b@example.test')]).toEqual([]);
  });
});

test('without a mail server links are shown, and nothing else is promised', async () => {
  const plain = await openApiBench(database);
  try {
    const visitor = plain.visitor();
    await visitor.post('/signin', { email: 'admin@example.test', password });
    const invited = await visitor.post('/invitations', {
      email: 'x@example.test',
      role: 'viewer',
      clients: null,
    });
    expect(invited.body).toMatchObject({ mail: null, path: expect.stringContaining('/invitation?token=') });
    const forgotten = await plain.visitor().post('/password-resets', { email: 'admin@example.test' });
    expect(forgotten).toMatchObject({ status: 409, body: { title: 'No mail server' } });
  } finally {
    await plain.close();
  }
});

const CONTENT = {
  tone: 'info' as const,
  heading: 'x',
  paragraphs: [],
  facts: [],
  action: null,
  footer: '',
};
