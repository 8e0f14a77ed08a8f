/** `npm run bench:scale [-- CLIENTS]`: prints Markdown. See README.md. */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { openDatabase } from '#runtime/database/open-database.ts';
import { ensurePage } from '#server/build-page.ts';
import type { ShopsOpen } from './messages.ts';
import { childrenOf, memoryOf, processorSecondsOf } from './process-figures.ts';
import { clientAt, setUp } from './set-up.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const CLIENTS = Number(process.argv[2] ?? 200);
const SKUS = 20;
const IDLE_SECONDS = Number(process.env.BENCH_IDLE_SECONDS ?? 60);
const REST_MS = 15_000;
const DEPLOYS = 10;
const LOOK_MS = 50;
const LOOKS_MAX = 600;
const READY_MS_MAX = 300_000;

interface Draft {
  readonly name: string;
  readonly graph: {
    readonly nodes: readonly { readonly id: string }[];
    readonly wires: readonly { readonly from: string; readonly to: string }[];
  };
  readonly revision: number;
}

const write = (text: string) => process.stdout.write(`${text}\n`);
const dataDir = mkdtempSync(join(process.env.BENCH_DIR ?? tmpdir(), 'syncflow-scale-'));
const shops = fork(join(import.meta.dirname, 'shops-process.ts'), [], {
  env: { PATH: process.env.PATH ?? '', CLIENTS: String(CLIENTS), SKUS: String(SKUS) },
  serialization: 'advanced',
});
let syncflow: ChildProcess | undefined;
try {
  const [{ accounts }] = (await once(shops, 'message')) as [ShopsOpen];
  await ensurePage((text) => process.stderr.write(`${text}\n`));
  const uri = await setUp(dataDir, accounts, (done) => {
    if (done % 20 === 0) process.stderr.write(`${done} clients are set up\n`);
  });
  const started = await start();
  const pid = started.process.pid ?? 0;
  const processes = [{ pid, script: 'web' }, ...(await childrenOf(pid))];
  await wait(REST_MS);
  const before = processes.map((one) => processorSecondsOf(one.pid));
  await wait(IDLE_SECONDS * 1_000);
  const after = processes.map((one) => processorSecondsOf(one.pid));
  const memory = processes.map((one) => memoryOf(one.pid));
  const sum = (values: readonly number[]) => values.reduce((all, one) => all + one, 0);
  write(
    `${CLIENTS} clients × 5 flows, ${accounts.length} shops, ${availableParallelism()} cores, Node ${process.version}\n`,
  );
  write(`- ready after ${(started.readyMs / 1_000).toFixed(1)} s`);
  write(`- memory in all: ${sum(memory).toFixed(0)} MB\n`);
  write('| process | memory, MB | of one core at rest |');
  write('| --- | ---: | ---: |');
  for (const [index, { script }] of processes.entries()) {
    const part = ((after[index] ?? 0) - (before[index] ?? 0)) / IDLE_SECONDS;
    write(`| ${script} | ${memory[index]?.toFixed(0)} | ${(100 * part).toFixed(1)} % |`);
  }
  write('');
  const { deployMs, answerMs } = await deploys(started.url, uri, started.cookie);
  write(
    `- a flow is deployed (answered) in ${answerMs} ms at the median, and a run of its new state has ended after ${deployMs} ms (of ${DEPLOYS})`,
  );
} finally {
  if (syncflow && syncflow.exitCode === null) {
    const ended = once(syncflow, 'exit');
    syncflow.kill('SIGTERM');
    await ended;
  }
  shops.kill();
  rmSync(dataDir, { recursive: true, force: true });
}

async function start() {
  const began = performance.now();
  const child = spawn(process.execPath, ['server/start.ts'], {
    cwd: ROOT,
    env: {
      PATH: process.env.PATH ?? '',
      HOME: process.env.HOME ?? '',
      PORT: '0',
      DATA_DIR: dataDir,
      DATABASE: 'process',
      DEMO: 'off',
      LOG_LEVEL: 'warn',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  // Stopped whatever comes of it.
  syncflow = child;
  let text = '';
  const link = await new Promise<string>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`not ready:\n${text}`)), READY_MS_MAX);
    child.stdout.on('data', (bytes) => {
      text += String(bytes);
      const found = /http:\S+\/signin\?token=\S+/.exec(text)?.[0];
      if (!found) return;
      clearTimeout(late);
      resolve(found);
    });
  });
  const readyMs = performance.now() - began;
  const signedIn = await fetch(link, { redirect: 'manual' });
  const cookie = signedIn.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ');
  return { process: child, url: new URL(link).origin, readyMs, cookie };
}

/** Deploys a flow of one client again and again; it is at work when a run of its new state has ended. */
async function deploys(url: string, uri: string, cookie: string) {
  const database = await openDatabase(uri);
  const [answers, atWork]: [number[], number[]] = [[], []];
  const headers = {
    cookie,
    'x-syncflow': 'page',
    'x-client': clientAt(Math.floor(CLIENTS / 2)),
    'content-type': 'application/json',
  };
  const send = async (method: string, path: string, body?: object) => {
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers,
      ...(body && { body: JSON.stringify(body) }),
    });
    const answer = (await response.json()) as Record<string, unknown>;
    if (!response.ok) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
    return answer;
  };
  const executions = database.db.collection('executions');
  try {
    const client = headers['x-client'];
    const flow = `${client}-low-stock-alert`;
    for (let turn = 0; turn < DEPLOYS; turn += 1) {
      const { name, graph, revision } = (await send('GET', `/pipelines/${flow}/draft`)) as unknown as Draft;
      // Another name for one of its nodes: runs of the new state can be told from those of the old.
      const node = `low-${turn}`;
      const renamed = (id: string) => (/^low(-\d+)?$/.test(id) ? node : id);
      const next = {
        ...graph,
        nodes: graph.nodes.map((one) => ({ ...one, id: renamed(one.id) })),
        wires: graph.wires.map((wire) => ({ ...wire, from: renamed(wire.from), to: renamed(wire.to) })),
      };
      const saved = await send('PUT', `/pipelines/${flow}/draft`, { name, graph: next, revision });
      const began = performance.now();
      const beganAt = Date.now();
      await send('POST', `/pipelines/${flow}/deploy`, { revision: saved.revision, note: '' });
      answers.push(performance.now() - began);
      for (let change = 0; change < LOOKS_MAX; change += 1) {
        await send('POST', '/stock/adjustments', { key: `${turn}-${change}`, sku: 'SKU-0', change: 1 });
        await wait(LOOK_MS);
        const run = await executions.findOne(
          { clientId: client, [`nodes.${node}`]: { $exists: true } },
          { sort: { endedAt: 1 } },
        );
        if (!run) continue;
        atWork.push((run.endedAt as Date).getTime() - beganAt);
        break;
      }
    }
  } finally {
    await database.close();
  }
  const median = (values: number[]) =>
    values.sort((a, b) => a - b)[Math.floor(values.length / 2)]?.toFixed(0) ?? '?';
  return { answerMs: median(answers), deployMs: median(atWork) };
}
