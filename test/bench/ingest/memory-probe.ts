/**
 * Loaded into each process of a memory benchmark before anything else (`--import`): on SIGUSR2 it collects all garbage and
 * writes down what is left.
 */
import { renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isMainThread } from 'node:worker_threads';

/** Where a process writes its answer. */
export function probeFile(pid: number): string {
  return join(tmpdir(), `syncflow-memory-${pid}.json`);
}

export interface Memory {
  readonly rssMb: number;
  readonly heapMb: number;
}

const MEGABYTE = 2 ** 20;

/** Collects all garbage of this process, then looks. */
export function memoryNow(): Memory {
  // In a context that is made after the flag was set there is a `gc`.
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  // Twice: what a finalizer lets go of is garbage the second time.
  for (let round = 0; round < 2; round += 1) collect();
  const { rss, heapUsed } = process.memoryUsage();
  return { rssMb: rss / MEGABYTE, heapMb: heapUsed / MEGABYTE };
}

if (isMainThread) {
  process.on('SIGUSR2', () => {
    const file = probeFile(process.pid);
    writeFileSync(`${file}.new`, JSON.stringify(memoryNow()));
    renameSync(`${file}.new`, file);
  });
}
