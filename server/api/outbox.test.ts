import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type ClientId, ConnectionId } from '#runtime/ids.ts';
import { enqueue } from '#runtime/outbox/enqueue.ts';
import type { OutboxDocument } from '#runtime/outbox/outbox-document.ts';
import { ConnectionHealth } from '#runtime/sync/connection-health.ts';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { type ApiBench, openApiBench } from '#test/server/api-bench.ts';
import type { ConnectionView, NewWebhookView, OutboxRow, OverviewView, PageView } from './views.ts';

let database: TestDatabase;
let bench: ApiBench;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  bench = await openApiBench(database);
});
afterEach(() => bench.close());

const ask: ApiBench['ask'] = (...given) => bench.ask(...given);
const page = async (path: string, as?: ClientId) =>
  (await ask(path, undefined, as)).body as PageView<OutboxRow>;
const outbox = () => database.db.collection<OutboxDocument>('outbox');

async function messages(states: readonly Partial<OutboxDocument>[]): Promise<void> {
  for (const [n, state] of states.entries()) {
    const payload = { type: 'x', data: { secret: 'never shown' } };
    const connectionId = ConnectionId.parse('hook');
    await enqueue(database.db, bench.ours, {
      key: `${n}`,
      effect: 'webhook',
      connectionId,
      subject: `No ${n}`,
      payload,
    });
    await outbox().updateOne(
      { _id: `${bench.ours}/${n}` },
      { $set: { ...state, queuedAt: new Date(1_000 * n) } },
    );
  }
}
const doubt = (needsPerson: boolean) => ({ reason: 'cut off', since: new Date(), looks: 0, needsPerson });

describe('the outbox', () => {
  test('is listed newest first, page by page, by what needs whom, for its own client alone', async () => {
    await messages([
      { state: 'dead', failure: { code: 'bug', reason: 'gone', fix: 'Mend it.', at: new Date() } },
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
    expect(needs.items[1]).toMatchObject({ code: 'bug', reason: 'gone', fix: 'Mend it.', kind: 'Webhook' });
    expect(needs.items[0]).toMatchObject({ code: null, reason: 'cut off' });
    expect((await page('/outbox?state=waiting')).items).toHaveLength(2);
    expect((await page('/outbox?state=ended')).items).toMatchObject([
      { sentence: expect.stringContaining('a look showed'), decisions: [] },
    ]);
    expect((await page('/outbox', bench.theirs)).items).toEqual([]);
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
      ask(`/outbox/${encodeURIComponent(`${bench.ours}/${n}`)}/decision`, { decision }, as);
    expect((await decide(0, 'again', bench.theirs)).status).toBe(404);
    expect((await decide(0, 'burn')).status).toBe(400);
    expect((await decide(1, 'again')).status).toBe(404);
    expect((await decide(1, 'undo')).status).toBe(404);
    expect(bench.woken).not.toContain(bench.ours);
    expect((await decide(0, 'again')).status).toBe(202);
    expect((await decide(0, 'again')).status).toBe(404);
    expect(bench.woken).toContain(bench.ours);
    expect(await outbox().findOne({ _id: `${bench.ours}/0` })).toMatchObject({ state: 'queued', tries: 0 });
  });
});

describe('connections', () => {
  test('are tried out by a signed test message, which stands in the outbox; others have none', async () => {
    const made = await ask('/webhooks', { name: 'ERP', url: 'https://hooks.example/' });
    const { id } = made.body as NewWebhookView;
    expect((await ask(`/connections/${id}/test-message`, {}, bench.theirs)).status).toBe(404);
    expect(await outbox().countDocuments({ connectionId: id as ConnectionId })).toBe(0);
    expect((await ask(`/connections/${id}/test-message`, {})).status).toBe(202);
    expect((await ask(`/connections/${id}/test-message`, {})).status).toBe(202);
    expect(bench.woken).toContain(bench.ours);
    expect(
      await outbox()
        .find({ connectionId: id as ConnectionId })
        .toArray(),
    ).toMatchObject(
      [1, 2].map(() => ({
        clientId: bench.ours,
        effect: 'webhook',
        connectionId: id,
        subject: 'Test of ERP',
        payload: { type: 'syncflow.test', data: { connection: 'ERP' } },
        state: 'queued',
      })),
    );
  });

  test('that are down say why, when they are looked at next, and what waits', async () => {
    await ask('/webhooks', { name: 'ERP', url: 'https://hooks.example/' });
    const [{ id }] = (await ask('/connections')).body as [ConnectionView];
    const connectionId = ConnectionId.parse(id);
    const health = new ConnectionHealth(database.db, bench.ours, connectionId);
    const [since, nextLookAt] = [new Date(), new Date(Date.now() + 30_000)];
    await health.closed(
      { state: 'open', failures: 4, since, nextLookAt },
      new Error('hooks.example is away'),
    );
    await enqueue(database.db, bench.ours, {
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
