/** Real processes with nodes that exit, hang and throw where nobody catches it: they harm themselves, and nobody else. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { Binary } from 'mongodb';
import type { AlertDocument } from '#runtime/alerts/alert-document.ts';
import { ensureClient } from '#runtime/clients/client-model.ts';
import type { EventDocument } from '#runtime/events/event.ts';
import { acceptEvent } from '#runtime/events/inbox.ts';
import type { ExecutionDocument } from '#runtime/executions/execution-document.ts';
import { ClientId, PipelineId } from '#runtime/ids.ts';
import { type PipelineDocument, resumePipeline, savePipeline } from '#runtime/pipelines/pipeline-model.ts';
import { Settings } from '#server/settings.ts';
import { type SyncFlow, startSyncFlow } from '#server/syncflow.ts';
import { TYPES_WITH_BAD_NODES } from './bad-nodes.ts';

jest.setTimeout(90_000);
/** On a machine that starts a runner in a second and a half or faster; on a busier one as much longer. */
const OTHERS_DELAYED_MS_MAX = 5_000;
const RUNNER_START_MS = 1_500;

/** Shares its runner with all wild ones. */
const calm = ClientId.parse('calm');
/** Its flow runs code of others, so it has a runner of its own. */
const foreign = ClientId.parse('foreign');

