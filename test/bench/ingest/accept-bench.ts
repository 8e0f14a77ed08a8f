/** Accepted webhooks a second, and how long the slowest wait, beside two references in the same run; and with a long queue. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Binary, MongoClient, ObjectId } from 'mongodb';
import { startEmbedded } from '#runtime/database/embedded/index.ts';
import { type EventDocument, NO_FLOWS } from '#runtime/events/event.ts';
import { ClientId } from '#runtime/ids.ts';
import { CONNECTION, PATH, type Webhook, webhookOf } from './webhook.ts';

const CONNECTIONS = [1, 16, 64];
const WARM_UP_MS = 1_000;
const SECOND_MS = 1_000;
const NAMES = ['ingress', 'express', 'node-red'] as const;
type Name = (typeof NAMES)[number];

interface Measured {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

let sent = 0;

function post(port: number, agent: Agent, { body, headers }: Webhook): Promise<number> {
  return new Promise((resolve, reject) => {
    const call = request(
      { port, agent, host: '127.0.0.1', method: 'POST', path: PATH, headers },
      (response) => {
        response.resume().on('end', () => resolve(response.statusCode ?? 0));
      },
    );
    call.on('error', reject).end(body);
  });
}

/** Sends for so long, over so many connections. @returns how long each took. */
async function send(port: number, connections: number, ms: number): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const tookMs: number[] = [];
  const startedMs = performance.now();
  const sender = async () => {
    while (performance.now() - startedMs < ms) {
      sent += 1;
      const webhook = webhookOf(sent);
      const sentMs = performance.now();
      const status = await post(port, agent, webhook);
      if (status !== 200) throw new Error(`a webhook was answered with ${status}`);
      tookMs.push(performance.now() - sentMs);
    }
  };
  await Promise.all(Array.from({ length: connections }, sender));
  agent.destroy();
  return tookMs;
}

function measured(tookMs: readonly number[], ms: number): Measured {
  const sorted = tookMs.toSorted((a, b) => a - b);
  const at = (quantile: number) => sorted[Math.floor(sorted.length * quantile)] ?? 0;
  return { perSecond: sorted.length / (ms / 1_000), p50Ms: at(0.5), p99Ms: at(0.99) };
}

interface Contender {
  readonly name: Name;
  readonly port: number;
  end(): Promise<void>;
}

async function open(name: Name, uri: string): Promise<Contender> {
  const child = fork(join(import.meta.dirname, 'contender.ts'), [name, uri]);
  const [port] = (await once(child, 'message')) as [number];
  const end = async () => {
    child.disconnect();
    await once(child, 'exit');
  };
  return { name, port, end };
}

/** In turns of a second, so that what else the machine has to do meets all of them alike. */
async function inTurns<Key>(
  turns: ReadonlyMap<Key, (ms: number) => Promise<number[]>>,
  seconds: number,
): Promise<Map<Key, Measured>> {
  const took = new Map<Key, number[]>([...turns.keys()].map((key) => [key, []]));
  for (const turn of turns.values()) await turn(WARM_UP_MS);
  for (let second = 0; second < seconds; second += 1)
    for (const [key, turn] of turns) took.get(key)?.push(...(await turn(SECOND_MS)));
  return new Map([...took].map(([key, tookMs]) => [key, measured(tookMs, seconds * SECOND_MS)]));
}

/** @returns lines of Markdown: ours beside a bare route that keeps each body, and plain Node-RED that keeps nothing. */
export async function acceptBench(secondsEach: number): Promise<string[]> {
  return await withDatabase(async (uri) => {
    const contenders: Contender[] = [];
    for (const name of NAMES) contenders.push(await open(name, uri));
    const lines = [
      '| connections | server | accepted a second | p50 | p99 | ingress : this |',
      '| ---: | --- | ---: | ---: | ---: | ---: |',
    ];
    for (const connections of CONNECTIONS) {
      const results = await inTurns(
        new Map(contenders.map(({ name, port }) => [name, (ms) => send(port, connections, ms)] as const)),
        secondsEach,
      );
      const ours = results.get('ingress')?.perSecond ?? 0;
      for (const [name, { perSecond, p50Ms, p99Ms }] of results)
        lines.push(
          `| ${connections} | ${name} | ${perSecond.toFixed(0)} | ${p50Ms.toFixed(1)} ms | ${p99Ms.toFixed(1)} ms | ${(ours / perSecond).toFixed(2)} |`,
        );
    }
    for (const contender of contenders) await contender.end();
    return lines;
  });
}

const QUEUED = 100_000;
const QUEUED_AT_ONCE = 1_000;

/** Acceptance with nothing waiting, and with a long queue in another database. @returns lines of Markdown. */
export async function backlogBench(secondsEach: number): Promise<string[]> {
  const connections = 64;
  return await withDatabase((emptyUri) =>
    withDatabase(async (longUri) => {
      await fillQueue(longUri);
      const [empty, long] = [await open('ingress', emptyUri), await open('ingress', longUri)];
      const results = await inTurns(
        new Map([
          [0, (ms: number) => send(empty.port, connections, ms)],
          [QUEUED, (ms: number) => send(long.port, connections, ms)],
        ]),
        secondsEach,
      );
      await Promise.all([empty.end(), long.end()]);
      const reference = results.get(0)?.perSecond ?? 0;
      return [
        `| events waiting | accepted a second (${connections} connections) | p50 | p99 | of that with an empty queue |`,
        '| ---: | ---: | ---: | ---: | ---: |',
        ...[...results].map(
          ([waiting, { perSecond, p50Ms, p99Ms }]) =>
            `| ${waiting.toLocaleString('en-GB')} | ${perSecond.toFixed(0)} | ${p50Ms.toFixed(1)} ms | ${p99Ms.toFixed(1)} ms | ${(perSecond / reference).toFixed(2)} |`,
        ),
      ];
    }),
  );
}

async function fillQueue(uri: string): Promise<void> {
  const client = await new MongoClient(uri).connect();
  const events = client.db('syncflow').collection<EventDocument>('events');
  for (let from = 0; from < QUEUED; from += QUEUED_AT_ONCE)
    await events.insertMany(Array.from({ length: QUEUED_AT_ONCE }, (_, index) => queuedEvent(from + index)));
  await client.close();
}

function queuedEvent(number: number): EventDocument {
  return {
    _id: new ObjectId(),
    clientId: ClientId.parse('bench'),
    source: CONNECTION,
    topic: 'order.changed',
    dedupeKey: `queued-${number}`,
    partition: `order:${number}`,
    body: new Binary(webhookOf(number).body),
    receivedAt: new Date(),
    state: 'queued',
    failures: 0,
    crashes: 0,
    interruptions: 0,
    recoveries: 0,
    nextTryAt: null,
    lease: null,
    failure: null,
    flows: NO_FLOWS,
    endedAt: null,
  };
}

async function withDatabase(bench: (uri: string) => Promise<string[]>): Promise<string[]> {
  const dir = mkdtempSync(join(process.env.BENCH_DIR ?? tmpdir(), 'syncflow-bench-'));
  const database = await startEmbedded({ dir });
  try {
    return await bench(database.uri);
  } finally {
    await database.close();
    rmSync(dir, { recursive: true, force: true });
  }
}
