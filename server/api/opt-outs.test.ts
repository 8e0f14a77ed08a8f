import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { saveConnection } from '#runtime/clients/connection-model.ts';
import { type ClientId, ConnectionId } from '#runtime/ids.ts';
import { OptOuts } from '#runtime/outbox/opt-outs.ts';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { type ApiBench, openApiBench } from '#test/server/api-bench.ts';
import type { ConnectionView, OptOutRow } from './views.ts';

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

async function connected(clientId: ClientId, id: string): Promise<OptOuts> {
  const _id = ConnectionId.parse(id);
  await saveConnection(database.models, {
    _id,
    clientId,
    name: 'Mails',
    channel: 'sendgrid',
    baseUrl: 'https://api.sendgrid.com',
    sandbox: false,
    countingAuthority: false,
    secret: bench.vault.seal(_id, {}),
    createdAt: new Date(),
  });
  return new OptOuts(database.db, clientId, _id);
}

test('who wants no more is counted and listed, and gets messages again when somebody says so; each client its own', async () => {
  const ours = await connected(bench.ours, 'sendgrid-ours');
  const theirs = await connected(bench.theirs, 'sendgrid-theirs');
  await ours.add('a+b@example.com');
  await theirs.add('c@example.com');
  const connections = async () => (await bench.ask('/connections')).body as readonly ConnectionView[];
  const address = expect.stringMatching(/\/hooks\/sendgrid\/sendgrid-ours$/);
  expect(await connections()).toMatchObject([{ optOuts: 1, hookAddress: address }]);
  const path = '/connections/sendgrid-ours/opt-outs';
  const rows = (await bench.ask(path)).body as readonly OptOutRow[];
  expect(rows.map((row) => row.address)).toEqual(['a+b@example.com']);

  const remove = async (at: string) => (await bench.ask(at, undefined, bench.ours, 'DELETE')).status;
  expect(await remove('/connections/sendgrid-theirs/opt-outs/c@example.com')).toBe(404);
  expect(await theirs.has('c@example.com')).toBe(true);
  expect((await bench.ask('/connections/sendgrid-theirs/opt-outs')).status).toBe(404);
  const one = `${path}/${encodeURIComponent('a+b@example.com')}`;
  expect(await remove(one)).toBe(204);
  expect(await remove(one)).toBe(404);
  expect(await connections()).toMatchObject([{ optOuts: 0 }]);
});
