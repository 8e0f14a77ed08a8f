import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { decode } from '../bson/decode.ts';
import { encode } from '../bson/encode.ts';
import type { Doc } from '../bson/values.ts';
import type { Reply, Task } from '../commands/command.ts';
import { fail } from '../errors.ts';
import { insertDocument } from '../operations/insert.ts';
import { PAUSE, Wait } from '../pause.ts';
import { Catalog } from '../storage/catalog.ts';
import { Store } from '../storage/store.ts';
import { stored } from '../test-values.ts';
import type { Job } from './dispatch.ts';
import { deleteExpired } from './expiry.ts';
import type { LogEntry } from './log.ts';
import { Turns } from './turns.ts';

let dir: string;
let store: Store;
let catalog: Catalog;
let turns: Turns;
let log: LogEntry[];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'embedded-turns-'));
  log = [];
  store = new Store(dir);
  catalog = new Catalog(store);
  turns = new Turns(store, (entry) => log.push(entry));
});
afterEach(() => {
  store.close();
  rmSync(dir, { recursive: true });
});

/** Submits a job; its answers are gathered in the list that is returned. */
function submit(kind: Job['kind'], run: () => Reply | Task, deadlineMs = Infinity): Doc[] {
  const answers: Doc[] = [];
  turns.submit({
    job: { kind, deadlineMs, run },
    encode: (reply) => encode(reply),
    send: (bytes) => answers.push(decode(bytes)),
  });
  return answers;
}
/** Runs a turn and waits for the disk, so that all is answered. */
function flush(): void {
  turns.flush();
  store.makeDurable();
}
/** Lets the event loop go on until it holds; at most for the test's own time. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await wait(1);
}
const insert = (id: number) => (): Reply => ({
  id: Number(String(insertDocument(catalog.ensure('a.b'), stored({ _id: id })).id)),
});
const count = (): number => catalog.get('a.b')?.count() ?? 0;

describe('a turn', () => {
  test('commits all its writes at once and answers each', () => {
    const answers = [1, 2, 3].map((id) => submit('write', insert(id)));
    expect(answers).toEqual([[], [], []]);
    flush();
    expect(answers.map(([answer]) => typeof answer?.ok)).toEqual(['object', 'object', 'object']);
    expect(count()).toBe(3);
  });
  test('gathers writes while the disk is being waited for, and runs them by itself after it', async () => {
    const first = submit('write', insert(1));
    turns.flush();
    const gathered = [2, 3].map((id) => submit('write', insert(id)));
    turns.flush();
    expect(count()).toBe(1);
    await until(() => gathered.every(({ length }) => length === 1));
    expect([first.length, count()]).toEqual([1, 3]);
  });
  test('does not let many writes wait for the disk', () => {
    submit('write', insert(0));
    turns.flush();
    for (let id = 1; id <= 16; id += 1) submit('write', insert(id));
    turns.flush();
    expect(count()).toBe(17);
  });
  test('runs gathered writes also when the flush was that of a change stream', async () => {
    submit('write', insert(1));
    turns.flush();
    store.makeDurable();
    const told = { cursor: { postBatchResumeToken: {}, nextBatch: [{}] } };
    const stream = submit('read', function* (): Task {
      yield PAUSE;
      return told;
    });
    turns.flush();
    turns.flush();
    const gathered = submit('write', insert(2));
    turns.flush();
    await until(() => gathered.length === 1);
    expect([stream.length, count()]).toEqual([1, 2]);
  });
  test('a refused write is answered, its neighbours are kept', () => {
    const good = submit('write', insert(1));
    const refused = submit('write', () => fail('BadValue', 'no'));
    const twice = submit('write', insert(1));
    flush();
    expect(String(good[0]?.ok)).toBe('1');
    expect(refused[0]).toMatchObject({ errmsg: 'no', codeName: 'BadValue' });
    expect(twice[0]).toMatchObject({ codeName: 'DuplicateKey' });
    expect(count()).toBe(1);
    expect(log).toEqual([]);
  });
  test('a write with a fault loses what it did, its neighbours are done once', () => {
    const runs: number[] = [];
    const noted = (id: number) => (): Reply => {
      runs.push(id);
      return insert(id)();
    };
    const before = submit('write', noted(1));
    const faulty = submit('write', () => {
      insert(100)();
      throw new Error('a fault of ours');
    });
    const after = submit('write', noted(2));
    flush();
    expect([before, faulty, after].map(({ length }) => length)).toEqual([1, 1, 1]);
    expect(String(before[0]?.ok) + String(faulty[0]?.ok) + String(after[0]?.ok)).toBe('101');
    expect(faulty[0]).toMatchObject({ codeName: 'InternalError' });
    expect(count()).toBe(2);
    expect(log).toHaveLength(1);
  });
  test('a client that is gone when its answer is sent does not make the write happen twice', () => {
    turns.submit({
      job: { kind: 'write', deadlineMs: Infinity, run: insert(1) },
      encode: (reply) => encode(reply),
      send: () => {
        throw new Error('gone');
      },
    });
    expect(() => flush()).toThrow('gone');
    expect(count()).toBe(1);
  });
  test('a read that rests lets others go first, and gives up at its deadline', () => {
    const task = function* (): Task {
      yield PAUSE;
      yield PAUSE;
      return { done: true };
    };
    const slow = submit('read', task);
    const late = submit('read', task, 0);
    const quick = submit('read', () => ({}));
    flush();
    expect([slow.length, late.length, quick.length]).toEqual([0, 0, 1]);
    for (let at = 0; at < 5; at += 1) flush();
    expect(slow[0]).toMatchObject({ done: true });
    expect(late[0]).toMatchObject({ codeName: 'MaxTimeMSExpired' });
  });
});

describe('a command that waits', () => {
  const waiting = (endsAtMs: number, hasNews = (): boolean => false) =>
    submit('read', function* (): Task {
      yield new Wait(endsAtMs, hasNews);
      return { done: true };
    });
  test('goes on when its time is over, without anything else happening', async () => {
    const answers = Array.from({ length: 5 }, () => waiting(performance.now() + 5));
    flush();
    // What comes late in a turn sets timers that run early.
    for (const endMs = performance.now() + 4; performance.now() < endMs; );
    answers.push(waiting(performance.now() + 5));
    flush();
    await new Promise((done) => setTimeout(done, 100));
    expect(answers.map(([answer]) => answer?.done)).toEqual(answers.map(() => true));
  });
  test('goes on at the turn that has news', () => {
    let hasNews = false;
    const [woken, other] = [
      waiting(performance.now() + 60_000, () => hasNews),
      waiting(performance.now() + 60_000),
    ];
    flush();
    flush();
    expect([woken, other]).toEqual([[], []]);
    hasNews = true;
    flush();
    expect(woken[0]).toMatchObject({ done: true });
    expect(other).toEqual([]);
    turns.stop();
  });
});

test('expired documents are deleted, those that a partial index leaves out are not', () => {
  const now = new Date('2026-03-01T12:00:00Z');
  const ago = (seconds: number): Date => new Date(now.getTime() - seconds * 1000);
  store.transaction(() => {
    const items = catalog.create('a.b');
    catalog.addIndex(
      items,
      stored({
        v: 2,
        key: { at: 1 },
        name: 'at_1',
        expireAfterSeconds: 60,
        partialFilterExpression: { done: true },
      }),
    );
    for (const doc of [
      { at: ago(61), done: true },
      { at: ago(59), done: true },
      { at: ago(61), done: false },
      { at: 5, done: true },
      { done: true },
    ]) {
      insertDocument(items, stored(doc));
    }
  });
  expect(deleteExpired({ store, catalog }, now)).toBe(1);
  expect(count()).toBe(4);
});
