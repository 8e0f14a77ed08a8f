/**
 * What was acknowledged survives SIGKILL at any moment, nothing else is half there, and indexes still agree with the
 * documents. `KILLS=100 jest kill` is the long form.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { MongoClient } from 'mongodb';
import { check } from './storage/check.ts';
import { type ServerProcess, startServerProcess } from './test-process.ts';
import { type Item, Writer } from './test-writer.ts';

const KILLS = Number(process.env.KILLS ?? 8);
const WRITERS = 16;
/** For the median: on a busy machine one start may take long. */
const RESTART_MS_MAX = 2_000;
const INDEXES = [{ sku: 1 }, { tags: 1 }, { n: -1, sku: 1 }] as const;
let dir: string;
let server: ServerProcess | undefined;

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'embedded-kill-'));
});
afterAll(async () => {
  await server?.kill();
  rmSync(dir, { recursive: true });
});

test(
  `${KILLS} kills among ${WRITERS} writers lose nothing, halve nothing, and keep the indexes right`,
  async () => {
    const writers = Array.from({ length: WRITERS }, (_, index) => new Writer(`writer${index}`));
    const starts: number[] = [];
    for (let round = 0; round <= KILLS; round += 1) {
      server = await startServerProcess(dir);
      starts.push(server.startMs);
      const stored = await look(server.uri);
      expect(writers.flatMap((writer) => writer.settle(stored))).toEqual([]);
      if (round === KILLS) await server.kill();
      else await writeUntilKilled(writers, server, 100 + ((round * 67) % 400));
      expect(server.faults()).toBe('');
      // Every second time only: the check opens the files, which the next start is to do with the traces of a kill.
      if (round % 2 === 1) expect(check(dir).disagreements).toEqual([]);
    }
    const acknowledged = writers.reduce((sum, writer) => sum + writer.acknowledged, 0);
    expect(acknowledged).toBeGreaterThan(KILLS * WRITERS);
    const [median = Infinity] = starts.toSorted((a, b) => a - b).slice(starts.length >> 1);
    expect(median).toBeLessThan(RESTART_MS_MAX);
    if (process.env.KILLS) {
      process.stdout.write(
        `${KILLS} kills, ${acknowledged} acknowledged writes, starts of ${median} ms (median) to ${Math.max(...starts)} ms\n`,
      );
    }
  },
  60_000 + KILLS * 10_000,
);

async function writeUntilKilled(
  writers: readonly Writer[],
  server: ServerProcess,
  afterMs: number,
): Promise<void> {
  let isKilled = false;
  const writing = Promise.all(writers.map((writer) => writer.run(server.uri, () => isKilled)));
  await Promise.race([setTimeout(afterMs), writing]);
  isKilled = true;
  await server.kill();
  await writing;
}

/** All documents, after a check that every index finds the same ones. */
async function look(uri: string): Promise<Map<string, Item>> {
  const client = await new MongoClient(uri).connect();
  const collection = client.db('kill').collection<Item>('documents');
  await collection.createIndexes(INDEXES.map((key, index) => ({ key, unique: index === 0 })));
  const documents = await collection.find().hint({ $natural: 1 }).toArray();
  const stored = new Map(documents.map((item) => [item._id, item]));
  const ids = [...stored.keys()].sort();
  for (const hint of INDEXES) {
    const found = await collection.find().hint(hint).toArray();
    expect(found.map(({ _id }) => _id).sort()).toEqual(ids);
  }
  for (const item of documents.filter((_, index) => index % 100 === 0)) {
    const query = { tags: { $all: item.tags }, sku: item.sku };
    expect(await collection.find(query).hint({ tags: 1 }).toArray()).toEqual([item]);
  }
  await client.close();
  return stored;
}
