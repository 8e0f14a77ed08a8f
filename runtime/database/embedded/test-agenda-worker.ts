/**
 * For agenda.test.ts, run as a process of its own (Agenda is an ES module, which Jest does not load): works on jobs
 * until its input is closed. With a number as its last argument it makes so many jobs first.
 */
import { MongoBackend, MongoChangeStreamNotificationChannel } from '@agendajs/mongo-backend';
import { Agenda } from 'agenda';
import { MongoClient } from 'mongodb';

const [uri = '', database = '', worker = '', mode = '', jobs = '0'] = process.argv.slice(2);
const client = await new MongoClient(uri).connect();
const db = client.db(database);
const agenda = new Agenda({
  backend: new MongoBackend({ mongo: db, collection: 'jobs' }),
  processEvery: mode === 'stream' ? 60_000 : 50,
  defaultConcurrency: 4,
  ...(mode === 'stream'
    ? { notificationChannel: new MongoChangeStreamNotificationChannel({ db, collection: 'jobs' }) }
    : {}),
});
agenda.define('count', async (job) => {
  await db.collection('runs').insertOne({ number: (job.attrs.data as { number: number }).number, worker });
});
agenda.define('tick', async () => {
  await db.collection('ticks').insertOne({ worker });
});
await agenda.start();
await agenda.every(100, 'tick');
process.stdout.write('ready\n');
for (let number = 0; number < Number(jobs); number += 1) await agenda.now('count', { number });
process.stdin.resume();
process.stdin.once('end', async () => {
  await agenda.stop();
  await client.close();
  process.exit();
});
