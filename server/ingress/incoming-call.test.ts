/** Calls of flows by others, over real HTTP: the address, the proof, the fields, and what is on disk when they are answered. */
import { createHmac, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { signedHeaders } from '#nodes/webhooks/standard-signature.ts';
import type { EventDocument } from '#runtime/events/event.ts';
import { type ClientId, PipelineId } from '#runtime/ids.ts';
import { savePipeline } from '#runtime/pipelines/pipeline-model.ts';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { type ApiBench, openApiBench } from '#test/server/api-bench.ts';

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
beforeEach(async () => {
  await database.db.collection('events').deleteMany({});
  bench.woken.length = 0;
});

/** A flow that runs, and the address and secret of its trigger. */
async function flowWith(
  config: object,
  state: 'running' | 'paused' = 'running',
  clientId: ClientId = bench.ours,
) {
  const id = PipelineId.parse(`f-${randomUUID()}`);
  const nodes = [{ id: 'in', type: 'webhook-in', name: 'In', config: { ...config }, x: 0, y: 0 }];
  const fields = { name: 'Called', template: 'own', parameters: {}, graph: { nodes, wires: [] }, version: 1 };
  await savePipeline(database.models, { _id: id, clientId, ...fields, state, createdAt: new Date() });
  const made = await bench.ask(`/pipelines/${id}/addresses`, { nodeId: 'in' }, clientId);
  expect(made.status).toBe(201);
  const { url, secret } = made.body as { url: string; secret: string };
  return { id, secret, url: new URL(new URL(url).pathname, bench.url).href };
}
const call = (url: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(url, {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  });
const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` });
const kept = () => database.db.collection<EventDocument>('events').find({}).toArray();

test('a call with its secret is on disk for its node when it is answered, and wakes the client', async () => {
  const { id, url, secret } = await flowWith({ fields: 'sku: text\nquantity: number\nnote?: text' });
  expect(new URL(url).pathname).toMatch(/^\/hooks\/in\/[A-Za-z0-9_-]{43}$/);
  expect((await call(url, { sku: 'TEA', quantity: 2, more: true }, bearer(secret))).status).toBe(200);
  const [event] = await kept();
  expect(event).toMatchObject({
    clientId: bench.ours,
    topic: 'webhook.received',
    to: { pipelineId: id, nodeId: 'in' },
  });
  expect(JSON.parse(String(event?.body))).toEqual({ sku: 'TEA', quantity: 2, more: true });
  expect(bench.woken).toEqual([bench.ours]);
});

test('a call that comes again under the same name makes nothing new; without a name each counts', async () => {
  const { url, secret } = await flowWith({});
  for (const key of ['k1', 'k1', 'k2'])
    expect((await call(url, {}, { ...bearer(secret), 'idempotency-key': key })).status).toBe(200);
  expect(await kept()).toHaveLength(2);
  for (let n = 0; n < 2; n += 1) await call(url, {}, bearer(secret));
  expect(await kept()).toHaveLength(4);
});

describe('is refused, with the reason and nothing kept:', () => {
  test.each([
    ['no secret', { sku: 'A' }, {}, 401, 'does not prove'],
    ['a wrong secret', { sku: 'A' }, bearer('whsec_wrong'), 401, 'does not prove'],
    ['a field that is missing', {}, 'right', 422, '"sku" is missing'],
    ['a field of another kind', { sku: 5 }, 'right', 422, '"sku" is not as it must be'],
    ['what is no JSON', '{', 'right', 400, 'no JSON'],
    ['another kind of body', 'a', 'text', 415, 'Send JSON'],
  ] as const)('%s', async (_what, body, headers, status, says) => {
    const { url, secret } = await flowWith({ fields: 'sku: text' });
    const sent =
      headers === 'right'
        ? bearer(secret)
        : headers === 'text'
          ? { ...bearer(secret), 'content-type': 'text/plain' }
          : headers;
    const answer = await call(url, body, sent);
    const { detail } = (await answer.json()) as { detail: string };
    expect([answer.status, detail]).toEqual([status, expect.stringContaining(says)]);
    expect(await kept()).toEqual([]);
  });

  test('an address that is unknown, replaced, or of a flow that is paused', async () => {
    const { id, url, secret } = await flowWith({});
    const unknown = url.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));
    expect((await call(unknown, {}, bearer(secret))).status).toBe(404);
    await bench.ask(`/pipelines/${id}/addresses`, { nodeId: 'in' });
    expect((await call(url, {}, bearer(secret))).status).toBe(404);
    const paused = await flowWith({}, 'paused');
    const answer = await call(paused.url, {}, bearer(paused.secret));
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '10']);
    expect(await kept()).toEqual([]);
  });
});

test('signatures: of the Standard Webhooks, of the body as hexadecimal or base64, and nothing else', async () => {
  const standard = await flowWith({ check: 'signature' });
  const body = JSON.stringify({ n: 1 });
  const headers = (secret: string) => ({ ...signedHeaders([secret], 'msg_1', new Date(), body) });
  expect((await call(standard.url, body, headers(standard.secret))).status).toBe(200);
  expect((await call(standard.url, `${body} `, headers(standard.secret))).status).toBe(401);
  const plain = await flowWith({ check: 'hmac', header: 'X-Sign' });
  const sign = (encoding: 'hex' | 'base64', of = body) =>
    createHmac('sha256', plain.secret).update(of).digest(encoding);
  for (const signature of [sign('hex'), `sha256=${sign('hex')}`, sign('base64')])
    expect((await call(plain.url, body, { 'x-sign': signature })).status).toBe(200);
  for (const signature of [sign('hex', 'other'), '', 'sha256='])
    expect((await call(plain.url, body, { 'x-sign': signature })).status).toBe(401);
});

test('a form comes as its fields; whoever knows the address may call where nothing else is asked for', async () => {
  const { url } = await flowWith({ check: 'none' });
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  expect((await call(url, 'sku=TEA&n=1', form)).status).toBe(200);
  expect(JSON.parse(String((await kept())[0]?.body))).toEqual({ sku: 'TEA', n: '1' });
});

test('secrets lie sealed, are shown once, and addresses are seen by none but who builds the flow', async () => {
  const { id, secret } = await flowWith({});
  const stored = JSON.stringify(await database.db.collection('hook-addresses').find({}).toArray());
  expect(stored).not.toContain(secret);
  const listed = await bench.ask(`/pipelines/${id}/addresses`);
  expect(listed.body).toMatchObject([{ nodeId: 'in' }]);
  expect(JSON.stringify(listed.body)).not.toContain(secret);
  expect((await bench.ask(`/pipelines/${id}/addresses`, undefined, bench.theirs)).status).toBe(404);
  expect((await bench.ask(`/pipelines/${id}/addresses`, { nodeId: 'gone' })).status).toBe(404);
  expect((await bench.ask(`/pipelines/${id}`, undefined, bench.ours, 'DELETE')).status).toBe(204);
  expect(await database.db.collection('hook-addresses').countDocuments({ pipelineId: id })).toBe(0);
});
