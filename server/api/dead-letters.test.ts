import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Binary, type ObjectId } from 'mongodb';
import { ALL_NODE_TYPES } from '#nodes/all-node-types.ts';
import { ensureClient } from '#runtime/clients/client-model.ts';
import { saveConnection } from '#runtime/clients/connection-model.ts';
import type { EventDocument, EventFailure } from '#runtime/events/event.ts';
import { acceptEvent } from '#runtime/events/inbox.ts';
import type { ExecutionDocument } from '#runtime/executions/execution-document.ts';
import { recoverHealed } from '#runtime/host/recover-healed.ts';
import { recoveryJob } from '#runtime/host/recovery-job.ts';
import { type ClientId, ConnectionId, PipelineId } from '#runtime/ids.ts';
import { pipelinesOf, savePipeline } from '#runtime/pipelines/pipeline-model.ts';
import { ConnectionHealth } from '#runtime/sync/connection-health.ts';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { type ApiBench, openApiBench } from '#test/server/api-bench.ts';
import type { DeadLetterRow, DeadLetterView, PageView, PipelineRow } from './views.ts';

const flow = PipelineId.parse('flow');
let database: TestDatabase;
let bench: ApiBench;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  bench = await openApiBench(database);
});
afterEach(() => bench.close());

const events = () => database.db.collection<EventDocument>('events');
const letters = async (as?: ClientId) =>
  ((await bench.ask('/dead-letters', undefined, as)).body as PageView<DeadLetterRow>).items;

async function deadLetter(key: string, failure: Partial<EventFailure> = {}, body = `{"id":"${key}"}`) {
  await acceptEvent(database.db, {
    clientId: bench.ours,
    source: ConnectionId.parse('shop'),
    topic: 'order.changed',
    dedupeKey: key,
    partition: key,
    body: Buffer.from(body),
  });
  const about = null;
  const kept: EventFailure = {
    code: 'bug',
    reason: 'it broke',
    fix: null,
    where: 'Flow › Node',
    at: new Date(0),
    about,
    ...failure,
  };
  const dead = { state: 'dead' as const, failures: 8, failure: kept, endedAt: new Date() };
  const givenUp = { id: 'given-up', failure: kept };
  const flows = { done: ['done-before'], givenUp: [givenUp] };
  const { _id } = (await events().findOneAndUpdate(
    { clientId: bench.ours, dedupeKey: key },
    { $set: { ...dead, flows } },
  )) as EventDocument;
  return _id;
}
const stateOf = async (id: ObjectId) => await events().findOne({ _id: id });

describe('a dead letter', () => {
  test('is shown with what came in, what its error means, and its runs; to its own client alone', async () => {
    const id = await deadLetter('a', { code: 'connection.gone', fix: 'Connect it again.' });
    const runs = ['one', 'two'].map((pipeline) => ({
      _id: `${id.toHexString()}:${pipeline}:in`,
      clientId: bench.ours,
      pipelineId: pipeline,
      eventId: id,
      state: 'failed',
      tries: 8,
      startedAt: new Date(),
      endedAt: new Date(),
      ms: 3,
      nodes: { in: { done: 1, failed: 0, ms: 1 } },
      failure: { where: 'Flow › Node', reason: 'it broke', code: 'connection.gone', fix: null },
      about: [],
    }));
    await database.db
      .collection<ExecutionDocument>('executions')
      .insertMany(runs as unknown as ExecutionDocument[]);
    const path = `/dead-letters/${id.toHexString()}`;
    const view = (await bench.ask(path)).body as DeadLetterView;
    expect(view).toMatchObject({
      payload: '{"id":"a"}',
      payloadBytes: 10,
      reason: 'Flow › Node: it broke',
      fix: 'Connect it again.',
      meaning: expect.stringContaining('no longer exists'),
      tries: 8,
      waitsFor: null,
    });
    expect(view.runs.map((run) => run.pipeline.id).sort()).toEqual(['one', 'two']);
    expect((await bench.ask(path, undefined, bench.theirs)).status).toBe(404);
    expect((await bench.ask('/dead-letters/none')).status).toBe(404);
    expect(await letters(bench.theirs)).toEqual([]);
  });

  test('whose payload is no text is shown as base64', async () => {
    const id = await deadLetter('b');
    await events().updateOne({ _id: id }, { $set: { body: new Binary(Buffer.from([0xff, 0xfe])) } });
    const view = (await bench.ask(`/dead-letters/${id.toHexString()}`)).body as DeadLetterView;
    expect(view.payload).toBe('//4=');
  });
});

