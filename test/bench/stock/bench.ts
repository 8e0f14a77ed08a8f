/**
 * Measures the stock ledger against the bare driver and prints Markdown: `node test/bench/stock/bench.ts [--million]`.
 * The database is the embedded one in a process of its own, or the one that MONGODB_URI names. `BENCH_SECONDS=2`
 * measures each line for so long.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startServerProcess } from '#runtime/database/embedded/test-process.ts';
import { openDatabase } from '#runtime/database/open-database.ts';
import { measure, row } from '../database/figures.ts';
import { bareTaker } from './bare-driver.ts';
import { bookMillion } from './million.ts';
import { type Contender, contenders, prepare } from './scenarios.ts';

const PHASE_MS = Number(process.env.BENCH_SECONDS ?? 3) * 1000;
const WORKERS = [1, 16];

const write = (text: string): boolean => process.stdout.write(text);
const { values } = parseArgs({ options: { million: { type: 'boolean', default: false } } });
const dir = mkdtempSync(join(process.env.BENCH_DIR ?? tmpdir(), 'stock-bench-'));
const server = process.env.MONGODB_URI ? null : await startServerProcess(dir);
const database = await openDatabase(`${process.env.MONGODB_URI ?? server?.uri ?? ''}`);
try {
  write(
    `Node ${process.version}, ${availableParallelism()} cores, ${new Date().toISOString().slice(0, 10)}\n\n`,
  );
  write(
    row([
      'what',
      'workers',
      'sales/s',
      'of bare driver',
      'p50 ms',
      'p99 ms',
      'µs of the server',
      'µs of the callers',
    ]),
  );
  write(row(['---', '--:', '--:', '--:', '--:', '--:', '--:', '--:']));
  await prepare(database.db);
  for (const contender of contenders(database.db)) {
    for (const workers of WORKERS) await measureOne(contender, workers);
  }
  if (values.million) write(`\n${await bookMillion(database.db)}`);
} finally {
  await database.close();
  await server?.kill();
  rmSync(dir, { recursive: true });
}

async function measureOne({ title, skus, open }: Contender, callers: number): Promise<void> {
  const take = await open(callers);
  const bare = bareTaker(database.db, skus);
  const serverCpuMs = () => server?.cpuMs() ?? 0;
  const figures = await measure({ callers, lengthMs: PHASE_MS, serverCpuMs, work: take, reference: bare });
  const { perSecond, ofReference, p50Ms, p99Ms, serverMicros, callerMicros } = figures;
  write(
    row([
      title,
      String(callers),
      perSecond,
      ofReference.toFixed(2),
      p50Ms,
      p99Ms,
      serverMicros,
      callerMicros,
    ]),
  );
}
