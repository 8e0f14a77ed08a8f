import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { ObjectId } from 'mongodb';
import { ALL_NODE_TYPES } from '#nodes/all-node-types.ts';
import { keepStockInStep } from '#templates/keep-stock-in-step.ts';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { ClientId, PipelineId } from '../ids.ts';
import { isWorse } from './deploy-errors.ts';
import { deployPipeline } from './deploy-pipeline.ts';
import { pipelineOf, savePipeline } from './pipeline-model.ts';
import { goBackWhereWorse } from './way-back.ts';

const MINUTE_MS = 60_000;
let database: TestDatabase;
let clientId: ClientId;
let id: PipelineId;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

/** A flow whose first version keeps back 1, and whose second keeps back 2. */
async function deployTwice(): Promise<void> {
  clientId = ClientId.parse(`c-${randomUUID()}`);
  id = PipelineId.parse(randomUUID());
  const graph = (buffer: number) => keepStockInStep.graph({ buffer });
  const begin = { template: 'own', parameters: {}, state: 'running', createdAt: new Date() } as const;
  await savePipeline(database.models, {
    _id: id,
    clientId,
    name: 'Flow',
    graph: graph(1),
    version: 1,
    ...begin,
  });
  const pipeline = await flow();
  const common = { database, types: ALL_NODE_TYPES, connections: [], name: 'Flow', note: 'Two', by: 'me' };
  expect(await deployPipeline({ ...common, pipeline, graph: graph(2) })).toEqual({ ok: true, version: 2 });
}

async function flow() {
  const found = await pipelineOf(database.models, clientId, id);
  if (!found) throw new Error('the flow is gone');
  return found;
}

async function ran(n: number, failed: number, minutesFromNow: number, code = 'bug'): Promise<void> {
  const at = new Date(Date.now() + minutesFromNow * MINUTE_MS);
  await database.db.collection('executions').insertMany(
    Array.from({ length: n }, (_, index) => ({
      _id: randomUUID() as unknown as ObjectId,
      clientId,
      pipelineId: id,
      state: index < failed ? 'failed' : 'done',
      failure: index < failed ? { code, reason: 'r', where: 'w' } : null,
      startedAt: at,
      endedAt: at,
    })),
  );
}

const soon = () => new Date(Date.now() + 5 * MINUTE_MS);

test('more failures than chance make it go back, once: by a version of its own, with an alert, and the draft left alone', async () => {
  await deployTwice();
  await ran(100, 2, -60);
  await ran(10, 6, 1);
  expect(await goBackWhereWorse(database, clientId, soon())).toMatchObject([{ version: 2 }]);
  const now = await flow();
  expect(now).toMatchObject({ version: 3, deployed: { by: 'syncflow' }, wentBack: { from: 2, to: 1 } });
  expect(now.graph).toEqual(keepStockInStep.graph({ buffer: 1 }));
  expect(now.wentBack?.reason).toBe(
    '6 of 10 runs failed since version 2 was deployed; before, 2 of 100 did.',
  );
  const alerts = await database.db.collection('alerts').find({ clientId }).toArray();
  expect(alerts).toMatchObject([{ level: 'urgent', title: '“Flow” went back to version 1', pipelineId: id }]);
  expect(await goBackWhereWorse(database, clientId, soon())).toEqual([]);
  // The next deploy by a person ends it.
  const common = { database, types: ALL_NODE_TYPES, connections: [], name: 'Flow', note: '', by: 'me' };
  await deployPipeline({ ...common, pipeline: now, graph: keepStockInStep.graph({ buffer: 4 }) });
  expect((await flow()).wentBack).toBeNull();
});

test.each([
  ['few failures', 4, 4, 'bug', 5],
  ['a shop that is away', 20, 20, 'far-side.unreachable', 5],
  ['failures long after it', 20, 20, 'bug', 20],
])('%s leave it where it is', async (_what, all, failed, code, minutes) => {
  await deployTwice();
  await ran(all, failed, 1, code);
  const at = new Date(Date.now() + minutes * MINUTE_MS);
  expect(await goBackWhereWorse(database, clientId, at)).toEqual([]);
  expect((await flow()).version).toBe(2);
});

test('a flow that failed as often before is no worse now', () => {
  expect(isWorse({ all: 100, failed: 30 }, { all: 20, failed: 14 })).toBe(false);
  expect(isWorse({ all: 100, failed: 10 }, { all: 20, failed: 14 })).toBe(true);
  expect(isWorse({ all: 0, failed: 0 }, { all: 100, failed: 15 })).toBe(false);
});
