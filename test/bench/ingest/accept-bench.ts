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

async function measure(port: number, connections: number, ms: number): Promise<Measured> {
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
  const seconds = (performance.now() - startedMs) / 1_000;
  agent.destroy();
  tookMs.sort((a, b) => a - b);
  const at = (quantile: number) => tookMs[Math.floor(tookMs.length * quantile)] ?? 0;
  return { perSecond: tookMs.length / seconds, p50Ms: at(0.5), p99Ms: at(0.99) };
}

async function contend(name: Name, uri: string, ms: number): Promise<Map<number, Measured>> {
  const child = fork(join(import.meta.dirname, 'contender.ts'), [name, uri]);
  try {
    const [port] = (await once(child, 'message')) as [number];
    await measure(port, 16, WARM_UP_MS);
    const measured = new Map<number, Measured>();
    for (const connections of CONNECTIONS) measured.set(connections, await measure(port, connections, ms));
    return measured;
  } finally {
    child.kill('SIGKILL');
  }
}

/** @returns lines of Markdown: ours beside a bare route that keeps each body, and plain Node-RED that keeps nothing. */
export async function acceptBench(secondsEach: number): Promise<string[]> {
  return await withDatabase(async (uri) => {
    const results = new Map<Name, Map<number, Measured>>();
    for (const name of NAMES) results.set(name, await contend(name, uri, secondsEach * 1_000));
    return [
      '| connections | server | accepted a second | p50 | p99 | ingress : this |',
      '| ---: | --- | ---: | ---: | ---: | ---: |',
      ...CONNECTIONS.flatMap((connections) => {
        const ours = results.get('ingress')?.get(connections)?.perSecond ?? 0;
        return NAMES.map((name) => {
          const { perSecond = 0, p50Ms = 0, p99Ms = 0 } = results.get(name)?.get(connections) ?? {};
          return `| ${connections} | ${name} | ${perSecond.toFixed(0)} | ${p50Ms.toFixed(1)} ms | ${p99Ms.toFixed(1)} ms | ${(ours / perSecond).toFixed(2)} |`;
        });
      }),
    ];
  });
}

const QUEUED = 100_000;
const QUEUED_AT_ONCE = 1_000;

/** Acceptance with nothing waiting and with a long queue, in turns. @returns lines of Markdown. */
export async function backlogBench(secondsEach: number): Promise<string[]> {
  return await withDatabase(async (uri) => {
    const client = await new MongoClient(uri).connect();
    const events = client.db('syncflow').collection<EventDocument>('events');
    const child = fork(join(import.meta.dirname, 'contender.ts'), ['ingress', uri]);
    const [port] = (await once(child, 'message')) as [number];
    const connections = 64;
    try {
      await measure(port, connections, WARM_UP_MS);
      const empty = await measure(port, connections, secondsEach * 1_000);
      for (let from = 0; from < QUEUED; from += QUEUED_AT_ONCE)
        await events.insertMany(
          Array.from({ length: QUEUED_AT_ONCE }, (_, index) => queuedEvent(from + index)),
        );
      await measure(port, connections, WARM_UP_MS);
      const long = await measure(port, connections, secondsEach * 1_000);
      const row = (waiting: number, { perSecond, p50Ms, p99Ms }: Measured) =>
        `| ${waiting.toLocaleString('en-GB')} | ${perSecond.toFixed(0)} | ${p50Ms.toFixed(1)} ms | ${p99Ms.toFixed(1)} ms | ${(perSecond / empty.perSecond).toFixed(2)} |`;
      return [
        `| events waiting | accepted a second (${connections} connections) | p50 | p99 | of that with an empty queue |`,
        '| ---: | ---: | ---: | ---: | ---: |',
        row(0, empty),
        row(QUEUED, long),
      ];
    } finally {
      child.kill('SIGKILL');
      await client.close();
    }
  });
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
