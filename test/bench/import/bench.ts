/** How long a first import takes, how much memory the runner needs for it, and whether it goes on after a kill. See README.md. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Sandbox, SandboxCalls } from '#nodes/kit/sandbox.ts';
import { ensureClient } from '#runtime/clients/client-model.ts';
import { saveConnection } from '#runtime/clients/connection-model.ts';
import { ClientId, ConnectionId } from '#runtime/ids.ts';
import { askForImport, importsOf } from '#runtime/listings/import-document.ts';
import { Settings } from '#server/settings.ts';
import { type SyncFlow, startSyncFlow } from '#server/syncflow.ts';
import { quantityOf, skuOf } from './variants.ts';

const given = process.argv.slice(2);
const variants = Number(given.find((word) => /^\d+$/.test(word)) ?? 50_000);
const named = given.filter((word) => /^[a-z]+$/.test(word));
const withoutKill = given.includes('--without-kill');
const channels = named.length > 0 ? named : ['woocommerce', 'shopify'];
const KILLED_AT = 0.4;
const LOOK_MS = 100;
const REST_MS = 3_000;

const clientId = ClientId.parse('bench');
const connectionId = ConnectionId.parse('bench-shop');
const write = (text: string) => process.stdout.write(`${text}\n`);

/** The most memory that a process ever had in RAM, and what it has now. */
function memoryOf(pid: number | 'self'): { readonly peakMb: number; readonly nowMb: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const mbOf = (field: RegExp) => Number(field.exec(status)?.[1] ?? 0) / 1_024;
  return { peakMb: mbOf(/VmHWM:\s+(\d+) kB/), nowMb: mbOf(/VmRSS:\s+(\d+) kB/) };
}

function runnerOf(syncflow: SyncFlow): number {
  const pid = syncflow.runners[0]?.pid;
  if (pid === undefined) throw new Error('there is no runner');
  return pid;
}

interface Figures {
  readonly seconds: number;
  readonly restMb: number;
  readonly peakMb: number;
  readonly allMb: number;
  readonly calls: number;
}

/** Connects the shop in a SyncFlow of its own, as `npm start` runs it, and waits until all of it is imported. */
async function importShop(type: string, shop: Sandbox['account'], kill: boolean): Promise<Figures> {
  const DATA_DIR = mkdtempSync(join(process.env.BENCH_DIR ?? tmpdir(), 'syncflow-bench-'));
  const syncflow = await startSyncFlow(
    Settings.parse({ DATA_DIR, PORT: '0', DEMO: 'off', LOG_LEVEL: 'error', OUTGOING_ALLOW: 'loopback' }),
  );
  try {
    const { database, vault } = syncflow;
    await ensureClient(database.models, { _id: clientId, name: 'Bench', demo: false, createdAt: new Date() });
    await saveConnection(database.models, {
      _id: connectionId,
      clientId,
      name: 'Shop',
      channel: type,
      baseUrl: shop.baseUrl,
      sandbox: true,
      countingAuthority: true,
      secret: vault.seal(connectionId, shop.secret),
      createdAt: new Date(),
    });
    await wait(REST_MS);
    const restMb = memoryOf(runnerOf(syncflow)).nowMb;
    const callsBefore = await callsAt(shop);
    await askForImport({ db: database.db, clientId, connectionId });
    const beganMs = performance.now();
    syncflow.reload(clientId);
    let killed = !kill;
    for (;;) {
      const kept = await importsOf({ db: database.db, clientId }).findOne({ _id: connectionId });
      if (kept?.state === 'done') break;
      if (kept?.state === 'failed') throw new Error(kept.trouble?.reason);
      if (!killed && (kept?.listings ?? 0) >= variants * KILLED_AT) {
        process.kill(runnerOf(syncflow), 'SIGKILL');
        killed = true;
      }
      await wait(LOOK_MS);
    }
    const seconds = (performance.now() - beganMs) / 1_000;
    const { peakMb } = memoryOf(runnerOf(syncflow));
    const allMb = peakMb + memoryOf('self').peakMb;
    const calls = (await callsAt(shop)) - callsBefore;
    await mustBeWhole(syncflow);
    return { seconds, restMb, peakMb, allMb, calls };
  } finally {
    await syncflow.stop();
    rmSync(DATA_DIR, { recursive: true, force: true });
  }
}

async function callsAt({ baseUrl }: Sandbox['account']): Promise<number> {
  const response = await fetch(`${baseUrl}/sandbox/calls`);
  return ((await response.json()) as SandboxCalls).answered;
}

async function mustBeWhole({ database }: SyncFlow): Promise<void> {
  const listings = await database.db
    .collection('listings')
    .countDocuments({ clientId, matchedBy: 'sku', tracked: true });
  const stock = await database.db
    .collection('stock')
    .find({ clientId }, { projection: { sku: 1, available: 1 } })
    .toArray();
  const available = new Map(stock.map((item) => [item.sku as string, item.available as number]));
  const wrong = Array.from({ length: variants }, (_, index) => index).filter(
    (index) => available.get(skuOf(index)) !== quantityOf(index),
  );
  if (listings !== variants || wrong.length > 0) {
    throw new Error(`${listings} of ${variants} listings are matched, ${wrong.length} counts are wrong`);
  }
}

async function measure(type: string): Promise<void> {
  const shop = fork(join(import.meta.dirname, 'shop.ts'), [type, String(variants)]);
  const [{ account }] = (await once(shop, 'message')) as [{ account: Sandbox['account'] }];
  try {
    const whole = await importShop(type, account, false);
    const figures = [
      type,
      `${whole.seconds.toFixed(0)} s`,
      `${whole.restMb.toFixed(0)} MB`,
      `${whole.peakMb.toFixed(0)} MB`,
      `${whole.allMb.toFixed(0)} MB`,
      whole.calls,
      withoutKill ? '' : await killedOnTheWay(type, account, whole),
    ];
    write(`| ${figures.join(' | ')} |`);
  } finally {
    shop.kill('SIGKILL');
  }
}

/** Another SyncFlow with the same shop: its runner is killed on the way, and the next one goes on. */
async function killedOnTheWay(type: string, account: Sandbox['account'], whole: Figures): Promise<string> {
  const { calls, seconds } = await importShop(type, account, true);
  // What was on its way when it died is asked for again; polls and looks at the connection go on meanwhile.
  if (calls > whole.calls * 1.1 + 20)
    throw new Error(`${calls} calls were made, ${whole.calls} without a kill`);
  return `${calls} calls in all, ${seconds.toFixed(0)} s`;
}

write(`${variants.toLocaleString('en')} variants\n`);
write(
  '| shop | first import | runner at rest | runner at most | with web and database | calls | killed at 40% |',
);
write('| --- | --- | --- | --- | --- | --- | --- |');
for (const channel of channels) await measure(channel);
