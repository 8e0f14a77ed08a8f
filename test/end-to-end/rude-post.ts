/** A post office between shops and SyncFlow that delivers every webhook twice and in no order, byte for byte. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface RudePost {
  readonly url: string;
  /** Deliveries that are still held back. */
  held(): number;
  delivered(): number;
  close(): Promise<void>;
}

const KEPT_HEADERS = /^(x-|content-type|user-agent)/;
const ROUND_MS = 150;
const TRY_AGAIN_MS = 50;
const TRIES_MAX = 100;

/**
 * Takes every webhook at once with a 200, holds it for a moment, then sends all that it holds in a random order, each of
 * them twice: the second time in a later round.
 * @param random a seeded source, so that a run can be repeated.
 */
export async function openRudePost(target: string, random: () => number): Promise<RudePost> {
  let held: { path: string; headers: Record<string, string>; body: Buffer; left: number }[] = [];
  let [flying, delivered] = [0, 0];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const headers: Record<string, string> = {};
      for (const [name, value] of Object.entries(request.headers)) {
        if (KEPT_HEADERS.test(name) && typeof value === 'string') headers[name] = value;
      }
      held.push({ path: request.url ?? '/', headers, body: Buffer.concat(chunks), left: 2 });
      response.writeHead(200).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  async function deliver(one: (typeof held)[number]): Promise<void> {
    flying += 1;
    try {
      for (let attempt = 0; attempt < TRIES_MAX; attempt += 1) {
        const answer = await fetch(`${target}${one.path}`, {
          method: 'POST',
          headers: one.headers,
          body: new Uint8Array(one.body),
        }).catch(() => null);
        await answer?.arrayBuffer().catch(() => {});
        if (answer && answer.status < 500) break;
        await new Promise((resolve) => setTimeout(resolve, TRY_AGAIN_MS));
      }
      delivered += 1;
    } finally {
      flying -= 1;
    }
  }

  const timer = setInterval(() => {
    const round = held.map((one) => ({ one, place: random() })).sort((a, b) => a.place - b.place);
    held = [];
    for (const { one } of round) {
      one.left -= 1;
      void deliver(one).then(() => {
        if (one.left > 0) held.push(one);
      });
    }
  }, ROUND_MS);

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    held: () => held.length + flying,
    delivered: () => delivered,
    close: async () => {
      clearInterval(timer);
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
