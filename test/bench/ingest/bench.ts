/** `npm run bench:ingest -- [accept] [backlog] [flow] [memory]`: prints Markdown. Without a name: all but memory. See README.md. */
import { availableParallelism } from 'node:os';
import { acceptBench, backlogBench } from './accept-bench.ts';
import { flowBench } from './flow-bench.ts';
import { memoryBench } from './memory-bench.ts';

const SECONDS = Number(process.env.BENCH_SECONDS ?? 5);
const FLOW_SECONDS = 4 * SECONDS;
const BENCHES = {
  accept: () => acceptBench(SECONDS),
  backlog: () => backlogBench(SECONDS),
  flow: () => flowBench(FLOW_SECONDS),
  memory: () => memoryBench(Number(process.env.BENCH_EVENTS ?? 200_000)),
} as const;
const DEFAULT = ['accept', 'backlog', 'flow'] as const;

const asked = process.argv.slice(2);
const names = asked.length > 0 ? asked : DEFAULT;
const write = (text: string) => process.stdout.write(`${text}\n`);

write(`${availableParallelism()} cores, Node ${process.version}, ${SECONDS} s a figure\n`);
for (const name of names) {
  const bench = BENCHES[name as keyof typeof BENCHES];
  if (!bench) throw new Error(`there is no bench ${name}: ${Object.keys(BENCHES).join(', ')}`);
  write(`### ${name}\n`);
  for (const line of await bench()) write(line);
  write('');
}
process.exit(0);
