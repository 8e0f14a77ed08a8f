/**
 * `npm run test:faults -- [--seed N] [--orders N] [--rate N] [--kills N] [--minutes N] [--verbose]`: the whole run, bounded to
 * ten minutes; a machine that has other things to do may be given more.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { faultRun } from './run/fault-run.ts';

const MINUTE_MS = 60_000;
/** To set up, to wait for the last process to come back, and to compare. */
const OVERHEAD_MS = 45_000;
const write = (text: string) => process.stdout.write(`${text}\n`);
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
    orders: { type: 'string', default: '5000' },
    rate: { type: 'string', default: '15' },
    kills: { type: 'string', default: '36' },
    minutes: { type: 'string', default: '10' },
    verbose: { type: 'boolean', default: false },
  },
});
const seed = Number(values.seed);
const mayTakeMs = Number(values.minutes) * MINUTE_MS;
write(`Seed ${seed}: "npm run test:faults -- --seed ${seed}" runs the same schedule again.`);
const timer = setTimeout(() => {
  write(`It was not done within ${values.minutes} minutes.`);
  process.exit(1);
}, mayTakeMs);
const dataDir = await mkdtemp(join(tmpdir(), 'syncflow-faults-'));
try {
  const report = await faultRun({
    seed,
    orders: Number(values.orders),
    ordersPerSecond: Number(values.rate),
    kills: Number(values.kills),
    dataDir,
    // What the sales leave of the time.
    settleMsMax: mayTakeMs - (Number(values.orders) / Number(values.rate)) * 1_000 - OVERHEAD_MS,
    ...(values.verbose ? { progress: (text: string) => process.stderr.write(`${text}\n`) } : {}),
  });
  write(JSON.stringify(report, null, 2));
  process.exitCode = report.broken.length === 0 && report.stoppedWith === 0 ? 0 : 1;
} finally {
  clearTimeout(timer);
  await rm(dataDir, { recursive: true, force: true });
}
