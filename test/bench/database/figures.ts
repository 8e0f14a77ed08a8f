/** How the figures of the benchmark are taken and shown. */

export interface Figures {
  perSecond: number;
  /** `perSecond` over what the reference reached in the same seconds: says more than the rest on a busy machine. */
  ofReference: number;
  p50Ms: number;
  p99Ms: number;
  /** Of the server's process for one call. */
  serverMicros: number;
  /** Of the process of the callers, which is the driver's for the most part. */
  callerMicros: number;
}

export interface Phase {
  readonly callers: number;
  readonly lengthMs: number;
  /** Processor time that the server has used. */
  readonly serverCpuMs: () => number;
  readonly work: (call: number) => Promise<unknown>;
  /** What the work is compared with; takes its turns with it, a third of the time. */
  readonly reference: () => Promise<unknown>;
}

/** Slices of work and of the reference take turns, so that a slow second of the machine hits both. */
const SLICES = 8;

/** Calls `work` again and again from so many callers at once, for so long, after a short warm-up. */
export async function measure({ callers, lengthMs, serverCpuMs, ...phase }: Phase): Promise<Figures> {
  const total = { calls: 0, ms: 0, server: 0, callers: 0 };
  const compared = { calls: 0, ms: 0 };
  const times: number[] = [];
  await call(callers, lengthMs / 10, phase.work, 0);
  for (let slice = 0; slice < SLICES; slice += 1) {
    const reference = await call(callers, lengthMs / SLICES / 2, phase.reference, 0);
    compared.calls += reference.times.length;
    compared.ms += reference.ms;
    const [serverBefore, callersBefore] = [serverCpuMs(), process.cpuUsage()];
    const work = await call(callers, lengthMs / SLICES, phase.work, total.calls);
    const { user, system } = process.cpuUsage(callersBefore);
    total.server += serverCpuMs() - serverBefore;
    total.callers += user + system;
    total.calls += work.times.length;
    total.ms += work.ms;
    times.push(...work.times);
  }
  const sorted = Float64Array.from(times).sort();
  const at = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
  const perSecond = (total.calls * 1000) / total.ms;
  return {
    perSecond,
    ofReference: perSecond / ((compared.calls * 1000) / compared.ms),
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    serverMicros: (total.server * 1000) / total.calls,
    callerMicros: total.callers / total.calls,
  };
}

async function call(
  callers: number,
  lengthMs: number,
  work: (call: number) => Promise<unknown>,
  callsBefore: number,
): Promise<{ ms: number; times: number[] }> {
  const times: number[] = [];
  let calls = callsBefore;
  const begin = performance.now();
  const caller = async (): Promise<void> => {
    for (let start = begin; start < begin + lengthMs; ) {
      calls += 1;
      await work(calls);
      const end = performance.now();
      times.push(end - start);
      start = end;
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return { ms: performance.now() - begin, times };
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
