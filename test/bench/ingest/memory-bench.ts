/** Memory of the processes while a great many events go from the webhook through a flow. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { ensureClient } from '#runtime/clients/client-model.ts';
import { saveConnection } from '#runtime/clients/connection-model.ts';
import type { EventDocument } from '#runtime/events/event.ts';
import { ClientId, PipelineId } from '#runtime/ids.ts';
import { savePipeline } from '#runtime/pipelines/pipeline-model.ts';
import { Settings } from '#server/settings.ts';
import { type SyncFlow, startSyncFlow } from '#server/syncflow.ts';
import { type Memory, memoryNow, probeFile } from './memory-probe.ts';
import { CONNECTION, PATH, SECRET, SHOP, webhookOf } from './webhook.ts';

const clientId = ClientId.parse('bench');
const CONNECTIONS = 32;
/** Nobody sends while more than this waits: what is measured is work, not a queue. */
const WAITING_MAX = 2_000;
const PARTS = 4;
const TOGETHER = 500;
const ANSWER_MS_MAX = 10_000;
const LOOK_MS = 20;

/**
 * The web process is this one; the database has a process of its own. The flow is a cheap one, so that 200,000 events
 * are through in minutes: its trigger reads each order, and nothing follows.
 * @returns lines of Markdown.
 */
export async function memoryBench(events: number): Promise<string[]> {
  const dataDir = mkdtempSync(join(process.env.BENCH_DIR ?? tmpdir(), 'syncflow-bench-memory-'));
  const probe = pathToFileURL(join(import.meta.dirname, 'memory-probe.ts')).href;
  // What this process was started with, the processes that it starts are, too.
  process.execArgv.push('--import', probe);
  const syncflow = await startSyncFlow(
    Settings.parse({ PORT: '0', DATA_DIR: dataDir, LOG_LEVEL: 'error', DEMO: 'off', DATABASE: 'process' }),
  );
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  try {
    await setUp(syncflow);
    const waiting = async () =>
      await syncflow.database.db
        .collection<EventDocument>('events')
        .countDocuments({ clientId, state: { $in: ['queued', 'running', 'retry'] } });
    const rows: string[] = [];
    const url = new URL(PATH, syncflow.url);
    let sent = 0;
    for (let part = 0; part <= PARTS; part += 1) {
      const goal = Math.round((events * part) / PARTS);
      const startedMs = performance.now();
      const from = sent;
      while (sent < goal) {
        const many = Math.min(TOGETHER, goal - sent);
        await Promise.all(Array.from({ length: many }, (_, index) => post(url, agent, sent + index + 1)));
        sent += many;
        while ((await waiting()) > WAITING_MAX) await wait(LOOK_MS);
      }
      while ((await waiting()) > 0) await wait(LOOK_MS);
      const perSecond = (sent - from) / ((performance.now() - startedMs) / 1_000);
      const [web, runner, database] = [
        memoryNow(),
        await memoryOf(syncflow.runners[0]?.pid),
        await memoryOf(syncflow.databaseProcess?.pid),
      ];
      const figures = [web.rssMb, web.heapMb, runner.rssMb, runner.heapMb, database.rssMb];
      rows.push(
        `| ${sent.toLocaleString('en-GB')} | ${part === 0 ? '' : perSecond.toFixed(0)} | ${figures.map((one) => one.toFixed(0)).join(' | ')} |`,
      );
      process.stderr.write(`${rows.at(-1)}\n`);
    }
    return [
      '| events so far | a second | web (and the sender): RSS, MB | its heap | runner: RSS, MB | its heap | database: RSS, MB |',
      '| ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
      ...rows,
    ];
  } finally {
    agent.destroy();
    await syncflow.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function setUp(syncflow: SyncFlow): Promise<void> {
  const { database, vault } = syncflow;
  await ensureClient(database.models, { _id: clientId, name: 'B', demo: false, createdAt: new Date() });
  await saveConnection(database.models, {
    _id: CONNECTION,
    clientId,
    name: 'Shop',
    channel: 'shopify',
    baseUrl: 'http://127.0.0.1:9',
    sandbox: true,
    countingAuthority: false,
    createdAt: new Date(),
    secret: vault.seal(CONNECTION, {
      accessToken: 'shpat_0123456789abcdef',
      clientSecret: SECRET,
      shop: SHOP,
    }),
  });
  await savePipeline(database.models, {
    _id: PipelineId.parse('bench-flow'),
    clientId,
    name: 'Reads each order',
    template: 'none',
    parameters: {},
    graph: {
      nodes: [{ id: 'in', type: 'order-trigger', name: 'In', config: {}, x: 0, y: 0 }],
      wires: [],
    },
    version: 1,
    state: 'running',
    createdAt: new Date(),
  });
  syncflow.reload(clientId);
}

function post(url: URL, agent: Agent, number: number): Promise<void> {
  const { body, headers } = webhookOf(number);
  return new Promise((resolve, reject) => {
    request(url, { method: 'POST', agent, headers }, (response) => {
      if (response.statusCode !== 200)
        reject(new Error(`a webhook was answered with ${response.statusCode}`));
      response.resume().on('end', resolve);
    })
      .on('error', reject)
      .end(body);
  });
}

/** Of another process, after it has collected its garbage. @throws {Error} when it does not answer. */
async function memoryOf(pid: number | undefined): Promise<Memory> {
  if (pid === undefined) throw new Error('a process was being replaced just now');
  const file = probeFile(pid);
  rmSync(file, { force: true });
  process.kill(pid, 'SIGUSR2');
  for (const untilMs = Date.now() + ANSWER_MS_MAX; Date.now() < untilMs; await wait(LOOK_MS)) {
    try {
      const memory: Memory = JSON.parse(readFileSync(file, 'utf8'));
      rmSync(file);
      return memory;
    } catch {
      // Not written yet.
    }
  }
  throw new Error(`process ${pid} did not say how much memory it has`);
}
