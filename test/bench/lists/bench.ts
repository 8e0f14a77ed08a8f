/**
 * How fast the lists of orders and stock answer over HTTP when they are long: `npm run bench:lists`. Prints Markdown; see README.md.
 * The database is the embedded one, or the one that MONGODB_URI names.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbedded } from '#runtime/database/embedded/index.ts';
import { openDatabase } from '#runtime/database/open-database.ts';
import { openApiBench } from '#test/server/api-bench.ts';
import { row } from '../database/figures.ts';
import { fill } from './fill.ts';

const ORDERS = Number(process.env.BENCH_ORDERS ?? 100_000);
const SKUS = Number(process.env.BENCH_SKUS ?? 20_000);
const TIMES = Number(process.env.BENCH_TIMES ?? 12);
const FIRST_MS_MAX = 300;
const OTHER_MS_MAX = 500;
const PAGES = 40;

const write = (text: string) => process.stdout.write(text);
const dir = mkdtempSync(join(process.env.BENCH_DIR ?? tmpdir(), 'lists-bench-'));
const embedded = process.env.MONGODB_URI ? null : await startEmbedded({ dir });
const database = await openDatabase(process.env.MONGODB_URI ?? embedded?.uri ?? '');
const bench = await openApiBench(database);

const get = async (path: string): Promise<Response> => {
  const response = await fetch(`${bench.url}${path}`, { headers: { cookie: bench.cookieOf(bench.ours) } });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response;
};

interface Page {
  readonly items: readonly unknown[];
  readonly next: string | null;
}

async function measure(what: string, path: string, msMax: number): Promise<void> {
  const times: number[] = [];
  let page: Page = { items: [], next: null };
  for (let turn = 0; turn < TIMES; turn += 1) {
    const start = performance.now();
    page = (await (await get(path)).json()) as Page;
    times.push(performance.now() - start);
  }
  show(what, times, msMax, `${page.items.length}${page.next ? ' and more' : ''}`);
}

function show(what: string, times: number[], msMax: number, rows: string): void {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  write(row([what, Math.round(at(0.5)), Math.round(at(0.95)), msMax, at(0.95) < msMax ? 'yes' : 'no', rows]));
}

/** Page after page, as one scrolls. */
async function scroll(what: string, path: string): Promise<void> {
  const times: number[] = [];
  let rows = 0;
  let next: string | null = '';
  for (let page = 0; page < PAGES && next !== null; page += 1) {
    const start = performance.now();
    const found = (await (
      await get(`${path}&cursor=${next}`.replace('&cursor=&', '&').replace(/&cursor=$/, ''))
    ).json()) as Page;
    times.push(performance.now() - start);
    rows += found.items.length;
    next = found.next;
  }
  show(what, times, OTHER_MS_MAX, `${rows} in ${times.length} pages`);
}

async function download(what: string, path: string): Promise<void> {
  const start = performance.now();
  const text = await (await get(path)).text();
  const seconds = (performance.now() - start) / 1_000;
  write(
    `\n${what}: ${text.split('\n').length - 2} lines, ${(text.length / 1e6).toFixed(1)} MB in ${seconds.toFixed(1)} s\n`,
  );
}

try {
  const start = performance.now();
  const [shop = '', other = ''] = await fill(database.db, bench.ours, { orders: ORDERS, skus: SKUS });
  const seconds = Math.round((performance.now() - start) / 1_000);
  write(
    `Node ${process.version}, ${availableParallelism()} threads, ${new Date().toISOString().slice(0, 10)}; `,
  );
  write(
    `${ORDERS.toLocaleString('en')} orders, ${SKUS.toLocaleString('en')} SKUs, filled in ${seconds} s\n\n`,
  );
  write(row(['what', 'p50 ms', 'p95 ms', 'at most', 'met', 'rows']));
  write(row(['---', '--:', '--:', '--:', '---', '---']));
  const day = (ago: number) => new Date(Date.now() - ago * 86_400_000).toISOString();
  await measure('orders: first page', '/orders?limit=50', FIRST_MS_MAX);
  await measure('orders: oldest first', '/orders?limit=50&sort=oldest', OTHER_MS_MAX);
  await measure('orders: largest first', '/orders?limit=50&sort=total', OTHER_MS_MAX);
  await measure('orders: one channel', `/orders?limit=50&channel=${other}`, OTHER_MS_MAX);
  await measure(
    'orders: one channel, largest first',
    `/orders?limit=50&sort=total&channel=${shop}`,
    OTHER_MS_MAX,
  );
  await measure('orders: no such channel', '/orders?limit=50&channel=none', OTHER_MS_MAX);
  for (const status of ['open', 'fulfilled', 'cancelled', 'refunded', 'pending'])
    await measure(`orders: ${status}`, `/orders?limit=50&status=${status}`, OTHER_MS_MAX);
  await measure('orders: short', '/orders?limit=50&state=short', OTHER_MS_MAX);
  await measure('orders: one week', `/orders?limit=50&from=${day(30)}&until=${day(23)}`, OTHER_MS_MAX);
  await measure(
    'orders: one week, largest first',
    `/orders?limit=50&sort=total&from=${day(30)}&until=${day(23)}`,
    OTHER_MS_MAX,
  );
  await measure(
    'orders: all filters',
    `/orders?limit=50&channel=${other}&status=open&from=${day(300)}&search=mug`,
    OTHER_MS_MAX,
  );
  for (const search of [
    '#50000',
    '1',
    '10',
    '100',
    'HG-00042',
    'HG',
    'vintage',
    'vintage mug',
    'no. 1234',
    'mug zzz',
    'zzz',
  ])
    await measure(
      `orders: search “${search}”`,
      `/orders?limit=50&search=${encodeURIComponent(search)}`,
      OTHER_MS_MAX,
    );
  await scroll('orders: 40 pages', '/orders?limit=50');
  await measure('stock: first page', '/stock?limit=50', FIRST_MS_MAX);
  for (const sort of ['sku', 'changed'])
    await measure(`stock: by ${sort}`, `/stock?limit=50&sort=${sort}`, OTHER_MS_MAX);
  for (const sort of ['available', 'sku', 'changed'])
    await measure(`stock: low, by ${sort}`, `/stock?limit=50&low=true&sort=${sort}`, OTHER_MS_MAX);
  for (const search of ['HG-00042', 'HG', 'vintage', 'vintage mug', '1', 'no 1234', 'zzz'])
    await measure(
      `stock: search “${search}”`,
      `/stock?limit=50&search=${encodeURIComponent(search)}`,
      OTHER_MS_MAX,
    );
  await measure(
    'stock: search “mug”, low, last changed',
    '/stock?limit=50&search=mug&low=true&sort=changed',
    OTHER_MS_MAX,
  );
  await scroll('stock: 40 pages', '/stock?limit=50');
  await download('All orders as a file', '/orders/export');
  await download('All stock as a file', '/stock/export');
} finally {
  await bench.close();
  await database.close();
  await embedded?.close();
  rmSync(dir, { recursive: true, force: true });
}
