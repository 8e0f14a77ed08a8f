/** The thread of `checkpointer.ts`: a connection of its own that does checkpoints when it is asked to. */
import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';

export interface CheckpointThreadOptions {
  path: string;
  /** Becomes 1 when the connection is closed. */
  closed: Int32Array;
}
export interface Checkpointed {
  /** Length of the log, brought over or not. */
  logPages: number;
}

const { path, closed } = workerData as CheckpointThreadOptions;
const port = parentPort;
if (!port) throw new Error('checkpoint-thread.ts has to be started as a worker thread');
const database = new DatabaseSync(path, { timeout: 0 });
database.exec('PRAGMA wal_autocheckpoint = 0; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -1024');
// PASSIVE waits for nobody and lets nobody wait.
const checkpoint = database.prepare('PRAGMA wal_checkpoint(PASSIVE)');

port.on('message', (message: 'checkpoint' | 'close') => {
  if (message === 'checkpoint') {
    const told: Checkpointed = { logPages: Number(checkpoint.get()?.log ?? 0) };
    port.postMessage(told);
    return;
  }
  database.close();
  Atomics.store(closed, 0, 1);
  Atomics.notify(closed, 0);
  port.close();
});
