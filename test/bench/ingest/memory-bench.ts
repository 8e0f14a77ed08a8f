/** Memory of the processes while a great many events go from the webhook through a flow. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { ensureClient } from '#runtime/clients/client-model.ts';
import { saveConnection } from '#runtime/clients/connection-model.ts';
import type { EventDocument } from '#runtime/events/event.ts';
import { ClientId, PipelineId } from '#runtime/ids.ts';
import { savePipeline } from '#runtime/pipelines/pipeline-model.ts';
import { Settings } from '#server/settings.ts';
import { startSyncFlow } from '#server/syncflow.ts';
import { CONNECTION, PATH, SECRET, SHOP, webhookOf } from './webhook.ts';

const clientId = ClientId.parse('bench');
const CONNECTIONS = 32;
/** Nobody sends while more than this waits: what is measured is work, not a queue. */
const WAITING_MAX = 2_000;
const PARTS = 10;
const TOGETHER = 500;

/** The web process is this one, with the database in a process of its own. @returns lines of Markdown. */
export async function memoryBench(events: number): Promise<string[]> {
  const dataDir = mkdtempSync(join(process.env.BENCH_DIR ?? tmpdir(), 'syncflow-bench-memory-'));
  const syncflow = await startSyncFlow(
    Settings.parse({ PORT: '0', DATA_DIR: dataDir, LOG_LEVEL: 'error', DEMO: 'off', DATABASE: 'process' }),
  );
  const { database, vault } = syncflow;
  try {
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
        nodes: [
          { id: 'in', type: 'order-trigger', name: 'In', config: {}, x: 0, y: 0 },
          { id: 'keep', type: 'capture-order', name: 'Keep', config: {}, x: 1, y: 0 },
        ],
        wires: [{ from: 'in', output: 'order', to: 'keep' }],
      },
      version: 1,
      state: 'running',
      createdAt: new Date(),
    });
    syncflow.reload(clientId);
    const waiting = async () =>
      await database.db
        .collection<EventDocument>('events')
        .countDocuments({ clientId, state: { $in: ['queued', 'running', 'retry'] } });
    const rows: string[] = [];
    let sent = 0;
    const url = new URL(PATH, syncflow.url);
    const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
    for (let part = 0; part <= PARTS; part += 1) {
      const goal = Math.round((events * part) / PARTS);
      const startedMs = performance.now();
      const from = sent;
      while (sent < goal) {
        const many = Math.min(TOGETHER, goal - sent);
        await Promise.all(Array.from({ length: many }, (_, index) => post(url, agent, sent + index + 1)));
        sent += many;
        while ((await waiting()) > WAITING_MAX) await wait(20);
      }
      while ((await waiting()) > 0) await wait(20);
      const perSecond =
        part === 0 ? '' : ((sent - from) / ((performance.now() - startedMs) / 1_000)).toFixed(0);
      const runner = syncflow.runners[0]?.pid;
      rows.push(
        `| ${sent.toLocaleString('en-GB')} | ${perSecond} | ${megabytesOf(process.pid)} | ${megabytesOf(runner)} | ${megabytesOf(syncflow.databaseProcess?.pid)} |`,
      );
      process.stderr.write(`${rows.at(-1)}\n`);
    }
    agent.destroy();
    return [
      '| events so far | a second | web (and the sender), MB | runner, MB | database, MB |',
      '| ---: | ---: | ---: | ---: | ---: |',
      ...rows,
    ];
  } finally {
    await syncflow.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
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

/** Resident memory, where the system tells. */
function megabytesOf(pid: number | undefined): string {
  if (process.platform !== 'linux' || pid === undefined) return '–';
  const [, kilobytes = '0'] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return (Number(kilobytes) / 1_024).toFixed(0);
}
