import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { ALL_CHANNELS } from '#nodes/all-channels.ts';
import { ALL_NODE_TYPES } from '#nodes/all-node-types.ts';
import { ALL_OUTSIDE_EFFECTS, ALL_SERVICES } from '#nodes/all-services.ts';
import { connectionsOf } from '#runtime/clients/connection-model.ts';
import { ClientId, ConnectionId } from '#runtime/ids.ts';
import { enqueue } from '#runtime/outbox/enqueue.ts';
import type { OutboxDocument } from '#runtime/outbox/outbox-document.ts';
import { ConnectionHealth } from '#runtime/sync/connection-health.ts';
import { Vault } from '#runtime/vault/vault.ts';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { SESSION_COOKIE, Sessions } from '../auth/sessions.ts';
import { openWeb, type Web } from '../web.ts';
import type { ConnectionView, NewWebhookView, OutboxRow, OverviewView, PageView } from './views.ts';

const vault = new Vault(Buffer.alloc(32, 7));
const woken: string[] = [];
const reloaded: string[] = [];
let database: TestDatabase;
let sessions: Sessions;
let web: Web;
let [ours, theirs]: ClientId[] = [];
let ask: (path: string, body?: object, as?: ClientId) => Promise<{ status: number; body: unknown }>;

beforeAll(async () => {
  database = await openTestDatabase();
  sessions = new Sessions(database.db);
  web = await openWeb(
    {
      database,
      vault,
      sessions,
      log: pino({ level: 'silent' }),
      types: ALL_NODE_TYPES,
      channels: ALL_CHANNELS,
      services: ALL_SERVICES,
      outsideEffects: ALL_OUTSIDE_EFFECTS,
      version: '0',
      pageDir: '.',
      host: '127.0.0.1',
      secure: false,
      wake: (clientId) => woken.push(clientId),
      reload: (clientId) => reloaded.push(clientId),
      accepted: () => {},
    },
    0,
  );
});
afterAll(async () => {
  await web.close();
  await database.close();
});
beforeEach(async () => {
  [ours, theirs] = [ClientId.parse(`c-${randomUUID()}`), ClientId.parse(`c-${randomUUID()}`)];
  const cookies = new Map<ClientId, string>();
  for (const client of [ours, theirs]) {
    const signedIn = await sessions.signIn(sessions.makeLinkToken(client));
    if (typeof signedIn !== 'string') cookies.set(client, `${SESSION_COOKIE}=${signedIn.token}`);
  }
  ask = async (path, body, as = ours!) => {
    const response = await fetch(`http://127.0.0.1:${web.port}/api/v1${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { cookie: cookies.get(as)!, 'x-syncflow': 'page', 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: await response.json() };
  };
});

const page = async (path: string, as?: ClientId) =>
  (await ask(path, undefined, as)).body as PageView<OutboxRow>;
const outbox = () => database.db.collection<OutboxDocument>('outbox');

async function messages(states: readonly Partial<OutboxDocument>[]): Promise<void> {
  for (const [n, state] of states.entries()) {
    const payload = { type: 'x', data: { secret: 'never shown' } };
    const connectionId = ConnectionId.parse('hook');
    await enqueue(database.db, ours!, {
      key: `${n}`,
      effect: 'webhook',
      connectionId,
      subject: `No ${n}`,
      payload,
    });
    await outbox().updateOne({ _id: `${ours}/${n}` }, { $set: { ...state, queuedAt: new Date(1_000 * n) } });
  }
}
const doubt = (needsPerson: boolean) => ({ reason: 'cut off', since: new Date(), looks: 0, needsPerson });

describe('the outbox', () => {
  test('is listed newest first, page by page, by what needs whom, for its own client alone', async () => {
    await messages([
      { state: 'dead', failure: { reason: 'gone', fix: 'Mend it.', at: new Date() } },
      { state: 'sent', knownBy: 'look', endedAt: new Date() },
      { state: 'in-doubt', doubt: doubt(true) },
      { state: 'in-doubt', doubt: doubt(false) },
      {},
    ]);
    const first = await page('/outbox?limit=3');
    const second = await page(`/outbox?limit=3&cursor=${first.next}`);
    expect([...first.items, ...second.items].map(({ subject }) => subject)).toEqual(
      ['4', '3', '2', '1', '0'].map((n) => `No ${n}`),
    );
    expect(second.next).toBeNull();
    const needs = await page('/outbox?state=needs-you');
    expect(needs.items.map(({ subject, decisions }) => [subject, decisions])).toEqual([
      ['No 2', ['done', 'again', 'drop']],
      ['No 0', ['done', 'again', 'drop']],
    ]);
    expect(needs.items[1]).toMatchObject({ reason: 'gone', fix: 'Mend it.', kind: 'Webhook' });
    expect((await page('/outbox?state=waiting')).items).toHaveLength(2);
    expect((await page('/outbox?state=ended')).items).toMatchObject([
      { sentence: expect.stringContaining('a look showed'), decisions: [] },
    ]);
    expect((await page('/outbox', theirs)).items).toEqual([]);
    expect(JSON.stringify(first)).not.toContain('never shown');
    const overview = (await ask('/overview')).body as OverviewView;
    expect(overview.needs).toContainEqual(
      expect.objectContaining({ kind: 'outbox', count: 2, href: '/outbox' }),
    );
    expect((await ask('/outbox?state=other')).status).toBe(400);
  });

  test('takes a decision once, and only of its own client', async () => {
    await messages([{ state: 'dead' }, { state: 'sent' }]);
    const decide = (n: number, decision: string, as?: ClientId) =>
      ask(`/outbox/${encodeURIComponent(`${ours}/${n}`)}/decision`, { decision }, as);
    expect((await decide(0, 'again', theirs)).status).toBe(404);
    expect((await decide(0, 'burn')).status).toBe(400);
    expect((await decide(1, 'again')).status).toBe(404);
    expect((await decide(1, 'undo')).status).toBe(404);
    expect(woken).not.toContain(ours);
    expect((await decide(0, 'again')).status).toBe(202);
    expect((await decide(0, 'again')).status).toBe(404);
    expect(woken).toContain(ours);
    expect(await outbox().findOne({ _id: `${ours}/0` })).toMatchObject({ state: 'queued', tries: 0 });
  });
});

describe('connections', () => {
  test('to an address of one’s own are made with a secret that is shown once and lies sealed', async () => {
    const url = 'https://hooks.example/in?key=very-secret';
    expect((await ask('/connections/webhooks', { name: 'ERP', url: 'http://hooks.example' })).status).toBe(
      400,
    );
    const made = await ask('/connections/webhooks', { name: 'ERP', url });
    expect(made.status).toBe(201);
    const { id, secret } = made.body as NewWebhookView;
    expect(reloaded).toContain(ours);
    const [kept] = await connectionsOf(database.models, ours!);
    expect(vault.open(id, kept!.secret)).toEqual({ url, secret });
    const shown = JSON.stringify((await ask('/connections')).body);
    expect(shown).toContain('ERP');
    expect(shown).not.toMatch(/very-secret|whsec_/);
    expect((await ask('/connections', undefined, theirs)).body).toEqual([]);
  });

  test('that are down say why, when they are looked at next, and what waits', async () => {
    await ask('/connections/webhooks', { name: 'ERP', url: 'https://hooks.example/' });
    const [{ id }] = (await ask('/connections')).body as [ConnectionView];
    const connectionId = ConnectionId.parse(id);
    const health = new ConnectionHealth(database.db, ours!, connectionId);
    const [since, nextLookAt] = [new Date(), new Date(Date.now() + 30_000)];
    await health.closed(
      { state: 'open', failures: 4, since, nextLookAt },
      new Error('hooks.example is away'),
    );
    await enqueue(database.db, ours!, {
      key: 'k',
      effect: 'webhook',
      connectionId,
      subject: 's',
      payload: {},
    });
    const down = (await ask('/connections')).body as [ConnectionView];
    expect(down).toMatchObject([
      {
        kind: 'service',
        tone: 'bad',
        word: 'Not answering',
        waiting: 1,
        error: { reason: 'hooks.example is away' },
      },
    ]);
    expect(down[0].error?.next).toMatch(/^The next look is in \d\d s\. 1 waits, nothing is lost\.$/);
    await health.recovered();
    expect((await ask('/connections')).body).toMatchObject([{ error: null }]);
  });
});
