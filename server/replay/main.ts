/** `npm run replay -- FILE.csv.gz [--invoices N] [--report FILE.md]` */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import progress from 'cli-progress';
import { SAMPLE_ORDERS } from '../sample-orders/sample-file.ts';
import { type ReplayProgress, replay } from './replay.ts';
import { isClean } from './report.ts';
import { reportText } from './report-text.ts';

const REPORT = 'replay-report.md';
const print = (text: string) => process.stdout.write(`${text}\n`);

const { values, positionals } = readArguments();
const file = positionals[0] ?? SAMPLE_ORDERS;
if (!positionals[0]) print('No file was named: replaying the 2,000 invoices that come with SyncFlow.');

const bar = new progress.SingleBar({
  format:
    '{phase} |{bar}| {value} of {total} orders, refunds and corrections · {eta_formatted} left · {waiting} waiting',
  hideCursor: true,
  etaBuffer: 500,
  noTTYOutput: true,
  notTTYSchedule: 10_000,
});
let shown = false;
const dataDir = await mkdtemp(join(tmpdir(), 'syncflow-replay-'));
try {
  const report = await replay({
    file,
    dataDir,
    ...(values.invoices ? { invoicesMax: Number(values.invoices) } : {}),
    ...(process.env.MONGODB_URI ? { mongodbUri: process.env.MONGODB_URI } : {}),
    progress: ({ phase, steps, of, waiting }: ReplayProgress) => {
      if (of === 0) return;
      if (!shown) bar.start(of, 0, { phase, waiting });
      shown = true;
      bar.update(steps, { phase: phase.padEnd(9), waiting });
    },
  });
  bar.stop();
  const text = reportText(report);
  print(`\n${text}`);
  await writeFile(values.report, text);
  print(`The report was saved to ${values.report}.`);
  process.exitCode = isClean(report) ? 0 : 1;
} catch (error) {
  bar.stop();
  print(`\nThe replay could not be finished: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
} finally {
  await rm(dataDir, { recursive: true, force: true });
}
// What comes due by the clock has timers of its own that nobody waits for.
process.exit();

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: { invoices: { type: 'string' }, report: { type: 'string', default: REPORT } },
    });
  } catch (error) {
    print(`${error instanceof Error ? error.message : String(error)}`);
    print('Usage: npm run replay -- [FILE.csv.gz] [--invoices N] [--report FILE.md]');
    process.exit(2);
  }
}
