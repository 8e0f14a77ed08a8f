/** What was acknowledged survives SIGKILL at any moment, and indexes still agree with the documents. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { MongoClient } from 'mongodb';
import { startEmbedded } from './index.ts';

const ROUNDS = 4;
let dir: string;

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'embedded-kill-'));
});
afterAll(() => rmSync(dir, { recursive: true }));

/** Lets writers at the folder and kills their process; returns what they had been told was done. */
async function writeUntilKilled(round: number): Promise<string[]> {
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('./test-writers.ts', import.meta.url)), dir, `r${round}`],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let output = '';
  let failedToStart = true;
  child.stdout.on('data', (chunk: Buffer) => {
    failedToStart = false;
    output += chunk.toString();
  });
  const exited = once(child, 'exit');
  while (failedToStart)
    await Promise.race([setTimeout(20), exited.then(() => expect(failedToStart).toBe(false))]);
  await setTimeout(150 + round * 130);
  child.kill('SIGKILL');
  await exited;
  // The last line may be cut off; its write is not counted as told.
  return output.slice(0, output.lastIndexOf('\n')).split('\n');
}

test('several kills among 24 writers lose nothing that was acknowledged', async () => {
  const told: string[] = [];
  for (let round = 0; round < ROUNDS; round += 1) told.push(...(await writeUntilKilled(round)));
  expect(told.length).toBeGreaterThan(ROUNDS * 24);

  const database = await startEmbedded({ dir });
  const client = await new MongoClient(database.uri).connect();
  const documents = client.db('kill').collection<{ _id: string; n: number; sku: string }>('documents');
  const stored = new Map((await documents.find().toArray()).map((doc) => [doc._id, doc]));
  const lost = told.filter((line) => {
    const [id = '', step] = line.split(' ');
    const doc = stored.get(id);
    return !doc || doc.n < Number(step) || (step === '1' && doc.sku !== `${id}-sold`);
  });
  expect(lost).toEqual([]);
  // A bulk write is one transaction: both of its updates are there, or neither.
  expect([...stored.values()].filter(({ _id, n, sku }) => sku !== (n === 1 ? `${_id}-sold` : _id))).toEqual(
    [],
  );

  expect(await documents.countDocuments({ tags: 'all' }, { hint: { tags: 1 } })).toBe(stored.size);
  expect(await documents.find({ sku: { $gte: '' } }, { hint: { sku: 1 } }).toArray()).toHaveLength(
    stored.size,
  );
  await client.close();
  await database.close();
}, 60_000);
