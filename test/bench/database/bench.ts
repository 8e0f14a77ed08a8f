/**
 * Measures the embedded database and prints Markdown: `node test/bench/database/bench.ts`, about five minutes on two
 * cores. Each call goes through the driver and the socket to a server in a process of its own, and every write is on
 * the disk before it is answered. `BENCH_SIZES=100000` measures one size, `BENCH_SECONDS=2` each phase for so long,
 * `BENCH_DIR` says on which disk.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Collection, MongoClient } from 'mongodb';
import { type ServerProcess, startServerProcess } from '#runtime/database/embedded/test-process.ts';
import { measure, megabytes, row } from './figures.ts';

const SIZES = (process.env.BENCH_SIZES ?? '100000,1000000').split(',').map(Number);
const CALLERS = [1, 16, 128];
const PHASE_MS = Number(process.env.BENCH_SECONDS ?? 4) * 1000;
const BATCH = 5_000;
const FILL_MS_MAX = 300_000;
const SCAN_MS_MAX = 60_000;
const STOCK = 1_000_000;
/** A find by SKU answers one document. */
interface Item {
  _id: number;
  sku: string;
  location: string;
  available: number;
  version: number;
  note: string;
}

const write = (text: string): boolean => process.stdout.write(text);
const itemOf = (_id: number): Item => ({
  _id,
  sku: `SKU-${_id}`,
  location: `L${_id % 50}`,
  available: STOCK,
  version: 0,
  note: 'x'.repeat(120),
});

const dir = mkdtempSync(join(process.env.BENCH_DIR ?? tmpdir(), 'embedded-bench-'));
try {
  write(
    `Node ${process.version}, ${availableParallelism()} cores, ${new Date().toISOString().slice(0, 10)}\n\n`,
  );
  write(
    row([
      'documents',
      'callers',
      'what',
      'per second',
      'of ping',
      'p50 ms',
      'p99 ms',
      'µs of the server',
      'µs of the callers',
    ]),
  );
  write(row(['--:', '--:', '---', '--:', '--:', '--:', '--:', '--:', '--:']));
  const notes: string[] = [];
  for (const size of SIZES) notes.push(...(await benchmark(size)));
  write(`\n${notes.map((note) => `- ${note}\n`).join('')}`);
} finally {
  rmSync(dir, { recursive: true });
}

async function benchmark(size: number): Promise<string[]> {
  const folder = join(dir, String(size));
  let server = await startServerProcess(folder);
  const memory = watchMemory(server);
  const client = await new MongoClient(server.uri, { maxPoolSize: Math.max(...CALLERS) }).connect();
  const items = client.db('bench').collection<Item>('items');
  const filledMs = await fill(items, size);
  let next = size;
  // What a call costs without any work: the driver, two sockets, a turn of the server.
  const ping = (): Promise<unknown> => client.db().command({ ping: 1 });
  const phases: [what: string, work: (call: number) => Promise<unknown>][] = [
    ['ping', ping],
    ['insertOne', () => items.insertOne(itemOf(next++))],
    ['findOneAndUpdate by id, on a condition', (call) => take(items, scattered(call, size))],
    ['find by a secondary index', (call) => items.find({ sku: `SKU-${scattered(call, size)}` }).toArray()],
  ];
  for (const callers of CALLERS) {
    for (const [what, work] of phases) {
      const phase = { callers, lengthMs: PHASE_MS, serverCpuMs: server.cpuMs, work, reference: ping };
      const { perSecond, ofReference, p50Ms, p99Ms, serverMicros, callerMicros } = await measure(phase);
      const cells = [size.toLocaleString('en-GB'), String(callers), what, perSecond, ofReference.toFixed(2)];
      write(row([...cells, p50Ms, p99Ms, serverMicros, callerMicros]));
    }
  }
  const scan = await heldUpByScan(client, items);
  const memoryMax = memory.stop();
  await client.close();
  await server.kill();

  server = await startServerProcess(folder);
  await server.kill();
  const documents = `${size.toLocaleString('en-GB')} documents`;
  const files = ['documents.sqlite', 'documents.sqlite-wal'].map((name) => statSync(join(folder, name)).size);
  return [
    `${documents} with two secondary indexes: filled by insertMany in ${Math.round(filledMs / 1000)} s, files of ${megabytes(files.reduce((sum, bytes) => sum + bytes, 0))}, opened after a kill in ${server.startMs} ms, at most ${megabytes(memoryMax)} of memory in the server's process.`,
    `${documents}: ${scan}`,
  ];
}

async function fill(items: Collection<Item>, size: number): Promise<number> {
  const start = performance.now();
  await items.createIndexes([{ key: { sku: 1 }, unique: true }, { key: { location: 1, available: 1 } }]);
  for (let from = 0; from < size; from += BATCH) {
    const documents = Array.from({ length: Math.min(BATCH, size - from) }, (_, index) =>
      itemOf(from + index),
    );
    await items.insertMany(documents, { ordered: false });
    if (performance.now() - start > FILL_MS_MAX) throw new Error(`filling took more than ${FILL_MS_MAX} ms`);
  }
  return performance.now() - start;
}

function take(items: Collection<Item>, _id: number): Promise<Item | null> {
  return items.findOneAndUpdate(
    { _id, available: { $gte: 1 } },
    { $inc: { available: -1, version: 1 } },
    { returnDocument: 'after' },
  );
}

/** Every document in turn, far from the one before. */
function scattered(call: number, size: number): number {
  return (call * 7_919) % size;
}

/** How long others wait while one caller reads the whole collection without an index. */
async function heldUpByScan(client: MongoClient, items: Collection<Item>): Promise<string> {
  const scan = items.countDocuments({ note: 'y' }, { maxTimeMS: SCAN_MS_MAX });
  let isOver = false;
  const start = performance.now();
  const scanned = scan.then(() => {
    isOver = true;
    return performance.now() - start;
  });
  const waits: number[] = [];
  const other = async (work: () => Promise<unknown>): Promise<void> => {
    while (!isOver) {
      const from = performance.now();
      await work();
      waits.push(performance.now() - from);
    }
  };
  await Promise.all([
    other(() => client.db().command({ ping: 1 })),
    other(() => take(items, 5)),
    other(() => items.findOne({ sku: 'SKU-7' })),
  ]);
  const sorted = waits.sort((a, b) => a - b);
  const at = (share: number): string =>
    (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(0);
  return `a scan of all took ${((await scanned) / 1000).toFixed(1)} s; three other callers (ping, conditional update, find by index) waited ${at(0.5)} ms (p50), ${at(0.99)} ms (p99), ${at(1)} ms (longest) meanwhile.`;
}

/** Looks at the memory of a process twice a second. */
function watchMemory(server: ServerProcess): { stop(): number } {
  let max = 0;
  const timer = setInterval(() => {
    max = Math.max(max, server.residentBytes());
  }, 500);
  return {
    stop: () => {
      clearInterval(timer);
      return max;
    },
  };
}
