/** How long a first import takes, how much memory it needs, and whether it goes on after a kill. See README.md. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { startEmbedded } from '#runtime/database/embedded/index.ts';
import { openDatabase } from '#runtime/database/open-database.ts';
import { quantityOf, skuOf } from './variants.ts';

const arguments_ = process.argv.slice(2);
const variants = Number(arguments_.find((argument) => /^\d+$/.test(argument)) ?? 50_000);
const named = arguments_.filter((argument) => /^[a-z]+$/.test(argument));
const channels = named.length > 0 ? named : ['woocommerce', 'shopify'];
/** A process that fell silent is taken over after this time. */
const TAKEN_OVER_MS = 31_000;
const KILLED_AT = 0.4;
/** What the importing process may keep on its heap. Without a limit V8 collects only when there is reason to: figures would tell of the machine. */
const HEAP_MB_MAX = 128;

interface Done {
  readonly calls: number;
  readonly seconds: number;
  readonly peakMb: number;
  readonly outcome: { readonly listings: number; readonly matched: number; readonly whole: boolean };
}
const write = (text: string) => process.stdout.write(`${text}\n`);

/** Runs an import; kills it when `until` says so. @returns null when it was killed. */
async function run(
  type: string,
  uri: string,
  account: object,
  until: (listings: number) => boolean = () => false,
): Promise<{ done: Done | null; calls: number }> {
  const child = fork(join(import.meta.dirname, 'importer.ts'), [type, uri], {
    execArgv: [`--max-old-space-size=${HEAP_MB_MAX}`],
  });
  let calls = 0;
  let done: Done | null = null;
  child.on('message', (message: 'ready' | Done | { listings: number; calls: number }) => {
    if (message === 'ready') child.send(account);
    else if ('outcome' in message) [done, calls] = [message, message.calls];
    else {
      calls = message.calls;
      if (until(message.listings)) child.kill('SIGKILL');
    }
  });
  await once(child, 'exit');
  return { done, calls };
}

function peakMbOf(child: ChildProcess | 'self'): number {
  const status = readFileSync(`/proc/${child === 'self' ? 'self' : child.pid}/status`, 'utf8');
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1_024;
}

async function mustBeWhole(uri: string): Promise<void> {
  const database = await openDatabase(uri);
  const listings = await database.db
    .collection('listings')
    .countDocuments({ matchedBy: 'sku', tracked: true });
  const stock = await database.db
    .collection('stock')
    .find({}, { projection: { sku: 1, available: 1 } })
    .toArray();
  await database.close();
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
  const [{ account }] = (await once(shop, 'message')) as [{ account: object }];
  const dir = mkdtempSync(join(process.env.BENCH_DIR ?? tmpdir(), 'syncflow-bench-'));
  const database = await startEmbedded({ dir });
  try {
    const whole = await run(type, database.uri, account);
    await mustBeWhole(database.uri);
    const { done } = whole;
    if (!done) throw new Error('the import ended without an outcome');
    write(
      `| ${type} | ${done.seconds.toFixed(0)} s | ${done.peakMb.toFixed(0)} MB | ${peakMbOf('self').toFixed(0)} MB | ${whole.calls} | ${await killed(type, database.uri, account, whole.calls)} |`,
    );
  } finally {
    await database.close();
    rmSync(dir, { recursive: true, force: true });
    shop.kill('SIGKILL');
  }
}

/** The same shop once more, for another database: killed in the middle, and taken up by another process. */
async function killed(type: string, uri: string, account: object, callsOfWhole: number): Promise<string> {
  const other = uri.replace(
    /\/syncflow(\?|$)|(\d)(\?|$)/,
    (_all, _a, digit = '', rest = '') => `${digit}/killed${rest}`,
  );
  const first = await run(type, other, account, (listings) => listings >= variants * KILLED_AT);
  if (first.done) throw new Error('the import was over before it could be killed');
  await wait(TAKEN_OVER_MS);
  const second = await run(type, other, account);
  await mustBeWhole(other);
  const most = callsOfWhole - first.calls + 10;
  if (!second.done?.outcome.whole || second.calls > most) {
    throw new Error(`after the kill ${second.calls} calls were made, ${most} were left at most`);
  }
  return `${first.calls} + ${second.calls} calls, ${second.done.seconds.toFixed(0)} s for the rest`;
}

write(`${variants.toLocaleString('en')} variants\n`);
write('| shop | first import | importing process | with the database | calls | killed at 40% |');
write('| --- | --- | --- | --- | --- | --- |');
for (const channel of channels) await measure(channel);
