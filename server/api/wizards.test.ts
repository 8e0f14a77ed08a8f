import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { saveConnection } from '#runtime/clients/connection-model.ts';
import { type ClientId, ConnectionId, MAIN_LOCATION, Sku } from '#runtime/ids.ts';
import { askForImport, importsOf } from '#runtime/listings/import-document.ts';
import { pipelinesOf } from '#runtime/pipelines/pipeline-model.ts';
import { pollsOf } from '#runtime/polling/poll-changes.ts';
import { StockLedger } from '#runtime/stock/ledger.ts';
import type { ListingDocument } from '#runtime/sync/listing-document.ts';
import { ALL_TEMPLATES } from '#templates/all-templates.ts';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { type ApiBench, openApiBench } from '#test/server/api-bench.ts';
import type { FirstSyncView, WizardView } from './views.ts';

const [mug, plate, bowl] = ['MUG', 'PLATE', 'BOWL'].map((text) => Sku.parse(text)) as [Sku, Sku, Sku];
let database: TestDatabase;
let bench: ApiBench;
let ledger: StockLedger;
let shops: ConnectionId[];

beforeAll(async () => {
  database = await openTestDatabase();
  bench = await openApiBench(database);
  ledger = new StockLedger(database.db, bench.ours);
  shops = ['one', 'two'].map((name) => ConnectionId.parse(`${bench.ours}-${name}`));
  await ledger.addSkus([mug, plate, bowl].map((sku) => ({ sku, title: sku })));
  for (const [sku, units] of [
    [mug, 10],
    [plate, 5],
    [bowl, 2],
  ] as const) {
    const cause = { by: 'test' };
    await ledger.apply({
      kind: 'receive',
      key: 'a',
      sku,
      units,
      location: MAIN_LOCATION,
      connectionId: null,
      cause,
    });
  }
});
afterAll(async () => {
  await bench.close();
  await database.close();
});

const connect = (id: ConnectionId, clientId: ClientId = bench.ours) =>
  saveConnection(database.models, {
    _id: id,
    clientId,
    name: `Shop ${id}`,
    channel: 'woocommerce',
    baseUrl: 'http://127.0.0.1:1',
    sandbox: true,
    countingAuthority: false,
    secret: bench.vault.seal(id, {}),
    createdAt: new Date(),
  });
const listings = () => database.db.collection<ListingDocument>('listings');
const list = (connectionId: ConnectionId, sku: Sku, shown: number, more: Partial<ListingDocument> = {}) =>
  listings().insertOne({
    _id: `${connectionId}/${sku}`,
    clientId: bench.ours,
    connectionId,
    externalId: sku,
    ref: {},
    sku,
    title: `${sku} of a shop`,
    matchedBy: 'sku',
    problem: null,
    tracked: true,
    readBack: false,
    desired: shown,
    desiredVersion: -1,
    taken: 0,
    desiredAt: new Date(),
    rules: 0,
    kit: false,
    flowBuffer: 0,
    reasons: null,
    raiseAt: null,
    pushed: shown,
    pushedTaken: 0,
    pushedVersion: -1,
    pushedAt: new Date(),
    dirty: false,
    notBefore: null,
    checkAt: null,
    difference: null,
    adopting: null,
    refusal: null,
    ...more,
  });
const shown = async () =>
  Object.fromEntries(
    (await listings().find({ clientId: bench.ours }).sort({ _id: 1 }).toArray()).map(
      ({ _id, desired, dirty, desiredVersion }) => [
        _id.slice(bench.ours.length + 1),
        [desired, dirty, desiredVersion >= 0],
      ],
    ),
  );
const begin = async (template: string) =>
  ((await bench.ask('/wizards', { template })).body as { id: string }).id;
const see = async (id: string) => (await bench.ask(`/wizards/${id}`)).body as WizardView;
const fill = (id: string, body: object) => bench.ask(`/wizards/${id}`, body, bench.ours, 'PATCH');
const firstSync = async (id: string) => (await bench.ask(`/wizards/${id}/first-sync`)).body as FirstSyncView;

