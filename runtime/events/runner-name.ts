/** How a process that holds leases is named: so that the next one on the same machine can tell whether it still lives. */
import { hostname } from 'node:os';

/** @param unique differs for each process, also where process ids are used again. */
export function runnerNameOf(pid: number, unique: string): string {
  return `${hostname()}:${pid}:${unique}`;
}

/**
 * Whether the process of that name is certainly gone. Of another machine's nothing is known, and where its process
 * id was given to another program it is taken for alive: their leases run out.
 */
export function isGone(name: string): boolean {
  const [host, pid] = name.split(':');
  if (host !== hostname() || !/^\d+$/.test(pid ?? '')) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
