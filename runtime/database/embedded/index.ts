/**
 * A small database server that speaks MongoDB's wire protocol, for programs that should run where no MongoDB is
 * installed. See README.md for what it promises and what it refuses.
 */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { addressOf } from './server/address.ts';
import type { LogEntry } from './server/log.ts';
import type { CheckReport } from './storage/check.ts';
import type { FromThread, ThreadOptions } from './thread-messages.ts';

export type { CheckReport, LogEntry };

export interface EmbeddedOptions {
  /** The folder for the data; it is made if it is not there. One server at a time can use it. */
  dir: string;
  /**
   * Is told of faults, of clients that had to be cut off, and once for each kind of query that goes through very
   * many documents for want of an index. Without it, a fault that ends the server is thrown.
   */
  log?: (entry: LogEntry) => void;
}
export interface Embedded {
  /** For the MongoDB driver or Mongoose, in this process or any other of the same user on this machine. */
  uri: string;
  /** Answers what has arrived, ends all connections, and closes the files. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * Starts the server in a thread of its own, over the data in `dir`. Rejects with an Error whose message is one
 * sentence for the user when the folder is in use, its file is damaged or belongs to another program.
 *
 * @example
 * const database = await startEmbedded({ dir: './data' });
 * const client = await new MongoClient(database.uri).connect();
 */
export async function startEmbedded({ dir, log }: EmbeddedOptions): Promise<Embedded> {
  const options: ThreadOptions = { dir: resolve(dir) };
  // By its URL, as TypeScript, and without the flags of this process: a test runner's would not suit it.
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: options, execArgv: [] });
  const ended = new Promise<void>((done) => worker.once('exit', () => done()));
  const uri = await listening(worker);
  let isClosing = false;
  const report = (error: unknown): void => {
    if (!log) throw error;
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    log({
      level: 'error',
      message: 'The embedded database has stopped. What it acknowledged is kept; start it again.',
      error: text,
    });
  };
  worker.on('message', (message: FromThread) => {
    if (message.type === 'log') log?.(message.entry);
  });
  worker.on('error', report);
  worker.on('exit', () => {
    if (!isClosing) log?.({ level: 'error', message: 'The thread of the embedded database has ended.' });
  });
  return {
    uri,
    close: async () => {
      if (!isClosing) worker.postMessage('close');
      isClosing = true;
      await ended;
    },
  };
}

/**
 * The connection string of the server that has `dir` open, in whatever process of this user; null: none answers.
 * Not told on Windows.
 */
export async function runningServer(dir: string): Promise<string | null> {
  return await addressOf(dir);
}

/**
 * Checks the data in `dir`, which no server may have open, and changes nothing: are the documents valid, and do
 * the indexes agree with them? Takes about a second for 50,000 documents.
 * @throws {Error} with a sentence for the user when the folder is in use or can't be opened.
 */
export async function checkFiles(dir: string): Promise<CheckReport> {
  const path = resolve(dir);
  if (!existsSync(path)) throw new Error(`There is no folder ${path}.`);
  // Loaded when it is needed: a program that only starts the server does not need the engine in its own thread.
  const { check } = await import('./storage/check.ts');
  return check(path);
}

/** @throws {Error} with a sentence for the user when a server has `dir` open. */
export async function mustNotBeInUse(dir: string): Promise<void> {
  const { lockFolder } = await import('./storage/file.ts');
  lockFolder(resolve(dir)).close();
}

/**
 * Copies the data in `dir`, as it is at one moment, into the new folder `into`; a server may have it open and goes on
 * meanwhile. Needs as much disk as the data.
 * @throws {Error} with a sentence for the user when there is no database, or `into` has one already.
 */
export async function snapshotFiles(dir: string, into: string): Promise<void> {
  const { snapshot } = await import('./storage/snapshot.ts');
  snapshot(resolve(dir), resolve(into));
}

function listening(worker: Worker): Promise<string> {
  return new Promise((done, failed) => {
    const settle = (message: FromThread): void => {
      if (message.type === 'log') return;
      worker.off('message', settle);
      worker.off('error', failed);
      if (message.type === 'listening') done(message.uri);
      else
        failed(
          new Error(
            message.type === 'failed' ? message.message : 'the database closed while it was starting',
          ),
        );
    };
    worker.on('message', settle);
    worker.once('error', failed);
  });
}
