/**
 * The shop's memory on disk: a file of JSON lines, each one the complete effect of one request. A line is handed
 * to the operating system before the request is answered, so a killed process forgets nothing that it told
 * anybody; a lost machine may lose the last moments, which a sandbox can bear.
 */
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Entry } from './state.ts';

export interface Journal {
  /** Keeps an entry for the next flush. */
  add(entry: Entry): void;
  /** Writes what was added, as one line. Cheap when there is nothing. */
  flush(): void;
  close(): void;
}

export const noJournal: Journal = { add() {}, flush() {}, close() {} };

const FILE = 'shop.jsonl';

/**
 * Hands each entry that the folder holds to `apply`, oldest first. A last line that is cut off is left out: it
 * was never answered.
 * @throws {Error} when a line before the last one can't be read.
 */
export async function readJournal(stateDir: string, apply: (entry: Entry) => void): Promise<void> {
  await mkdir(stateDir, { recursive: true });
  const file = await open(join(stateDir, FILE), 'a+');
  let line = 0;
  let broken = 0;
  for await (const text of file.readLines()) {
    line += 1;
    if (broken) {
      throw new Error(
        `The sandbox's file ${FILE} is damaged in line ${broken}: delete ${stateDir} to open a new shop.`,
      );
    }
    const entries = parseLine(text);
    if (entries) for (const entry of entries) apply(entry);
    else broken = line;
  }
}

function parseLine(text: string): Entry[] | null {
  try {
    return JSON.parse(text) as Entry[];
  } catch {
    return null;
  }
}

/** Starts the folder's file anew with `state` (atomically: the old file stands until the new one is whole). */
export function openJournal(stateDir: string, state: Iterable<Entry>): Journal {
  const path = join(stateDir, FILE);
  const next = `${path}.next`;
  rmSync(next, { force: true });
  const descriptor = openSync(next, 'a', 0o600);
  for (const entry of state) writeLine(descriptor, [entry]);
  fsyncSync(descriptor);
  renameSync(next, path);
  return journalOn(descriptor);
}

function journalOn(descriptor: number): Journal {
  let added: Entry[] = [];
  const flush = () => {
    if (added.length === 0) return;
    const entries = added;
    added = [];
    writeLine(descriptor, entries);
  };
  return {
    add: (entry) => added.push(entry),
    flush,
    close() {
      flush();
      fsyncSync(descriptor);
      closeSync(descriptor);
    },
  };
}

function writeLine(descriptor: number, entries: readonly Entry[]): void {
  const bytes = Buffer.from(`${JSON.stringify(entries)}\n`);
  let written = 0;
  while (written < bytes.length) written += writeSync(descriptor, bytes, written);
}