let dataDir: string;
let syncflow: SyncFlow;
let sent = 0;
/** How long a runner takes to start on this machine, which may be busy. */
let runnerStartMs = 0;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'syncflow-supervision-'));
  syncflow = await startSyncFlow(
    Settings.parse({ PORT: '0', DATA_DIR: dataDir, LOG_LEVEL: 'silent', DATABASE: 'process' }),
    {
      types: TYPES_WITH_BAD_NODES,
      runnerScript: join(import.meta.dirname, 'runner-with-bad-nodes.ts'),
    },
  );
  await client(calm, 'do-deed-here');
  const startedMs = Date.now();
  await client(foreign, 'do-deed');
  runnerStartMs = Date.now() - startedMs;
});
afterEach(() => until(async () => syncflow.runners.every(({ pid }) => pid !== undefined)));
afterAll(async () => {
  await syncflow?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

/** A client with one flow, as soon as it works. */
async function client(id: ClientId, type: string): Promise<void> {
  await ensureClient(syncflow.database.models, { _id: id, name: id, demo: false, createdAt: new Date() });
  await flow(id, flowOf(id), type);
  syncflow.reload(id);
  await became(await give(id, 'nothing'), 'done');
  await until(async () => {
    const runs = syncflow.database.db.collection<ExecutionDocument>('executions');
    if ((await runs.countDocuments({ clientId: id })) > 0) return true;
    await give(id, 'nothing');
    return false;
  });
}
const flowOf = (id: ClientId) => PipelineId.parse(`flow-of-${id}`);

async function flow(clientId: ClientId, id: PipelineId, type: string, only = ''): Promise<void> {
  await savePipeline(syncflow.database.models, {
    _id: id,
    clientId,
    name: id,
    template: 'none',
    parameters: {},
    graph: {
      nodes: [
        { id: 'in', type: 'deed-trigger', name: 'In', config: { only, firstWait: 1 }, x: 0, y: 0 },
        { id: 'do', type, name: 'Do it', config: {}, x: 1, y: 0 },
      ],
      wires: [{ from: 'in', output: 'deed', to: 'do' }],
    },
    version: 1,
    state: 'running',
    createdAt: new Date(),
  });
}

/** @returns the key of an event that asks for the deed. */
async function give(clientId: ClientId, deed: string, ms = 0): Promise<string> {
  sent += 1;
  const dedupeKey = `${deed}-${sent}`;
  await acceptEvent(syncflow.database.db, {
    clientId,
    source: 'syncflow',
    topic: 'order.changed',
    dedupeKey,
    partition: dedupeKey,
    body: Buffer.from(JSON.stringify({ deed, ms })),
  });
  syncflow.wake(clientId);
  return dedupeKey;
}

async function eventOf(dedupeKey: string): Promise<EventDocument> {
  const event = await syncflow.database.db.collection<EventDocument>('events').findOne({ dedupeKey });
  if (!event) throw new Error(`there is no event ${dedupeKey}`);
  return event;
}

async function until(condition: () => Promise<boolean>, msMax = 60_000): Promise<void> {
  const untilMs = Date.now() + msMax;
  while (!(await condition())) {
    if (Date.now() > untilMs) throw new Error('it did not happen in time');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
const became = (key: string, state: EventDocument['state']) =>
  until(async () => (await eventOf(key)).state === state);

/** Gives the calm client an event every 100 ms while something goes on. @returns how long the slowest of them took. */
async function slowestMeanwhile(goesOn: () => Promise<unknown>): Promise<number> {
  const keys: Promise<string>[] = [];
  const timer = setInterval(() => keys.push(give(calm, 'nothing')), 100);
  await goesOn();
  clearInterval(timer);
  const given = await Promise.all(keys);
  expect(given.length).toBeGreaterThan(5);
  await until(async () => (await Promise.all(given.map(eventOf))).every(({ state }) => state === 'done'));
  const events = await Promise.all(given.map(eventOf));
  return Math.max(...events.map(({ endedAt, receivedAt }) => Number(endedAt) - Number(receivedAt)));
}
const restarts = () => syncflow.runners.map((runner) => runner.restarts);
const notSlow = () => OTHERS_DELAYED_MS_MAX * Math.max(1, runnerStartMs / RUNNER_START_MS);

describe('in a runner of its own', () => {
  test('an event kills it, and clients in other runners never notice', async () => {
    const [shared = 0, own = 0] = restarts();
    const slowestMs = await slowestMeanwhile(async () => {
      const key = await give(foreign, 'exit');
      await until(async () => (await eventOf(key)).crashes === 2);
      await syncflow.database.db.collection('events').deleteOne({ dedupeKey: key });
    });
    expect(restarts()).toEqual([shared, own + 2]);
    expect(slowestMs).toBeLessThan(notSlow() / 5);
    // The client itself goes on.
    await became(await give(foreign, 'nothing'), 'done');
  });
});

describe('in a shared runner', () => {
  test('an event that always ends the process becomes a dead letter; nothing else is delayed by more than five seconds', async () => {
    const wild = ClientId.parse('exits');
    await client(wild, 'do-deed-here');
    let key = '';
    const slowestMs = await slowestMeanwhile(async () => {
      key = await give(wild, 'exit-later');
      await became(key, 'dead');
    });
    expect(await eventOf(key)).toMatchObject({
      crashes: 4,
      failure: { reason: expect.stringContaining('died 4 times') },
    });
    expect(slowestMs).toBeLessThan(notSlow());
    const suspects = { crashes: { $gt: 0 }, clientId: calm };
    expect(await syncflow.database.db.collection('events').countDocuments(suspects)).toBe(0);
  });

  test('so does one that keeps the process in an endless loop, though it began that after a pause', async () => {
    const wild = ClientId.parse('hangs');
    await client(wild, 'do-deed-here');
    let key = '';
    const slowestMs = await slowestMeanwhile(async () => {
      key = await give(wild, 'hang-later');
      await until(async () => (await eventOf(key)).crashes === 1);
    });
    expect(slowestMs).toBeLessThan(notSlow());
    await syncflow.database.db.collection('events').deleteOne({ dedupeKey: key });
  });

  test.each([
    ['timer', 'thrown in a timer'],
    ['reject', 'nobody caught it'],
  ])(
    'what is thrown where nobody catches it (%s) fails its execution; others end before the runner is replaced',
    async (deed, reason) => {
      const wild = ClientId.parse(`throws-${deed}`);
      await client(wild, 'do-deed-here');
      const [before = 0] = restarts();
      const slow = await give(calm, 'slow', 700);
      await until(async () => (await eventOf(slow)).state === 'running');
      const key = await give(wild, deed, 200);
      await until(async () => (await eventOf(key)).failures > 0);
      expect((await eventOf(key)).failure).toMatchObject({
        reason: expect.stringContaining(reason),
        where: `${flowOf(wild)} › Do it`,
      });
      await until(async () => (restarts()[0] ?? 0) > before);
      // It was let to its end, and not run a second time.
      expect(await eventOf(slow)).toMatchObject({ state: 'done', crashes: 0, failures: 0 });
      await syncflow.database.db.collection('events').deleteOne({ dedupeKey: key });
    },
  );

  test('a flow that ends its runner with several events is paused by name; when it is resumed, all that waited runs', async () => {
    const wild = ClientId.parse('loops');
    await client(wild, 'do-deed-here');
    await flow(wild, PipelineId.parse('quiet-flow'), 'do-deed-here', 'nothing');
    syncflow.reload(wild);
    const { models, db } = syncflow.database;
    const keys = [await give(wild, 'exit'), await give(wild, 'exit'), await give(wild, 'exit')];
    const pipeline = () => db.collection<PipelineDocument>('pipelines').findOne({ _id: flowOf(wild) });
    await until(async () => (await pipeline())?.state === 'paused');
    expect((await pipeline())?.safeMode?.reason).toContain('"Do it" ended the process');
    const alerts = db.collection<AlertDocument>('alerts');
    await until(async () => (await alerts.countDocuments({ clientId: wild })) === 1);
    expect(await alerts.findOne({ clientId: wild })).toMatchObject({
      level: 'urgent',
      title: `The flow "${flowOf(wild)}" was paused`,
    });

    // Its events wait with a sentence that says why; the client's other flow and everybody else go on.
    const later = await give(wild, 'nothing');
    for (const key of [...keys, later]) await became(key, 'dead');
    expect(await eventOf(later)).toMatchObject({
      failure: { about: { kind: 'pipeline', id: flowOf(wild) }, fix: expect.stringContaining('resume it') },
      flows: { done: [expect.stringContaining(':quiet-flow:')] },
    });
    await became(await give(calm, 'nothing'), 'done');

    const body = new Binary(Buffer.from('{"deed":"nothing"}'));
    await db.collection<EventDocument>('events').updateMany({ dedupeKey: { $in: keys } }, { $set: { body } });
    expect(await resumePipeline(models, wild, flowOf(wild))).toBe(true);
    syncflow.reload(wild);
    await became(later, 'done');
  });
});

test('a database in a process of its own that is killed is started again, and everything goes on', async () => {
  const pid = syncflow.databaseProcess?.pid ?? 0;
  process.kill(pid, 'SIGKILL');
  await until(async () => syncflow.databaseProcess?.pid !== pid, 10_000);
  await until(async () =>
    give(calm, 'nothing')
      .then((key) => became(key, 'done'))
      .then(() => true)
      .catch(() => false),
  );
  expect(syncflow.databaseProcess?.restarts).toBe(1);
});
