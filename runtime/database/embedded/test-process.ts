/** For tests: the server in a process of its own, to be killed or to be watched from outside. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface ServerProcess {
  uri: string;
  startMs: number;
  /** What it has written about faults. */
  faults(): string;
  hasEnded(): boolean;
  /** Memory that it has now, or 0 where the system does not tell. */
  residentBytes(): number;
  /** Time that it has used on all cores, or 0 where the system does not tell. */
  cpuMs(): number;
  /** SIGKILL, and waits until it is gone. */
  kill(): Promise<void>;
}

/** Throws when the server does not start. */
export async function startServerProcess(dir: string): Promise<ServerProcess> {
  const script = fileURLToPath(new URL('./test-server-process.ts', import.meta.url));
  const child = spawn(process.execPath, [script, dir], { stdio: ['ignore', 'pipe', 'pipe'] });
  let faults = '';
  child.stderr.on('data', (chunk: Buffer) => {
    faults += chunk.toString();
  });
  const exited = once(child, 'exit');
  const [line] = await Promise.race([once(createInterface(child.stdout), 'line'), exited]);
  if (typeof line !== 'string') throw new Error(`the server did not start: ${faults}`);
  const { uri, startMs } = JSON.parse(line) as { uri: string; startMs: number };
  return {
    uri,
    startMs,
    faults: () => faults,
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    residentBytes: () => residentBytesOf(child),
    cpuMs: () => cpuMsOf(child),
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

function residentBytesOf({ pid }: ChildProcess): number {
  if (process.platform !== 'linux') return 0;
  const [, kilobytes = '0'] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) * 1024;
}

/** Fields 14 and 15 of `stat`, in hundredths of a second; the second one, the name, may hold blanks. */
function cpuMsOf({ pid }: ChildProcess): number {
  if (process.platform !== 'linux') return 0;
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