describe('setting up', () => {
  test('every template can be begun, has a form, and says what it will do', async () => {
    const offers = (await bench.ask('/wizard-templates')).body as { id: string }[];
    expect(offers.map(({ id }) => id)).toEqual(ALL_TEMPLATES.map(({ id }) => id));
    for (const { id, parameters, writesStock } of ALL_TEMPLATES) {
      const wizard = await see(await begin(id));
      expect(Object.keys(wizard.fields)).toEqual(Object.keys(parameters.shape));
      expect(wizard.rules.length).toBeGreaterThan(0);
      expect(wizard.steps).toEqual(
        writesStock ? ['connect', 'match', 'rules', 'check'] : ['connect', 'rules', 'check'],
      );
    }
  });

  test('keeps what is filled in, also what is not right yet, and where it was left', async () => {
    const id = await begin('keep-stock-in-step');
    await fill(id, { parameters: { buffer: -3 }, step: 'rules' });
    expect(await see(id)).toMatchObject({
      step: 'rules',
      parameters: { buffer: -3 },
      problems: [{ field: 'buffer' }],
      rules: [],
      example: null,
    });
    await fill(id, { parameters: { buffer: 2 } });
    const { rules, example, problems } = await see(id);
    expect(problems).toEqual([]);
    expect(rules.join(' ')).toContain('less 2 that you keep back');
    expect(example).toContain('the second one shows 7');
    const open = (await bench.ask('/wizards')).body as { id: string; step: string }[];
    expect(open[0]).toMatchObject({ id, step: 'rules', title: 'Keep stock in step' });
    expect((await bench.ask(`/wizards/${id}`, undefined, bench.theirs)).status).toBe(404);
    expect((await bench.ask('/wizards/none')).status).toBe(404);
    expect((await bench.ask('/wizards', { template: 'none' })).status).toBe(404);
  });
});

