/** Alerts on the real database: grouped, told once to each person by their way, and an all-clear. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ALL_SERVICES } from '#nodes/all-services.ts';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { addPerson } from '../accounts/person-model.ts';
import { ensureClient } from '../clients/client-model.ts';
import { saveConnection } from '../clients/connection-model.ts';
import { Rejected, Retryable } from '../errors.ts';
import { ClientId, ConnectionId, HOME_AGENCY, PersonId } from '../ids.ts';
import { Mail } from '../outbox/mail.ts';
import type { OutboxDocument } from '../outbox/outbox-document.ts';
import { TextMessage } from '../outbox/text-message.ts';
import { Vault } from '../vault/vault.ts';
import type { AlertDocument } from './alert-document.ts';
import { alertJob } from './alert-job.ts';
import { type AlertPreferences, NO_ALERTS, savePreferences } from './alert-preferences.ts';
import { saveSenders } from './alert-senders.ts';
import { digestWords } from './alert-words.ts';
import { Alerts, TROUBLE_TOLD_AFTER_MS, WELL_TOLD_AFTER_MS } from './alerts.ts';
import { isBetween, nextAt } from './local-time.ts';
import { acknowledge, mute, unmute } from './mute-alerts.ts';
import { type DigestDocument, HOURLY_MAX, tellAlerts, whenTold } from './tell-alerts.ts';

let database: TestDatabase;
let clientId: ClientId;
let alerts: Alerts;
const shop = ConnectionId.parse('shop');
const MINUTE_MS = 60_000;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  clientId = ClientId.parse(`c-${randomUUID()}`);
  alerts = new Alerts(database.db, clientId);
  await ensureClient(database.models, {
    _id: clientId,
    name: 'Mugs & Co',
    demo: false,
    createdAt: new Date(),
  });
});

const all = async () =>
  await database.db.collection<AlertDocument>('alerts').find({ clientId }).sort({ at: 1 }).toArray();
const sent = async () =>
  await database.db.collection<OutboxDocument>('outbox').find({ clientId }).sort({ queuedAt: 1 }).toArray();
const options = () => ({ database, services: ALL_SERVICES, publicUrl: () => 'https://sync.example' });
const tell = async (laterMs = 0) => await tellAlerts(options(), clientId, new Date(Date.now() + laterMs));
const trouble = async (error: Error = new Retryable('The shop is out of order (503).')) =>
  await alerts.trouble({ connectionId: shop, name: 'My shop', error, kept: 'Nothing is lost.' });

async function connect(channel: string, id = `${channel}-${randomUUID()}`): Promise<ConnectionId> {
  const _id = ConnectionId.parse(id);
  await saveConnection(database.models, {
    _id,
    clientId,
    name: channel,
    channel,
    baseUrl: 'https://service.example',
    sandbox: false,
    countingAuthority: false,
    secret: new Vault(Buffer.alloc(32, 7)).seal(_id, {}),
    createdAt: new Date(),
  });
  return _id;
}

async function person(
  preferences: Partial<AlertPreferences>,
  clients: readonly ClientId[] | null = null,
): Promise<{ readonly id: PersonId; readonly email: string }> {
  const id = PersonId.parse(`p-${randomUUID()}`);
  const email = `${id}@example.com`;
  await addPerson(database.models, {
    _id: id,
    agencyId: HOME_AGENCY,
    email,
    name: 'Ann',
    role: 'operator',
    clients,
    password: 'x',
    totp: null,
    createdAt: new Date(),
  });
  await savePreferences(database.db, clientId, id, { ...NO_ALERTS, ...preferences });
  return { id, email };
}

const raise = async (title: string, more: object = {}) =>
  await alerts.raise(null, {
    key: randomUUID(),
    level: 'warning',
    title,
    text: 'Text.',
    quietHours: 24,
    topic: 'low-stock',
    ...more,
  });

test('an alert storm: 400 failures of one connection give one alert and one all-clear', async () => {
  await connect('smtp');
  await connect('twilio');
  const { email } = await person({ ways: { 'sync-failure': ['email', 'sms'] }, phone: '+447700900123' });
  await Promise.all(Array.from({ length: 200 }, () => trouble()));
  for (let n = 0; n < 100; n += 1) {
    await trouble();
    // It answers now and then: it comes and goes, and is not well.
    if (n % 10 === 0) await alerts.well(shop);
    if (n % 10 === 5) await tell(TROUBLE_TOLD_AFTER_MS + 1_000);
  }
  await Promise.all(
    Array.from({ length: 100 }, () =>
      trouble(new Rejected('The key was revoked.', { fix: 'Connect again.' })),
    ),
  );
  for (let turn = 0; turn < 3; turn += 1) await tell(TROUBLE_TOLD_AFTER_MS + 1_000);
  expect(await all()).toMatchObject([
    {
      count: 400,
      healedAt: null,
      level: 'urgent',
      text: 'The key was revoked. Connect again. Nothing is lost.',
    },
  ]);
  expect((await sent()).map(({ effect }) => effect)).toEqual(['email', 'sms']);
  for (let n = 0; n < 20; n += 1) await alerts.well(shop);
  await tell(WELL_TOLD_AFTER_MS - 5_000);
  expect(await sent()).toHaveLength(2);
  for (let turn = 0; turn < 3; turn += 1) await tell(WELL_TOLD_AFTER_MS + 1_000);
  const messages = await sent();
  expect(messages.map(({ effect }) => effect)).toEqual(['email', 'sms', 'email', 'sms']);
  expect(Mail.parse(messages[0]?.payload)).toMatchObject({
    to: [email],
    subject: 'My shop does not answer as it should · Mugs & Co',
    content: { tone: 'urgent', action: { url: `https://sync.example/clients/${clientId}/connections` } },
  });
  expect(Mail.parse(messages[2]?.payload)).toMatchObject({
    content: { tone: 'good', heading: 'All clear: it is well again' },
  });
  expect(TextMessage.parse(messages[3]?.payload).text).toMatch(/^Mugs & Co: All clear: My shop/);
  expect(await all()).toMatchObject([{ healedAt: expect.any(Date), tell: null }]);
});

test('a hiccup is told to nobody; trouble that comes after an all-clear is a new alert', async () => {
  await connect('smtp');
  await person({ ways: { 'sync-failure': ['email'] } });
  await trouble();
  await tell(TROUBLE_TOLD_AFTER_MS / 2);
  await alerts.well(shop);
  await tell(10 * MINUTE_MS);
  expect([await sent(), (await all()).length]).toEqual([[], 1]);
  await trouble();
  await tell(TROUBLE_TOLD_AFTER_MS + 1_000);
  expect([(await sent()).length, (await all()).length]).toEqual([1, 2]);
  // Another process, which remembers nothing, knows of the one that goes on.
  await new Alerts(database.db, clientId).trouble({
    connectionId: shop,
    name: 'My shop',
    error: new Error('x'),
    kept: '',
  });
  expect(await all()).toHaveLength(2);
});

test('what is said of a channel at one moment counts in its order', async () => {
  const ends = async () => (await all()).at(-1)?.tell?.what === 'healed';
  await Promise.all([alerts.well(shop), trouble()]);
  expect(await ends()).toBe(false);
  await Promise.all([alerts.well(shop), trouble(), alerts.well(shop)]);
  expect(await ends()).toBe(true);
  await Promise.all([trouble(), alerts.well(shop), trouble()]);
  expect(await ends()).toBe(false);
  await alerts.well(shop);
  expect(await ends()).toBe(true);
});

test('what a flow raises again within the quiet time is counted, and told once', async () => {
  await connect('sendgrid');
  await person({ ways: { 'low-stock': ['email'] } });
  const key = 'run-1';
  expect(await raise('Low: Mug', { key })).toBe('new');
  expect(await raise('Low: Mug', { key })).toBe('same');
  for (let n = 0; n < 300; n += 1) expect(await raise('Low: Mug')).toBe('quiet');
  expect(
    await new Alerts(database.db, clientId).raise(null, {
      key: 'x',
      level: 'info',
      title: 'Low: Mug',
      text: '',
      quietHours: 24,
    }),
  ).toBe('quiet');
  await tell();
  await tell();
  expect(await sent()).toHaveLength(1);
  const [alert] = await all();
  expect(alert?.count).toBeGreaterThan(1);
});

describe('each person', () => {
  beforeEach(async () => {
    await connect('mailgun');
    await connect('twilio');
  });

  test('gets what they chose by the way that they chose, and nothing of clients that they do not see', async () => {
    const email = await person({ ways: { 'low-stock': ['email'] } });
    await person({ ways: { 'low-stock': ['sms'], 'new-order': ['email'] }, phone: '+447700900123' });
    await person({ ways: { payment: ['email', 'sms'] } });
    await person({ ways: { 'low-stock': ['email'] } }, [ClientId.parse('another')]);
    await raise('Low: Mug');
    await tell();
    const messages = await sent();
    expect(messages.map(({ payload }) => payload.to)).toEqual(
      expect.arrayContaining([[email.email], '+447700900123']),
    );
    expect(messages).toHaveLength(2);
    expect(messages.map(({ whenInDoubt }) => whenInDoubt)).toEqual(['again', 'again']);
  });

  test('is sent to by the chosen connection', async () => {
    const chosen = await connect('smtp');
    await saveSenders(database.db, clientId, { email: chosen, sms: null });
    await person({ ways: { 'low-stock': ['email'] } });
    await raise('Low: Mug');
    await tell();
    expect(await sent()).toMatchObject([{ connectionId: chosen }]);
  });

  test('who gets many gets the next ones in one, an hour later', async () => {
    const { id } = await person({ ways: { 'low-stock': ['email', 'sms'] }, phone: '+447700900123' });
    for (let n = 0; n < 40; n += 1) await raise(`Low: product ${n}`);
    await tell();
    const count = async (effect: string) => (await sent()).filter((one) => one.effect === effect).length;
    expect([await count('email'), await count('sms')]).toEqual([HOURLY_MAX.email, HOURLY_MAX.sms]);
    await tell(2 * 60 * MINUTE_MS);
    expect([await count('email'), await count('sms')]).toEqual([HOURLY_MAX.email + 1, HOURLY_MAX.sms + 1]);
    const digest = Mail.parse((await sent()).findLast(({ effect }) => effect === 'email')?.payload);
    expect(digest.subject).toBe(`${40 - HOURLY_MAX.email} alerts · Mugs & Co`);
    expect(digest.content.facts).toHaveLength(40 - HOURLY_MAX.email);
    expect(
      await database.db.collection<DigestDocument>('alert-digests').countDocuments({ personId: id }),
    ).toBe(0);
  });

  test('whoever sees the client no more gets nothing that was gathered for them', async () => {
    const { id } = await person({ ways: { 'low-stock': ['email'] }, digestAt: '08:00' });
    await raise('Low: Mug');
    await tell();
    expect(await sent()).toEqual([]);
    await database.models.collection('people').updateOne({ _id: id as never }, { $set: { clients: [] } });
    await tell(48 * 60 * MINUTE_MS);
    expect(await sent()).toEqual([]);
  });

  test('whoever wants it no more gets nothing of what was gathered for them; the rest comes', async () => {
    const preferences = { ...NO_ALERTS, digestAt: '08:00' };
    const { id } = await person({ ...preferences, ways: { 'low-stock': ['email'], payment: ['email'] } });
    const gather = async () => {
      await raise('Low: Mug', { quietHours: 0 });
      await raise('Paid: 12', { quietHours: 0, topic: 'payment' });
      await tell();
    };
    await gather();
    await savePreferences(database.db, clientId, id, { ...preferences, ways: { 'low-stock': ['sms'] } });
    await tell(48 * 60 * MINUTE_MS);
    expect(await sent()).toEqual([]);
    await savePreferences(database.db, clientId, id, {
      ...preferences,
      ways: { 'low-stock': ['email'], payment: ['email'] },
    });
    await gather();
    await savePreferences(database.db, clientId, id, { ...preferences, ways: { payment: ['email'] } });
    await tell(48 * 60 * MINUTE_MS);
    const [digest, ...others] = (await sent()).map(({ payload }) => Mail.parse(payload));
    expect(others).toEqual([]);
    expect(digest?.subject).toBe('1 alert · Mugs & Co');
    expect(digest?.content.facts).toMatchObject([{ value: expect.stringContaining('Paid: 12') }]);
  });

  test('what was told before a crash is not told twice', async () => {
    await person({ ways: { 'low-stock': ['email'] } });
    await raise('Low: Mug');
    await tell();
    await database.db
      .collection('alerts')
      .updateMany({ clientId }, { $set: { tell: { what: 'raised', at: new Date(0) } } });
    await tell();
    expect(await sent()).toHaveLength(1);
  });
});

test('muted alerts stand on the page and are told to nobody, until they are heard again', async () => {
  await connect('smtp');
  await person({ ways: { 'low-stock': ['email'] } });
  await raise('Low: Mug', { quietHours: 0 });
  const id = (await all())[0]?._id ?? '';
  expect(await acknowledge(database.db, clientId, id, 'person:1:Ann')).toBe(true);
  expect(await acknowledge(database.db, clientId, id, 'person:2:Bob')).toBe(true);
  expect((await all())[0]?.acknowledged?.by).toBe('person:1:Ann');
  expect(await mute(database.db, clientId, id, 2, 'Ann')).toBeInstanceOf(Date);
  await raise('Low: Mug', { quietHours: 0 });
  await tell();
  expect([(await sent()).length, (await all()).length]).toEqual([0, 2]);
  await unmute(database.db, clientId, id);
  await raise('Low: Mug', { quietHours: 0 });
  await tell();
  expect(await sent()).toHaveLength(1);
  const other = ClientId.parse(`c-${randomUUID()}`);
  expect([
    await mute(database.db, other, id, 2, 'x'),
    await acknowledge(database.db, other, id, 'x'),
  ]).toEqual([null, false]);
});

describe('a mute of trouble', () => {
  const HOUR_MS = 60 * MINUTE_MS;
  let id: string;
  beforeEach(async () => {
    await connect('smtp');
    await person({ ways: { 'sync-failure': ['email'] } });
    await trouble();
    id = (await all())[0]?._id ?? '';
    await mute(database.db, clientId, id, 24, 'Ann');
  });
  const told = async () => (await sent()).map(({ subject }) => subject.replace('Alert to Ann: ', ''));
  const RAISED = 'My shop does not answer as it should · Mugs & Co';
  const CLEAR = `All clear: ${RAISED}`;

  test('ends: what still goes on is told then, once, and so is its end', async () => {
    for (const hours of [0.5, 12, 23]) await tell(hours * HOUR_MS);
    expect(await told()).toEqual([]);
    for (const hours of [24.1, 24.2]) await tell(hours * HOUR_MS);
    expect(await told()).toEqual([RAISED]);
    await alerts.well(shop);
    await tell(25 * HOUR_MS);
    expect(await told()).toEqual([RAISED, CLEAR]);
  });

  test('holds for a shop that comes and goes, and for trouble that begins in it', async () => {
    for (let n = 0; n < 3; n += 1) {
      await alerts.well(shop);
      await trouble();
      await tell(HOUR_MS);
    }
    await alerts.well(shop);
    await tell(2 * HOUR_MS);
    await trouble();
    await tell(3 * HOUR_MS);
    expect([await told(), (await all()).length]).toEqual([[], 2]);
    await tell(24.1 * HOUR_MS);
    expect(await told()).toEqual([RAISED]);
  });

  test('that is taken back has told at once what goes on', async () => {
    await tell(HOUR_MS);
    await unmute(database.db, clientId, id);
    await tell();
    expect(await told()).toEqual([RAISED]);
  });

  test('outlasts trouble that ends in it: nobody is told of either', async () => {
    await alerts.well(shop);
    for (const hours of [1, 24.1]) await tell(hours * HOUR_MS);
    expect([await told(), (await all())[0]?.healedAt]).toEqual([[], expect.any(Date)]);
    await unmute(database.db, clientId, id);
    await tell(25 * HOUR_MS);
    expect(await told()).toEqual([]);
  });

  test('that is set again ends when it was set to, also if that is sooner', async () => {
    await mute(database.db, clientId, id, 2, 'Ann');
    await tell(HOUR_MS);
    expect(await told()).toEqual([]);
    await tell(2.1 * HOUR_MS);
    expect(await told()).toEqual([RAISED]);
  });
});

test('the job tells the alerts of every client that has some due', async () => {
  await connect('smtp');
  await person({ ways: { 'low-stock': ['email'] } });
  await raise('Low: Mug');
  const told: ClientId[] = [];
  await alertJob(options(), (client) => told.push(client)).run(null, async () => {});
  expect(told).toContain(clientId);
  expect(await sent()).toHaveLength(1);
});

describe('the clock of the person', () => {
  const zone = 'Europe/London';
  test.each([
    ['2026-07-01T20:59:00Z', false],
    ['2026-07-01T21:00:00Z', true],
    ['2026-07-02T05:59:00Z', true],
    ['2026-07-02T06:00:00Z', false],
    ['2026-12-01T21:30:00Z', false],
    ['2026-12-01T22:00:00Z', true],
  ])('quiet from 22:00 to 07:00 in London at %s: %j', (at, quiet) => {
    expect(isBetween(new Date(at), zone, '22:00', '07:00')).toBe(quiet);
  });

  test.each([
    ['2026-07-01T21:30:00Z', '07:00', '2026-07-02T06:00:00.000Z'],
    ['2026-07-02T06:00:00Z', '07:00', '2026-07-03T06:00:00.000Z'],
    // The night in which clocks go back, and the one in which they go on.
    ['2026-10-24T22:30:00Z', '07:00', '2026-10-25T07:00:00.000Z'],
    ['2026-03-28T23:30:00Z', '07:00', '2026-03-29T06:00:00.000Z'],
    ['2026-12-01T10:00:30Z', '10:30', '2026-12-01T10:30:00.000Z'],
  ])('after %s it is %s in London at %s', (at, time, next) => {
    expect(nextAt(new Date(at), zone, time).toISOString()).toBe(next);
  });

  test('quiet hours and a digest hold back, urgent alerts do not wait where one wants it so', () => {
    const night = new Date('2026-07-01T22:00:00Z');
    const quiet = { ...NO_ALERTS, timeZone: zone, quiet: { from: '22:00', to: '07:00' } };
    const morning = new Date('2026-07-02T06:00:00Z');
    expect(whenTold(quiet, 'sms', { level: 'warning' }, 0, night)).toEqual(morning);
    expect(whenTold(quiet, 'sms', { level: 'urgent' }, 0, night)).toBeNull();
    expect(whenTold({ ...quiet, urgentAnyway: false }, 'sms', { level: 'urgent' }, 0, night)).toEqual(
      morning,
    );
    const digest = { ...NO_ALERTS, timeZone: zone, digestAt: '08:30' };
    expect(whenTold(digest, 'email', { level: 'info' }, 0, night)).toEqual(new Date('2026-07-02T07:30:00Z'));
    expect(whenTold(digest, 'sms', { level: 'info' }, 0, night)).toBeNull();
  });
});

test('a digest says how many there were, and shows the newest', () => {
  const telling = {
    alertId: 'a',
    what: 'raised',
    topic: 'other',
    level: 'info',
    title: 'T',
    text: 'x\ny',
    at: new Date(),
  } as const;
  const words = digestWords([telling, telling], 3, { clientName: 'Mugs', pageUrl: 'https://x.example' });
  expect(words.subject).toBe('5 alerts · Mugs');
  expect(words.content.facts[0]?.value).toBe('T. x y');
  expect(Mail.safeParse({ to: ['a@b.co'], subject: words.subject, content: words.content }).success).toBe(
    true,
  );
});
