/** Flows tried without effects: on the real database, in the real host, on orders that were really booked. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { EJSON } from 'bson';
import { ALL_CHANNELS } from '#nodes/all-channels.ts';
import { ALL_NODE_TYPES } from '#nodes/all-node-types.ts';
import { keepStockInStep } from '#templates/keep-stock-in-step.ts';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { makePast, type Past } from '#test/trial/past-orders.ts';
import { withoutLargeOrders } from '#test/trial/without-large-orders.ts';
import { upTo } from '../flow/up-to.ts';
import { Host } from '../host/host.ts';
import type { Graph } from '../pipelines/graph.ts';
import { answerTrial, TrialRefused } from './answer-trial.ts';
import type { TrialOf, TrialReport, TrialRequest } from './trial.ts';

jest.setTimeout(60_000);
const ORDERS = 51;
const graph = keepStockInStep.graph({ buffer: 2 });

let database: TestDatabase;
let host: Host;
let past: Past;
/** What stands where the client's shop would: it writes down each request. */
let shop: Server;
const requests: string[] = [];

beforeAll(async () => {
  shop = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    response.end('{}');
  }).listen(0, '127.0.0.1');
  await once(shop, 'listening');
  database = await openTestDatabase();
  const silent = { onWire: () => {}, onNode: () => {}, onLost: () => {}, onLog: () => {} };
  host = await Host.start({ types: ALL_NODE_TYPES, ...silent });
  past = await makePast(database, ORDERS, { baseUrl: addressOf(shop) });
});
afterAll(async () => {
  shop.close();
  await host.stop();
  await database.close();
});

const addressOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const period = (): TrialOf => ({
  kind: 'period',
  from: new Date(Date.now() - 600_000),
  until: new Date(Date.now() + 600_000),
  limit: 1_000,
});

async function attempt(of: TrialOf, draft: Graph, deployed: Graph | null = graph): Promise<TrialReport> {
  const request: TrialRequest = { clientId: past.clientId, name: 'In step', graph: draft, deployed, of };
  const tools = { host, db: database.db, types: ALL_NODE_TYPES, channels: ALL_CHANNELS, progress: () => {} };
  return await answerTrial(request, tools);
}

/** The whole database as one text. */
async function everything(): Promise<string> {
  const names = (await database.db.listCollections().toArray()).map(({ name }) => name).sort();
  const all = await Promise.all(
    names.map(async (name) => [name, await database.db.collection(name).find().sort({ _id: 1 }).toArray()]),
  );
  return EJSON.stringify(all as never);
}

