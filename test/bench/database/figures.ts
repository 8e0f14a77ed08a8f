/** How the figures of the benchmark are taken and shown. */

export interface Figures {
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
  /** Of the server's process for one call; it says more than the rest on a busy machine. */
  serverMicros: number;
  /** Of the process of the callers, which is the driver's for the most part. */
  callerMicros: number;
}

/** Calls `work` again and again from so many callers at once, for so long, after a short warm-up. */
export async function measure(
  callers: number,
  lengthMs: number,
  serverCpuMs: () => number,
  work: (call: number) => Promise<unknown>,
): Promise<Figures> {
  let calls = 0;
  const times: number[] = [];
  const serverBefore = serverCpuMs();
  const callerBefore = process.cpuUsage();
  const begin = performance.now();
  const from = begin + lengthMs / 10;
  const until = begin + lengthMs;
  const caller = async (): Promise<void> => {
    for (let start = performance.now(); start < until; start = performance.now()) {
      calls += 1;
      await work(calls);
      if (start >= from) times.push(performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  const took = performance.now() - from;
  const { user, system } = process.cpuUsage(callerBefore);
  const serverMicros = ((serverCpuMs() - serverBefore) * 1000) / calls;
  const callerMicros = (user + system) / calls;
  const sorted = Float64Array.from(times).sort();
  const at = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
  return {
    perSecond: (times.length * 1000) / took,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    serverMicros,
    callerMicros,
  };
}

export function row(cells: readonly (string | number)[]): string {
  return `| ${cells.map((cell) => (typeof cell === 'number' ? shown(cell) : cell)).join(' | ')} |\n`;
}

function shown(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString('en-GB');
  return value.toFixed(value >= 10 ? 0 : 1);
}

export function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024)} MB`;
}
