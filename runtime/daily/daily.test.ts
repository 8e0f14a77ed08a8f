/** What flows hear once a day, on the real database. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { ALL_NODE_TYPES } from '#nodes/all-node-types.ts';
import { dailyReconciliation } from '#templates/daily-reconciliation.ts';
import { type FilledTemplate, fillIn } from '#templates/define-template.ts';
import { stockSheet } from '#templates/stock-sheet.ts';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { ensureClient } from '../clients/client-model.ts';
import type { EventDocument } from '../events/event.ts';
import { ClientId, PipelineId, Sku } from '../ids.ts';
import { savePipeline } from '../pipelines/pipeline-model.ts';
import { StockLedger } from '../stock/ledger.ts';
import { CountReport } from './count-report.ts';
import { dailyJob } from './daily-job.ts';
import { StockListed } from './stock-list.ts';

let database: TestDatabase;
let clientId: ClientId;
let now: Date;
let told: ClientId[];
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  clientId = ClientId.parse(`c-${randomUUID()}`);
  now = new Date('2026-11-27T05:00:00Z');
  told = [];
  await ensureClient(database.models, { _id: clientId, name: 'x', demo: false, createdAt: new Date() });
});

const run = async () => {
  const job = dailyJob(
    database,
    ALL_NODE_TYPES,
    (client) => told.push(client),
    () => now,
  );
  await job.run(clientId, async () => {});
};
const events = async (topic: EventDocument['topic']) =>
  (
    await database.db.collection<EventDocument>('events').find({ clientId, topic }).sort({ _id: 1 }).toArray()
  ).map(({ body }) => JSON.parse(Buffer.from(body.value()).toString('utf8')) as unknown);
async function deploy({ template, name, parameters, graph }: FilledTemplate): Promise<void> {
  await savePipeline(database.models, {
    _id: PipelineId.parse(`p-${randomUUID()}`),
    clientId,
    name,
    template,
    parameters,
    graph,
    version: 1,
    state: 'running',
    createdAt: new Date(),
  });
}

test('a new flow hears of every product at once, then once a day after its hour', async () => {
  const skus = Array.from({ length: 450 }, (_, n) => ({ sku: Sku.parse(`SKU-${n}`), title: `T${n}` }));
  await new StockLedger(database.db, clientId).addSkus(skus);
  await run();
  expect([await events('stock.listed'), told]).toEqual([[], []]);
  await deploy(fillIn(stockSheet, {}));
  await run();
  await run();
  const parts = (await events('stock.listed')).map((body) => StockListed.parse(body));
  expect(parts.map(({ levels }) => levels.length)).toEqual([200, 200, 50]);
  expect(new Set(parts.flatMap(({ levels }) => levels.map(({ sku }) => sku))).size).toBe(450);
  expect(told).toEqual([clientId]);
  now = new Date('2026-11-27T06:04:00Z');
  await run();
  now = new Date('2026-11-28T05:59:00Z');
  await run();
  expect(await events('stock.listed')).toHaveLength(6);
  now = new Date('2026-11-29T09:00:00Z');
  await run();
  expect(await events('stock.listed')).toHaveLength(9);
});

test('a second try after a crash makes nothing new', async () => {
  await new StockLedger(database.db, clientId).addSkus([{ sku: Sku.parse('MUG'), title: 'Mug' }]);
  await deploy(fillIn(stockSheet, {}));
  await run();
  await database.db.collection('daily').deleteMany({ clientId });
  await run();
  expect(await events('stock.listed')).toHaveLength(1);
});

test('the reconciliation says what differed, how it ended, and what was largest', async () => {
  const drift = {
    clientId,
    connectionId: 'shop',
    listingId: 'l',
    sku: 'MUG',
    title: 'Mug',
    expected: 5,
    since: new Date(),
  };
  const drifts = database.db.collection<{ _id: string }>('drifts');
  await drifts.insertMany([
    { ...drift, _id: randomUUID(), shown: 7, at: new Date(), outcome: 'overwritten' },
    { ...drift, _id: randomUUID(), shown: 50, at: new Date(), outcome: 'adopted' },
    {
      ...drift,
      _id: randomUUID(),
      shown: 9,
      at: new Date(Date.now() - 3 * 24 * 3_600_000),
      outcome: 'adopted',
    },
  ] as never);
  await deploy(fillIn(dailyReconciliation, { hour: 6 }));
  await run();
  const [report] = (await events('counts.reported')).map((body) => CountReport.parse(body));
  expect(report).toEqual({
    hour: 6,
    listings: 0,
    differences: 2,
    adopted: 1,
    overwritten: 1,
    refused: 0,
    unmatched: 0,
    largest: 'Mug (MUG): showed 50, expected 5.\nMug (MUG): showed 7, expected 5.',
  });
});

test('triggers start at their own hour only, and tell differences from agreement', async () => {
  const context = { effects: {}, key: 'k', signal: new AbortController().signal, log: () => {} } as never;
  const start = async (body: object, config: object) =>
    await ALL_NODE_TYPES.get('count-report-trigger')?.run(
      { body: Buffer.from(JSON.stringify(body)) },
      config,
      context,
    );
  const clean = {
    hour: 6,
    listings: 3,
    differences: 0,
    adopted: 0,
    overwritten: 0,
    refused: 0,
    unmatched: 0,
    largest: '',
  };
  expect(Object.keys((await start(clean, {})) ?? {})).toEqual(['agreed']);
  expect(Object.keys((await start({ ...clean, differences: 1 }, {})) ?? {})).toEqual(['differences']);
  expect(await start(clean, { hour: 7 })).toEqual({});
});
