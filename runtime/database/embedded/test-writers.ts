/**
 * For kill.test.ts, run as a process of its own: starts the server on a folder, lets many writers at it, and
 * prints a line for every write that was acknowledged. It goes on until it is killed.
 */
import { writeSync } from 'node:fs';
import { MongoClient } from 'mongodb';
import { startEmbedded } from './index.ts';

const [dir = '', round = ''] = process.argv.slice(2);
const WRITERS = 24;

const database = await startEmbedded({ dir });
const client = await new MongoClient(database.uri, { maxPoolSize: WRITERS }).connect();
const documents = client
  .db('kill')
  .collection<{ _id: string; n: number; sku: string; tags: string[] }>('documents');
await documents.createIndex({ sku: 1 }, { unique: true });
await documents.createIndex({ tags: 1 });

/** One id is inserted, then counted up; each step is told of only after its answer came. */
async function write(writer: number): Promise<never> {
  for (let step = 0; ; step += 1) {
    const _id = `${round}-${writer}-${step}`;
    await documents.insertOne({ _id, n: 0, sku: _id, tags: [_id, 'all'] });
    writeSync(1, `${_id} 0\n`);
    await documents.bulkWrite([
      { updateOne: { filter: { _id }, update: { $inc: { n: 1 } } } },
      { updateOne: { filter: { _id }, update: { $set: { sku: `${_id}-sold` } } } },
    ]);
    writeSync(1, `${_id} 1\n`);
  }
}

await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)));
