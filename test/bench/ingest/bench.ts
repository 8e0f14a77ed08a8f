/** Accepted webhooks a second, and how long the slowest wait, beside two references in the same run. See README.md. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbedded } from '#runtime/database/embedded/index.ts';
import { PATH, type Webhook, webhookOf } from './webhook.ts';

const CONNECTIONS = [1, 16, 64];
const PHASE_MS = Number(process.env.BENCH_SECONDS ?? 5) * 1_000;
const WARM_UP_MS = 1_000;
const NAMES = ['ingress', 'express', 'node-red'] as const;
type Name = (typeof NAMES)[number];

interface Measured {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

let sent = 0;
const write = (text: string) => process.stdout.write(`${text}\n`);

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

async function contend(name: Name, uri: string): Promise<Map<number, Measured>> {
  const child = fork(join(import.meta.dirname, 'contender.ts'), [name, uri]);
  try {
    const [port] = (await once(child, 'message')) as [number];
    await measure(port, 16, WARM_UP_MS);
    const measured = new Map<number, Measured>();
    for (const connections of CONNECTIONS)
      measured.set(connections, await measure(port, connections, PHASE_MS));
    return measured;
  } finally {
    child.kill('SIGKILL');
  }
}

const dir = mkdtempSync(join(process.env.BENCH_DIR ?? tmpdir(), 'syncflow-bench-'));
const database = await startEmbedded({ dir });
try {
  const results = new Map<Name, Map<number, Measured>>();
  for (const name of NAMES) {
    results.set(name, await contend(name, database.uri));
    process.stderr.write(`${name} is measured\n`);
  }
  write(
    `${availableParallelism()} cores, Node ${process.version}, ${PHASE_MS / 1_000} s a figure, bodies of ${webhookOf(1).body.length} bytes\n`,
  );
  write('| connections | server | accepted a second | p50 | p99 | ingress : this |');
  write('| ---: | --- | ---: | ---: | ---: | ---: |');
  for (const connections of CONNECTIONS) {
    const ours = results.get('ingress')?.get(connections)?.perSecond ?? 0;
    for (const name of NAMES) {
      const { perSecond = 0, p50Ms = 0, p99Ms = 0 } = results.get(name)?.get(connections) ?? {};
      write(
        `| ${connections} | ${name} | ${perSecond.toFixed(0)} | ${p50Ms.toFixed(1)} ms | ${p99Ms.toFixed(1)} ms | ${(ours / perSecond).toFixed(2)} |`,
      );
    }
  }
} finally {
  await database.close();
  rmSync(dir, { recursive: true, force: true });
}