describe('dead letters run again', () => {
  test('one: with all its tries before it, and without the flows that ended well', async () => {
    const id = await deadLetter('a');
    const other = await deadLetter('b');
    const path = `/dead-letters/${id.toHexString()}/retry`;
    expect((await bench.ask(path, {}, bench.theirs)).status).toBe(404);
    expect(await bench.ask(path, {})).toEqual({ status: 202, body: { retried: 1 } });
    expect((await bench.ask(path, {})).status).toBe(404);
    expect(await stateOf(id)).toMatchObject({
      state: 'queued',
      failures: 0,
      endedAt: null,
      flows: { done: ['done-before'], givenUp: [] },
    });
    expect((await stateOf(other))?.state).toBe('dead');
    expect(bench.woken).toEqual([bench.ours]);
  });

  test('many, and all: never those of another client', async () => {
    const ids = [await deadLetter('a'), await deadLetter('b'), await deadLetter('c')];
    const some = { ids: ids.slice(0, 2).map((id) => id.toHexString()) };
    expect((await bench.ask('/dead-letters/retry', some, bench.theirs)).body).toEqual({ retried: 0 });
    expect((await bench.ask('/dead-letters/retry', { all: true }, bench.theirs)).body).toEqual({
      retried: 0,
    });
    expect((await bench.ask('/dead-letters/retry', some)).body).toEqual({ retried: 2 });
    expect((await letters()).map(({ subject }) => subject)).toEqual(['Order c']);
    expect((await bench.ask('/dead-letters/retry', { all: true })).body).toEqual({ retried: 1 });
    expect(await letters()).toEqual([]);
    for (const wrong of [{}, { ids: [] }, { ids: ['x'] }, { all: false }])
      expect((await bench.ask('/dead-letters/retry', wrong)).status).toBe(400);
  });

  test('a paused flow says why, and its letters run when it is resumed', async () => {
    await savePipeline(database.models, {
      _id: flow,
      clientId: bench.ours,
      name: 'The flow',
      template: 'none',
      parameters: {},
      graph: { nodes: [], wires: [] },
      version: 1,
      state: 'paused',
      safeMode: { reason: 'it ended its runner again and again', at: new Date() },
      createdAt: new Date(),
    });
    const waiting = await deadLetter('a', { about: { kind: 'pipeline', id: flow } });
    const other = await deadLetter('b');
    const row = async () => ((await bench.ask('/pipelines')).body as PipelineRow[])[0];
    expect(await row()).toMatchObject({
      state: 'paused',
      pausedFor: { reason: 'it ended its runner again and again' },
    });
    expect((await letters()).map(({ waitsFor }) => waitsFor).sort()).toEqual(['The flow', null]);
    expect(await recoverHealed(database, ALL_NODE_TYPES, bench.ours)).toBe(0);
    expect((await bench.ask(`/pipelines/${flow}/resume`, {}, bench.theirs)).status).toBe(404);
    expect((await bench.ask(`/pipelines/${flow}/resume`, {})).status).toBe(202);
    expect((await bench.ask(`/pipelines/${flow}/resume`, {})).status).toBe(404);
    expect(await row()).toMatchObject({ state: 'running', pausedFor: null });
    expect((await pipelinesOf(database.models, bench.ours))[0]?.safeMode).toBeNull();
    expect(bench.reloaded).toEqual([bench.ours]);
    expect(await recoverHealed(database, ALL_NODE_TYPES, bench.ours)).toBe(1);
    expect([(await stateOf(waiting))?.state, (await stateOf(other))?.state]).toEqual(['queued', 'dead']);
  });

  test('by themselves every quarter of an hour, when their connection is well again: a few times, then a person must', async () => {
    const shop = ConnectionId.parse(`shop-${bench.ours}`);
    await saveConnection(database.models, {
      _id: shop,
      clientId: bench.ours,
      name: 'Shop',
      channel: 'shopify',
      baseUrl: 'http://127.0.0.1:9',
      sandbox: true,
      countingAuthority: false,
      secret: bench.vault.seal(shop, {}),
      createdAt: new Date(),
    });
    const health = new ConnectionHealth(database.db, bench.ours, shop);
    const waiting = await deadLetter('a', { about: { kind: 'connection', id: shop } });
    const elsewhere = await deadLetter('b', { about: { kind: 'connection', id: 'removed' } });
    const recovered: [ClientId, number][] = [];
    const job = recoveryJob(database, ALL_NODE_TYPES, (client, count) => recovered.push([client, count]));
    expect(job.cron).toBe('*/15 * * * *');
    const alive = async () => {};
    await ensureClient(database.models, { _id: bench.ours, name: 'O', demo: false, createdAt: new Date() });

    await health.failed(new Error('away'));
    await job.run(null, alive);
    expect((await stateOf(waiting))?.state).toBe('dead');
    await health.recovered();
    for (let time = 1; time <= 7; time += 1) {
      await job.run(time % 2 ? null : bench.ours, alive);
      const { state } = (await stateOf(waiting)) as EventDocument;
      expect([time, state]).toEqual([time, time <= 5 ? 'queued' : 'dead']);
      await events().updateOne({ _id: waiting }, { $set: { state: 'dead' } });
    }
    expect(recovered).toEqual(Array(5).fill([bench.ours, 1]));
    expect((await stateOf(elsewhere))?.state).toBe('dead');
    // A person starts it all anew.
    await bench.ask(`/dead-letters/${waiting.toHexString()}/retry`, {});
    expect((await stateOf(waiting))?.recoveries).toBe(0);
  });
});
