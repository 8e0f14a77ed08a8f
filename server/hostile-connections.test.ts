/** What comes over a socket before anything of ours reads it: bytes that dribble, requests that are none, addresses that climb. */
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { type ApiBench, openApiBench } from '#test/server/api-bench.ts';

let database: TestDatabase;
let bench: ApiBench;
let port = 0;
beforeAll(async () => {
  database = await openTestDatabase();
  bench = await openApiBench(database, {
    // The page as it stands in the sources: a built one may not be there.
    pageDir: join(import.meta.dirname, '..', 'editor'),
    timeouts: { headersMs: 700, requestMs: 1_500, checkMs: 100 },
  });
  port = Number(new URL(bench.url).port);
});
afterAll(async () => {
  await bench.close();
  await database.close();
});

/** Everything that is answered until the other side closes. */
async function answerTo(send: (socket: Socket) => void): Promise<{ text: string; ms: number }> {
  const socket = connect(port, '127.0.0.1');
  const began = performance.now();
  let text = '';
  socket.on('data', (bytes) => {
    text += bytes.toString('latin1');
  });
  socket.on('error', () => {});
  send(socket);
  await new Promise((resolve) => socket.once('close', resolve));
  return { text, ms: performance.now() - began };
}
/** A byte every 50 ms, for as long as somebody listens. */
function dribble(socket: Socket, text: string): void {
  let at = 0;
  const timer = setInterval(() => socket.write(text[at++ % text.length] ?? ''), 50);
  socket.once('close', () => clearInterval(timer));
}
const head = (path: string, more = '') =>
  `POST ${path} HTTP/1.1\r\nhost: x\r\nx-syncflow: page\r\ncontent-type: application/json\r\n${more}content-length: 5000\r\n\r\n`;

test('senders that dribble are cut off, and meanwhile nobody else waits', async () => {
  const slow = [
    answerTo((socket) => dribble(socket, 'GET /api/v1/session HTTP/1.1\r\nx-a: bbbbbbbbbbbbbbbbbbbbbbbb')),
    answerTo(() => {}),
    ...['/api/v1/signin', '/hooks/shopify/some-shop', '/connect/woocommerce/callback'].map((path) =>
      answerTo((socket) => {
        socket.write(head(path));
        dribble(socket, ' ');
      }),
    ),
    answerTo((socket) => {
      socket.write(head('/api/v1/signin', 'expect: 100-continue\r\n'));
    }),
  ];
  let others = 0;
  const othersMs: number[] = [];
  let ended = false;
  const all = Promise.all(slow).finally(() => {
    ended = true;
  });
  while (!ended) {
    const began = performance.now();
    expect(
      (await fetch(`${bench.url}/session`, { headers: { cookie: bench.cookieOf(bench.ours) } })).status,
    ).toBe(200);
    othersMs.push(performance.now() - began);
    others += 1;
    await wait(20);
  }
  for (const { text, ms } of await all) {
    expect(text).not.toMatch(/^HTTP\/1\.1 (2|3|5)/);
    expect(ms).toBeLessThan(6_000);
  }
  expect(others).toBeGreaterThan(10);
  expect(othersMs.sort((a, b) => a - b)[Math.floor(others / 2)]).toBeLessThan(500);
});

test.each([
  ['two lengths', 'content-length: 5\r\ncontent-length: 6\r\n'],
  ['a length and pieces', 'content-length: 5\r\ntransfer-encoding: chunked\r\n'],
  ['a length that is none', 'content-length: 5, 6\r\n'],
  ['a header that goes on in the next line', 'x-a: b\r\n c: d\r\n'],
  ['a line that ends by a line feed alone', 'x-a: b\nx-syncflow: page\r\n'],
  ['a byte that no header may have', 'x-a: b\u0000c\r\n'],
  ['a blank before the colon', 'x-a : b\r\n'],
  ['more headers than anybody needs', `x-a: ${'b'.repeat(20_000)}\r\n`],
])('a request with %s is refused, and its connection closed', async (_what, headers) => {
  const { text } = await answerTo((socket) => {
    socket.write(`POST /api/v1/signin HTTP/1.1\r\nhost: x\r\n${headers}\r\n`);
    socket.write('GET /api/v1/openapi.json HTTP/1.1\r\nhost: x\r\n\r\n');
  });
  expect(text).toMatch(/^HTTP\/1\.1 (400|431) /);
  // What was smuggled in behind it is never answered.
  expect(text.match(/HTTP\/1\.1/g)).toHaveLength(1);
});

test('addresses that climb out of the page’s folder find nothing', async () => {
  const climbing = [
    '/../package.json',
    '/assets/../../package.json',
    '/%2e%2e/package.json',
    '/..%2fpackage.json',
    '/assets/..%2f..%2fpackage.json',
    '/..%5cpackage.json',
    '/%2e%2e%5cpackage.json',
    '/....//package.json',
    '/%c0%ae%c0%ae/package.json',
    '//etc/passwd',
    '/%00/../package.json',
    '/index.html%00.js',
    '/.git/config',
    '/%ff',
  ];
  for (const path of climbing) {
    const { text } = await answerTo((socket) =>
      socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`),
    );
    expect({ path, text: text.slice(0, 12) }).toEqual({ path, text: expect.stringMatching(/^HTTP\/1\.1 4/) });
    expect(text).not.toMatch(/"version"|root:/);
  }
  const { text } = await answerTo((socket) =>
    socket.write('GET /orders HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n'),
  );
  expect(text).toMatch(/^HTTP\/1\.1 200 [\s\S]*<div id="root">/);
});

test('what a sender says never becomes a header of ours', async () => {
  for (const path of [
    '/signin?token=x%0d%0aset-cookie:%20a=b',
    '/connect/shopify/callback?state=%0d%0aset-cookie:%20a=b',
    '/connect/%0d%0aset-cookie:%20a=b/callback',
    '/api/v1/orders?cursor=%0d%0aset-cookie:%20a=b',
    '/orders%0d%0aset-cookie:%20a=b',
  ]) {
    const { text } = await answerTo((socket) =>
      socket.write(
        `GET ${path} HTTP/1.1\r\nhost: evil.example\r\nx-request-id: mine\r\nx-forwarded-host: evil.example\r\nconnection: close\r\n\r\n`,
      ),
    );
    const headers = text.split('\r\n\r\n')[0] ?? '';
    expect(headers).toMatch(/^HTTP\/1\.1 [2-4]/);
    expect(headers).not.toMatch(/set-cookie: a|evil\.example|x-request-id: mine/i);
  }
});
