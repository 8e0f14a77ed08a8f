import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { HOME_AGENCY } from '#runtime/ids.ts';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { type ApiBench, openApiBench } from '#test/server/api-bench.ts';
import type { Permission } from '../auth/permissions.ts';

let database: TestDatabase;
let bench: ApiBench;
let site: string;

beforeAll(async () => {
  database = await openTestDatabase();
  bench = await openApiBench(database);
  site = new URL(bench.url).origin;
});
afterAll(async () => {
  await bench.close();
  await database.close();
});

async function metricsFor(permissions: readonly Permission[], ofAll: boolean): Promise<Response> {
  const { key } = await bench.auth.keys.make({
    agencyId: HOME_AGENCY,
    clients: ofAll ? null : [bench.ours],
    name: 'Prometheus',
    permissions,
    createdBy: 'test',
    expiresAt: null,
  });
  return await fetch(`${site}/metrics`, { headers: { authorization: `Bearer ${key}` } });
}

test('metrics are for keys of the whole agency that may inspect', async () => {
  expect((await fetch(`${site}/metrics`)).status).toBe(401);
  expect((await metricsFor(['inspect'], false)).status).toBe(403);
  expect((await metricsFor(['see', 'manage'], true)).status).toBe(403);
  expect((await metricsFor(['inspect'], true)).status).toBe(200);
});

test('metrics count what waits for each client, and requests by their route, never by their address', async () => {
  const event = (n: number, state: string, clientId: string) => ({
    clientId,
    source: 'syncflow',
    dedupeKey: `d${n}`,
    state,
  });
  await database.db
    .collection('events')
    .insertMany([
      event(1, 'dead', bench.ours),
      event(2, 'queued', bench.ours),
      event(3, 'retry', bench.ours),
      event(4, 'done', bench.ours),
      event(5, 'dead', bench.theirs),
    ]);
  const other = await openApiBench(database);
  try {
    site = new URL(other.url).origin;
    await fetch(`${site}/api/v1/orders/secret-order-id`);
    await fetch(`${site}/made-up/by-a-stranger`);
    const response = await metricsFor(['inspect'], true);
    expect(response.headers.get('content-type')).toMatch(/^text\/plain/);
    const text = await response.text();
    expect(text).toContain(`syncflow_events_dead{client="${bench.ours}"} 1`);
    expect(text).toContain(`syncflow_events_waiting{client="${bench.ours}"} 2`);
    expect(text).toContain(`syncflow_events_dead{client="${bench.theirs}"} 1`);
    expect(text).toMatch(
      /syncflow_http_request_seconds_count\{method="GET",route="\/api\/v1\/orders\/:id",status="401"\} 1/,
    );
    expect(text).not.toMatch(/secret-order-id|made-up/);
    expect(text).toContain('process_resident_memory_bytes');
  } finally {
    await other.close();
  }
});

test('ready says whether the database answers; health needs none', async () => {
  const down = await openTestDatabase();
  const cut = await openApiBench(down);
  const at = new URL(cut.url).origin;
  try {
    expect(await (await fetch(`${at}/ready`)).json()).toEqual({ ready: true, database: true });
    await down.close();
    const refused = await fetch(`${at}/ready`);
    expect(refused.status).toBe(503);
    expect(await refused.json()).toEqual({ ready: false, database: false });
    expect((await fetch(`${at}/health`)).status).toBe(200);
  } finally {
    await cut.close();
  }
});
