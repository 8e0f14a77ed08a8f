import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ALL_SERVICES } from '#nodes/all-services.ts';
import { NO_ALERTS } from '#runtime/alerts/alert-preferences.ts';
import { Alerts } from '#runtime/alerts/alerts.ts';
import { tellAlerts } from '#runtime/alerts/tell-alerts.ts';
import { saveConnection } from '#runtime/clients/connection-model.ts';
import { ConnectionId } from '#runtime/ids.ts';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { type ApiBench, openApiBench } from '#test/server/api-bench.ts';
import type { AlertPreferencesView, AlertRow, PageView } from './views.ts';

let database: TestDatabase;
let bench: ApiBench;
beforeAll(async () => {
  database = await openTestDatabase();
  bench = await openApiBench(database);
});
afterAll(async () => {
  await bench.close();
  await database.close();
});

const rows = async () => ((await bench.ask('/alerts')).body as PageView<AlertRow>).items;
const address = (id: string, what: string) => `/alerts/${encodeURIComponent(id)}/${what}`;

test('an alert is seen, acknowledged, muted and heard again', async () => {
  const alerts = new Alerts(database.db, bench.ours);
  await alerts.raise(null, {
    key: 'k',
    level: 'info',
    title: 'Low',
    text: 'x',
    quietHours: 0,
    topic: 'low-stock',
  });
  const [first] = await rows();
  expect(first).toMatchObject({
    topic: 'low-stock',
    count: 1,
    ongoing: false,
    acknowledged: null,
    mutedUntil: null,
  });
  const id = first?.id ?? '';
  expect((await bench.ask(address(id, 'acknowledge'), {})).status).toBe(204);
  expect((await bench.ask(address(id, 'mute'), { hours: 8 })).status).toBe(204);
  const [seen] = await rows();
  expect(seen?.acknowledged?.by).toBeTruthy();
  const hours = (Date.parse(seen?.mutedUntil ?? '') - Date.now()) / 3_600_000;
  expect(hours).toBeCloseTo(8, 1);
  expect((await bench.ask(address(id, 'mute'), { hours: 10_000 })).status).toBe(400);
  expect((await bench.ask(address(id, 'mute'), undefined, bench.ours, 'DELETE')).status).toBe(204);
  expect((await rows())[0]?.mutedUntil).toBeNull();
  expect((await bench.ask(address(id, 'acknowledge'), {}, bench.theirs)).status).toBe(404);
});

test('trouble that goes on is told apart from what is over', async () => {
  const alerts = new Alerts(database.db, bench.ours);
  const connectionId = ConnectionId.parse('shop');
  await alerts.trouble({ connectionId, name: 'Shop', error: new Error('down'), kept: '' });
  expect((await rows())[0]).toMatchObject({ topic: 'sync-failure', ongoing: true, healedAt: null });
  await alerts.well(connectionId);
  const options = { database, services: ALL_SERVICES, publicUrl: () => 'https://sync.example' };
  await tellAlerts(options, bench.ours, new Date(Date.now() + 10 * 60_000));
  expect((await rows())[0]).toMatchObject({ ongoing: false, healedAt: expect.any(String) });
});

test("preferences are one's own, and say by what messages can be sent", async () => {
  const read = async (as = bench.ours) =>
    (await bench.ask('/alerts/preferences', undefined, as)).body as AlertPreferencesView;
  const put = async (body: object, path = '/alerts/preferences', as = bench.ours) =>
    await bench.ask(path, body, as, 'PUT');
  expect(await read()).toMatchObject({
    email: expect.stringContaining('@'),
    preferences: null,
    senders: { email: { by: null, able: [] }, sms: { by: null } },
  });
  const id = ConnectionId.parse(`smtp-${randomUUID()}`);
  await saveConnection(database.models, {
    _id: id,
    clientId: bench.ours,
    name: 'Our mail server',
    channel: 'smtp',
    baseUrl: 'https://mail.example:587',
    sandbox: false,
    countingAuthority: false,
    secret: bench.vault.seal(id, {}),
    createdAt: new Date(),
  });
  const wanted = {
    ...NO_ALERTS,
    ways: { 'low-stock': ['email'] },
    timeZone: 'Europe/London',
    quiet: { from: '22:00', to: '07:00' },
  };
  expect((await put(wanted)).status).toBe(200);
  expect(await read()).toMatchObject({
    preferences: wanted,
    senders: { email: { by: id, able: [{ id, name: 'Our mail server' }] } },
  });
  expect((await read(bench.theirs)).preferences).toBeNull();
  for (const wrong of [
    { ...wanted, timeZone: 'Mars/Olympus' },
    { ...wanted, quiet: { from: '25:00', to: '07:00' } },
    { ...wanted, ways: { payment: ['sms'] } },
  ])
    expect((await put(wrong)).status).toBe(400);
  expect((await put({ email: id, sms: null }, '/alerts/senders')).status).toBe(200);
  expect((await put({ email: null, sms: id }, '/alerts/senders')).status).toBe(404);
  expect((await put({ email: id, sms: null }, '/alerts/senders', bench.theirs)).status).toBe(404);
});