describe('a period of recorded orders', () => {
  test('is run by an unchanged draft: no order differs, and nothing of the database is other than before', async () => {
    const before = await everything();
    const report = await attempt(period(), graph);
    expect(report).toMatchObject({ events: ORDERS, orders: ORDERS, differing: 0, more: false });
    // Each keeps its order, books its line, and shows the new number.
    expect(report.counts).toEqual({ keep: ORDERS, book: ORDERS, show: ORDERS });
    expect(before.length).toBeGreaterThan(100_000);
    expect(await everything()).toBe(before);
    expect(requests).toEqual([]);
  });

  test('can’t reach a shop by other ways either: no fetch leaves its process', async () => {
    const code = `
      import { refuseOutgoing } from './runtime/trial/refuse-outgoing.ts';
      refuseOutgoing();
      await fetch('${addressOf(shop)}').then(() => 'it went out', (error) => error.cause.message).then((text) => process.stdout.write(text));
    `;
    const run = promisify(execFile)(process.execPath, ['--input-type=module', '-e', code], {
      cwd: join(import.meta.dirname, '../..'),
    });
    expect((await run).stdout.trim()).toBe('A trial does not reach 127.0.0.1: nothing goes out.');
    expect(requests).toEqual([]);
    await fetch(addressOf(shop));
    expect(requests.splice(0)).toEqual(['GET /']);
  });

  test('lists exactly the orders that a change would treat otherwise', async () => {
    const report = await attempt(period(), withoutLargeOrders(graph));
    expect(past.large.length).toBe(Math.floor(ORDERS / 17));
    expect(report.differences.map(({ subject }) => subject).sort()).toEqual([...past.large].sort());
    expect(report.differing).toBe(past.large.length);
    expect(report.differences[0]).toMatchObject({
      added: [],
      gone: [
        expect.stringMatching(/^Keeps order #/),
        expect.stringMatching(/^Books out 3 × SKU-/),
        expect.stringMatching(/^Shows \d+ × SKU-\d+ in Harbour Shop$/),
      ],
    });
  });

  test('meets the stock that was there before its orders came, each what the one before it left', async () => {
    const { differences } = await attempt(period(), keepStockInStep.graph({ buffer: 0 }));
    expect(differences).toHaveLength(ORDERS);
    const shown = differences.flatMap(({ added }) => added).filter((line) => / SKU-0 /.test(line));
    const left = shown.map((line) => Number(/\d+/.exec(line)?.[0]));
    // Two orders took it, one of them (#50) three units.
    expect(left).toHaveLength(2);
    expect(left).toEqual([...left].sort((a, b) => b - a));
    expect(left.at(-1)).toBe(100_000 - 4);
  });

  test('that has no event, or an event that is gone, is refused with a sentence', async () => {
    const from = new Date('2020-01-01');
    const none: TrialOf = { kind: 'period', from, until: from, limit: 10 };
    await expect(attempt(none, graph)).rejects.toThrow(TrialRefused);
    await expect(attempt({ kind: 'event', id: 'x' }, graph)).rejects.toThrow(/not kept any more/);
  });
});

describe('one event', () => {
  /** The newest event that came. */
  const newest = async (): Promise<TrialOf> => {
    const [event] = await database.db.collection('events').find().sort({ _id: -1 }).limit(1).toArray();
    return { kind: 'event', id: String(event?._id) };
  };

  test('is shown in full: effects, nodes, and what went in and out', async () => {
    const { run } = await attempt(await newest(), graph);
    expect(run).toMatchObject({
      subject: expect.stringMatching(/^#\d+$/),
      state: 'done',
      nodes: { commit: { done: 1 } },
    });
    expect(run?.effects.map(({ kind }) => kind)).toEqual(['keep', 'book', 'show']);
    expect(run?.deployed).toEqual(run?.effects);
    expect(run?.steps.find(({ nodeId }) => nodeId === 'capture')?.outputs[0]?.item).toContain('orderId');
  });

  test('is tried up to one node, and goes no further', async () => {
    const { run } = await attempt(await newest(), upTo(graph, 'commit'));
    expect(run?.effects.map(({ kind }) => kind)).toEqual(['keep', 'book']);
    expect(run?.nodes).not.toHaveProperty('publish');
  });

  test('is kept as a test: it passes, needs no database, and fails when the flow does something else', async () => {
    const { run } = await attempt(await newest(), graph);
    const { keep } = run ?? {};
    // As the page keeps it: by way of JSON.
    const kept = JSON.parse(JSON.stringify({ id: 't1', name: 'An order', ...keep }));
    const { order } = kept.event;
    const paidLater = {
      ...kept,
      id: 't2',
      event: { ...kept.event, order: { ...order, takenAt: order.placedAt } },
    };
    const tests: TrialOf = { kind: 'tests', tests: [kept, paidLater] };
    await database.db.collection('stock').updateMany({ clientId: past.clientId }, { $inc: { available: 7 } });
    expect((await attempt(tests, graph)).tests).toMatchObject([
      { id: 't1', problem: null },
      { id: 't2', problem: null },
    ]);
    await database.db
      .collection('stock')
      .updateMany({ clientId: past.clientId }, { $inc: { available: -7 } });
    const other = keepStockInStep.graph({ buffer: 3 });
    const [result] = (await attempt(tests, other)).tests;
    expect(result?.problem).toMatch(
      /expected but not done: Shows (\d+) × SKU-\d+ .*done but not expected: Shows/,
    );
  });

  test('is made up for a trigger, of what the client has', async () => {
    const { run } = await attempt({ kind: 'example' }, graph);
    expect(run?.effects.map(({ text }) => text)).toEqual([
      'Keeps order #1001 (open)',
      expect.stringMatching(/^Books out 1 × SKU-\d+ at main/),
      expect.stringMatching(/^Books out 1 × SKU-\d+ at main/),
      expect.stringMatching(/^Shows \d+ × SKU-\d+ in Harbour Shop/),
      expect.stringMatching(/^Shows \d+ × SKU-\d+ in Harbour Shop/),
    ]);
    await expect(attempt({ kind: 'example' }, { nodes: [], wires: [] })).rejects.toThrow(/no trigger yet/);
  });
});
