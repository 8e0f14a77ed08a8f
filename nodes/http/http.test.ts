/** Requests to an HTTP API: what an answer means, where they may go, and what becomes of them in a flow on the real Node-RED. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { fetch as guardedFetch } from 'undici';
import { saveConnection } from '#runtime/clients/connection-model.ts';
import { InDoubt, Rejected, Retryable } from '#runtime/errors.ts';
import { ConnectionId } from '#runtime/ids.ts';
import { AddressRules } from '#runtime/outgoing/address-rules.ts';
import { guardedDispatcher } from '#runtime/outgoing/guard.ts';
import { Vault } from '#runtime/vault/vault.ts';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { type FlowBench, openFlowBench } from '#test/flows/flow-bench.ts';
import { below, callHttp, type HttpRequest } from './http-call.ts';

const connectionId = ConnectionId.parse('api-1');
const secretValue = 'Bearer of-the-api-which-is-secret';
interface Asked {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}
let asked: Asked[] = [];
let answer: (asked: Asked, response: ServerResponse) => void;
let server: Server;
let base = '';
let database: TestDatabase;
let bench: FlowBench;

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    const { method, url, headers } = request;
    asked.push({ method, url, headers, body });
    answer({ method, url, headers, body }, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  database = await openTestDatabase();
  bench = await openFlowBench(database);
  await saveConnection(database.models, {
    _id: connectionId,
    clientId: bench.clientId,
    name: 'API',
    channel: 'http',
    baseUrl: new URL(base).origin,
    sandbox: false,
    countingAuthority: false,
    secret: new Vault(Buffer.alloc(32, 7)).seal(connectionId, secretOf(base)),
    createdAt: new Date(),
  });
});
afterAll(async () => {
  await bench.stop();
  server.closeAllConnections();
  server.close();
  await database.close();
});
beforeEach(() => {
  asked = [];
  answer = (_asked, response) =>
    void response.setHeader('content-type', 'application/json').end('{"price":5}');
});
afterEach(async () => {
  await bench.deploy({});
});

const secretOf = (url: string) => ({ url, header: 'Authorization', value: secretValue });
const call = async (more: Partial<HttpRequest> = {}, url = base) =>
  await callHttp(
    { connectionId, type: 'http', baseUrl: new URL(url).origin, secret: secretOf(url), client: null },
    { method: 'GET', path: '/prices?sku=TEA', timeoutMs: 1_000, observe: () => {}, ...more },
  );

describe('a call', () => {
  test('goes below the address with its key, and brings JSON, text or nothing back', async () => {
    expect(await call()).toEqual({ status: 200, body: { price: 5 } });
    expect(asked[0]).toMatchObject({
      method: 'GET',
      url: '/v1/prices?sku=TEA',
      headers: { authorization: secretValue },
    });
    answer = (_asked, response) => void response.writeHead(404).end('none');
    expect(await call()).toEqual({ status: 404, body: 'none' });
    answer = (_asked, response) => void response.writeHead(204).end();
    expect(await call({ method: 'DELETE' })).toEqual({ status: 204, body: null });
  });

  test.each([
    '//evil.example/',
    '/../admin',
    '/a/../../admin',
    '@evil.example',
    '\\\\evil',
    '.evil.example/',
    'http://evil.example/',
  ])('leads nowhere else: %s', (path) =>
    expect(() => below('https://api.example/v1', path)).toThrow(Rejected),
  );

  test('is made to public addresses alone, unless others are allowed', async () => {
    // As `guardOutgoing` does it for a whole process; Jest's own global scope is not the one that it reaches.
    const dispatcher = guardedDispatcher(new AddressRules([]));
    const plain = globalThis.fetch;
    globalThis.fetch = ((to: string, init: object) => guardedFetch(to, { ...init, dispatcher })) as never;
    try {
      await expect(call()).rejects.toMatchObject({ name: 'Rejected', code: 'far-side.address' });
      await expect(call({}, 'https://169.254.169.254/latest')).rejects.toThrow('not a public address');
    } finally {
      globalThis.fetch = plain;
    }
    expect(asked).toEqual([]);
  });

  test.each([
    [401, Rejected],
    [403, Rejected],
    [302, Rejected],
    [429, Retryable],
    [500, Retryable],
  ] as const)(
    'answered with %d throws what follows from it, and tells nothing secret',
    async (status, kind) => {
      answer = (_asked, response) =>
        void response
          .writeHead(status, { location: 'http://169.254.169.254/', 'retry-after': '7' })
          .end('no');
      const error = await call().catch((thrown) => thrown);
      expect(error).toBeInstanceOf(kind);
      if (kind === Retryable) expect(error.afterMs).toBe(7_000);
      expect(String(error.message)).not.toContain('secret');
    },
  );

  test('that gets no answer in time is in doubt when it writes, and may be tried again when it reads', async () => {
    answer = () => {};
    await expect(call({ timeoutMs: 50 })).rejects.toBeInstanceOf(Retryable);
    await expect(call({ timeoutMs: 50, method: 'POST', body: {} })).rejects.toBeInstanceOf(InDoubt);
  });

  test('is ended when the answer is too large', async () => {
    answer = (_asked, response) => void response.end('x'.repeat(1_000_001));
    await expect(call()).rejects.toThrow('more than 1 MB');
  });
});

const node = (id: string, type: string, config = {}) => ({ id, type, name: id, config, x: 0, y: 0 });
const flow = (config: object) => ({
  nodes: [
    node('start', 'bench-start'),
    node('it', 'http-request', { connection: connectionId, ...config }),
    ...['answered', 'refused', 'sent'].map((id) => node(id, 'bench-collect')),
  ],
  wires: [
    { from: 'start', output: 'out', to: 'it' },
    ...['answered', 'refused', 'sent'].map((output) => ({ from: 'it', output, to: output })),
  ],
});

test('in a flow: what is read goes on with the message, and what the API refuses by a way of its own', async () => {
  await bench.deploy({ f: flow({ path: '"/prices/" + sku' }) });
  await bench.send({ sku: 'TEA' });
  const [answered] = await bench.collected('answered', 1);
  expect(answered?.item).toEqual({ status: 200, body: { price: 5 }, item: { sku: 'TEA' } });
  answer = (_asked, response) => void response.writeHead(404).end();
  await bench.send({ sku: 'MUG' });
  const [refused] = await bench.collected('refused', 1);
  expect(refused?.item).toEqual({ status: 404, body: null, item: { sku: 'MUG' } });
  expect(asked.map(({ url }) => url)).toEqual(['/v1/prices/TEA', '/v1/prices/MUG']);
});

test('in a flow: what writes goes out once with a key, however often the run is tried, and the message goes on at once', async () => {
  await bench.deploy({ f: flow({ method: 'PUT', path: '"/stock/" + sku', body: '{"quantity": n + 1}' }) });
  const key = await bench.send({ sku: 'TEA', n: 4 });
  expect((await bench.collected('sent', 1))[0]?.item).toEqual({ sku: 'TEA', n: 4 });
  await bench.again(key);
  await bench.quiet();
  const outbox = database.db.collection('outbox');
  for (let turn = 0; turn < 200 && (await outbox.countDocuments({ state: 'sent' })) < 1; turn += 1)
    await new Promise((resolve) => setTimeout(resolve, 20));
  expect(asked).toMatchObject([{ method: 'PUT', url: '/v1/stock/TEA', body: '{"quantity":5}' }]);
  expect(asked[0]?.headers['idempotency-key']).toMatch(/^[0-9a-f-]{36}$/);
  expect(await outbox.find().toArray()).toMatchObject([
    { state: 'sent', receipt: '200', subject: 'PUT /stock/TEA' },
  ]);
  const everything = JSON.stringify([
    await outbox.find().toArray(),
    await database.db.collection('steps').find().toArray(),
  ]);
  expect(everything).not.toContain(secretValue);
});