describe('switching on', () => {
  let id: string;
  beforeAll(async () => {
    id = await begin('keep-stock-in-step');
  });

  test('waits for the shops that it needs', async () => {
    await connect(shops[0]!);
    expect(await bench.ask(`/wizards/${id}/switch-on`, {})).toMatchObject({
      status: 409,
      body: { detail: 'Connect one more shop first. Nothing was changed.' },
    });
    await connect(shops[1]!);
    await list(shops[0]!, mug, 10);
    await list(shops[0]!, plate, 5);
    await list(shops[1]!, mug, 3);
    await list(shops[1]!, plate, 9);
    await list(shops[1]!, bowl, 2, { taken: 0 });
    await list(shops[1]!, Sku.parse('ODD'), 4, { sku: null, matchedBy: null, problem: 'no-sku' });
    expect((await see(id)).matching).toEqual({
      listings: 6,
      matched: 5,
      bySku: 5,
      byBarcode: 0,
      byHand: 0,
      toMatch: 1,
    });
  });

  test('shows real rows of the first sync, the largest changes first, and writes nothing', async () => {
    await fill(id, { parameters: { buffer: 1 } });
    const before = await shown();
    const preview = await firstSync(id);
    expect(preview).toMatchObject({ listings: 5, same: 0, raised: 1, lowered: 4, soldOut: 0 });
    expect(preview.rows.slice(0, 2)).toMatchObject([
      { sku: 'MUG', connectionId: shops[1], shows: 3, willShow: 9, title: 'MUG of a shop' },
      { sku: 'PLATE', connectionId: shops[1], shows: 9, willShow: 4 },
    ]);
    await fill(id, { parameters: { buffer: 0 } });
    expect(await firstSync(id)).toMatchObject({ same: 3, raised: 1, lowered: 1 });
    expect(await shown()).toEqual(before);
    expect(await pipelinesOf(database.models, bench.ours)).toEqual([]);
  });

  test('makes the flow and has the shops told what the preview said; once, and not twice beside itself', async () => {
    const openedAt = new Date(Date.now() - 3_600_000);
    const owner = { db: database.db, clientId: bench.ours, connectionId: shops[1]! };
    await askForImport(owner);
    await importsOf(owner).updateOne({ _id: shops[1]! }, { $set: { openedAt } });
    expect((await bench.ask(`/wizards/${id}/switch-on`, {})).status).toBe(201);
    expect((await bench.ask(`/wizards/${id}/switch-on`, {})).status).toBe(201);
    expect(await shown()).toEqual({
      'one/MUG': [10, false, true],
      'one/PLATE': [5, false, true],
      'two/BOWL': [2, false, true],
      'two/MUG': [10, true, true],
      'two/ODD': [4, false, false],
      'two/PLATE': [5, true, true],
    });
    // No flow was there to book what came meanwhile.
    const { lookBack } = (await pollsOf(owner).findOne({ _id: shops[1]! })) ?? {};
    expect(lookBack).toMatchObject({ since: openedAt, state: 'running', cursor: null });
    // What a shop sold since the import is seen: when its number is written, or by a look where it seems right.
    const looked = await listings()
      .find({ clientId: bench.ours, checkAt: { $ne: null } })
      .toArray();
    expect(looked.map(({ _id }) => _id)).toContain(`${shops[1]}/BOWL`);
    expect(looked.filter(({ dirty, desiredVersion }) => dirty || desiredVersion < 0)).toEqual([]);
    const flows = await pipelinesOf(database.models, bench.ours);
    expect(flows).toMatchObject([
      { template: 'keep-stock-in-step', state: 'running', parameters: { buffer: 0 } },
    ]);
    expect(flows).toHaveLength(1);
    expect(bench.reloaded).toContain(bench.ours);
    expect(await see(id)).toMatchObject({ state: 'on', pipelineId: flows[0]?._id });
    expect((await fill(id, { parameters: { buffer: 5 } })).status).toBe(409);
    const another = await begin('keep-stock-in-step');
    expect(await bench.ask(`/wizards/${another}/switch-on`, {})).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('“Keep stock in step” does this already') },
    });
  });

  test('is taken back: the flow is gone, and what nothing moved since is as it was', async () => {
    // A unit of the mug is sold meanwhile: its old number would be wrong.
    const cause = { by: 'test' };
    await ledger.apply({
      kind: 'commit',
      key: 's',
      sku: mug,
      units: 1,
      location: MAIN_LOCATION,
      connectionId: null,
      cause,
    });
    await listings().updateOne({ _id: `${shops[1]}/MUG` }, { $set: { desired: 9, desiredVersion: 2 } });
    expect((await bench.ask(`/wizards/${id}/undo`, {})).body).toEqual({ restored: 1, kept: 1 });
    expect(await shown()).toMatchObject({ 'two/MUG': [9, true, true], 'two/PLATE': [9, true, false] });
    expect(await pipelinesOf(database.models, bench.ours)).toEqual([]);
    expect(await see(id)).toMatchObject({ state: 'undone', pipelineId: null });
    expect((await bench.ask(`/wizards/${id}/undo`, {})).status).toBe(409);
  });

  test('again after that begins anew', async () => {
    expect((await firstSync(id)).rows[0]).toMatchObject({ sku: 'PLATE', shows: 9, willShow: 5 });
    expect((await bench.ask(`/wizards/${id}/switch-on`, {})).status).toBe(201);
    expect(await shown()).toMatchObject({ 'two/PLATE': [5, true, true] });
  });
});

test('alerts need no matching and write nothing to shops', async () => {
  const before = await shown();
  for (const template of ['low-stock-alert', 'new-order-alert', 'payment-received-alert']) {
    const id = await begin(template);
    expect(await firstSync(id)).toMatchObject({ listings: 0, rows: [] });
    expect((await bench.ask(`/wizards/${id}/switch-on`, {})).status).toBe(201);
  }
  expect(await shown()).toEqual(before);
  const given = await begin('capture-orders');
  expect((await bench.ask(`/wizards/${given}`, undefined, bench.ours, 'DELETE')).status).toBe(204);
  expect((await bench.ask(`/wizards/${given}`)).status).toBe(404);
});
