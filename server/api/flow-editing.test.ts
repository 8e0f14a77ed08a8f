import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { setRunner } from '#runtime/clients/client-model.ts';
import { HOME_AGENCY, PipelineId } from '#runtime/ids.ts';
import { pipelineOf } from '#runtime/pipelines/pipeline-model.ts';
import { keepStockInStep } from '#templates/keep-stock-in-step.ts';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { type ApiBench, openApiBench } from '#test/server/api-bench.ts';
import type { DraftSavedView, DraftView, NodeTypeView, VersionRow } from './views.ts';

let database: TestDatabase;
let bench: ApiBench;
let id = '';
const good = keepStockInStep.graph({ buffer: 2 });

beforeAll(async () => {
  database = await openTestDatabase();
  bench = await openApiBench(database);
});
afterAll(async () => {
  await bench.close();
  await database.close();
});
beforeEach(async () => {
  const made = await bench.ask('/pipelines', { name: 'New flow' });
  expect(made.status).toBe(201);
  id = (made.body as { id: string }).id;
  bench.reloaded.length = 0;
});

const draft = async () => (await bench.ask(`/pipelines/${id}/draft`)).body as DraftView;
const save = async (revision: number, graph: object = good, name = 'In step') => {
  const answer = await bench.ask(`/pipelines/${id}/draft`, { revision, name, graph }, bench.ours, 'PUT');
  return { status: answer.status, body: answer.body as DraftSavedView };
};
const deploy = (revision: number, note = '') => bench.ask(`/pipelines/${id}/deploy`, { revision, note });

describe('a draft', () => {
  test('begins as what is deployed: here an empty flow that never was', async () => {
    expect(await draft()).toMatchObject({
      revision: 0,
      version: 0,
      changed: false,
      graph: { nodes: [], wires: [] },
    });
  });

  test('is saved with its summaries, and changes nothing that runs', async () => {
    const { status, body } = await save(0);
    expect(status).toBe(200);
    expect(body).toMatchObject({ revision: 1, problems: [], summaries: { publish: 'Keeps back 2 units' } });
    expect(await draft()).toMatchObject({ name: 'In step', revision: 1, changed: true, version: 0 });
    expect(bench.reloaded).toEqual([]);
    const kept = await pipelineOf(database.models, bench.ours, PipelineId.parse(id));
    expect(kept).toMatchObject({ name: 'New flow', version: 0, graph: { nodes: [] } });
  });

  test('of two people is never overwritten unseen', async () => {
    await save(0);
    expect((await save(1, good, 'Mine')).body.revision).toBe(2);
    expect((await save(1, { nodes: [], wires: [] }, 'Theirs')).status).toBe(409);
    expect((await save(0)).status).toBe(409);
    expect((await save(9)).status).toBe(409);
    expect(await draft()).toMatchObject({ name: 'Mine', revision: 2 });
  });

  test('may be unfinished: what is wrong is said, by the code that the page runs too', async () => {
    const broken = { ...good, wires: good.wires.filter(({ from }) => from !== 'capture') };
    const { body } = await save(0, broken);
    const said = body.problems.map(({ nodeId, severity }) => [nodeId, severity]);
    expect(said).toContainEqual(['commit', 'error']);
    const checked = await bench.ask('/flows/check', { graph: broken });
    expect(checked.body).toEqual(body.problems);
  });

  test('names a connection of this client only', async () => {
    const [first, ...rest] = good.nodes;
    const graph = { ...good, nodes: [{ ...first!, config: { channel: 'shop-of-others' } }, ...rest] };
    const { body } = await save(0, graph);
    expect(body.problems[0]?.text).toContain('names a connection that is gone');
  });

  test('of the wrong shape is refused', async () => {
    const wrong = { nodes: [{ id: 'A B', type: 't', name: 'n', config: {}, x: 0, y: 0 }], wires: [] };
    expect((await save(0, wrong)).status).toBe(400);
    expect((await save(0, { ...good, more: 1 })).status).toBe(200);
    expect(await draft()).not.toHaveProperty('graph.more');
  });

  test('can be thrown away', async () => {
    await save(0);
    expect((await bench.ask(`/pipelines/${id}/draft`, undefined, bench.ours, 'DELETE')).status).toBe(204);
    expect(await draft()).toMatchObject({ revision: 0, changed: false });
  });
});

describe('a deploy', () => {
  test('puts the draft to work, tells the runners, and is a version with author and note', async () => {
    await save(0);
    expect((await deploy(1, 'First light')).body).toEqual({ version: 1 });
    expect(bench.reloaded).toEqual([bench.ours]);
    await save(1, keepStockInStep.graph({ buffer: 5 }));
    expect((await deploy(2, 'More kept back')).body).toEqual({ version: 2 });
    const versions = (await bench.ask(`/pipelines/${id}/versions`)).body as VersionRow[];
    expect(versions.map(({ version, note, current }) => [version, note, current])).toEqual([
      [2, 'More kept back', true],
      [1, 'First light', false],
    ]);
    expect(versions.every(({ by }) => by.startsWith('person:'))).toBe(true);
    expect(await draft()).toMatchObject({ changed: false, version: 2, deployed: { name: 'In step' } });
  });

  test('of a flow that can’t run is refused with every reason, and changes nothing', async () => {
    await save(0, { nodes: good.nodes, wires: [] });
    const refused = await deploy(1);
    expect(refused.status).toBe(422);
    expect(refused.body).toMatchObject({
      title: 'The flow can’t run yet',
      detail: expect.stringContaining('Nothing leads to "Keep the order"'),
    });
    expect(bench.reloaded).toEqual([]);
    expect(await draft()).toMatchObject({ version: 0, revision: 1 });
  });

  test('is of the draft that was looked at, and no other', async () => {
    await save(0);
    await save(1, good, 'Changed meanwhile');
    expect((await deploy(1)).status).toBe(409);
    expect(await draft()).toMatchObject({ version: 0 });
  });

  test('can be taken back: a version becomes the draft again', async () => {
    await save(0);
    await deploy(1);
    await save(1, { nodes: [], wires: [] }, 'Emptied');
    await deploy(2);
    expect((await bench.ask(`/pipelines/${id}/versions/1`)).body).toMatchObject({
      version: 1,
      graph: { wires: good.wires },
    });
    expect((await bench.ask(`/pipelines/${id}/versions/1/restore`, {})).status).toBe(200);
    expect(await draft()).toMatchObject({
      name: 'In step',
      changed: true,
      version: 2,
      graph: { wires: good.wires },
    });
    for (const none of ['3', '0', 'x', '1.5'])
      expect((await bench.ask(`/pipelines/${id}/versions/${none}`)).status).toBe(404);
  });
});

describe('flows', () => {
  test('are paused and removed by a person, with everything that belongs to them', async () => {
    await save(0);
    await deploy(1);
    expect((await bench.ask(`/pipelines/${id}/pause`, {})).status).toBe(202);
    expect((await bench.ask(`/pipelines/${id}/pause`, {})).status).toBe(409);
    expect((await bench.ask(`/pipelines/${id}/resume`, {})).status).toBe(202);
    expect((await bench.ask(`/pipelines/${id}`, undefined, bench.ours, 'DELETE')).status).toBe(204);
    for (const path of ['', '/draft', '/versions'])
      expect((await bench.ask(`/pipelines/${id}${path}`)).status).toBe(404);
    for (const name of ['drafts', 'versions', 'pipelines'])
      expect(await database.db.collection(name).countDocuments({ _id: { $regex: id } as never })).toBe(0);
  });

  test('of another client can neither be seen nor changed', async () => {
    await save(0);
    const as = bench.theirs;
    const answers = [
      await bench.ask(`/pipelines/${id}/draft`, undefined, as),
      await bench.ask(`/pipelines/${id}/draft`, { revision: 1, name: 'n', graph: good }, as, 'PUT'),
      await bench.ask(`/pipelines/${id}/draft`, undefined, as, 'DELETE'),
      await bench.ask(`/pipelines/${id}/deploy`, { revision: 1 }, as),
      await bench.ask(`/pipelines/${id}/versions`, undefined, as),
      await bench.ask(`/pipelines/${id}/versions/1/restore`, {}, as),
      await bench.ask(`/pipelines/${id}/pause`, {}, as),
      await bench.ask(`/pipelines/${id}`, undefined, as, 'DELETE'),
    ];
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 404));
    expect(await draft()).toMatchObject({ name: 'In step', revision: 1 });
  });

  test('are built of nodes that the page knows as data: ports, and a form for each setting', async () => {
    const all = (await bench.ask('/node-types')).body as NodeTypeView[];
    const alert = all.find(({ type }) => type === 'alert');
    expect(alert?.settings.properties.level).toMatchObject({
      title: 'How urgent',
      enum: ['info', 'warning', 'urgent'],
    });
    for (const { settings } of all)
      for (const [name, field] of Object.entries(settings.properties))
        expect([name, typeof field.title, 'default' in field]).toEqual([name, 'string', true]);
    const templates = (await bench.ask('/flow-templates')).body as { id: string }[];
    expect(templates.map(({ id: template }) => template)).toContain('keep-stock-in-step');
  });
});

describe('what only the client’s own facts can tell', () => {
  const node = (nodeId: string, type: string, config = {}) => ({
    id: nodeId,
    type,
    name: nodeId,
    config,
    x: 0,
    y: 0,
  });
  const deployed = async (graph: object) => {
    const revision = (await save((await draft()).revision, graph)).body.revision;
    const { status, body } = await deploy(revision);
    return [status, (body as { detail?: string }).detail ?? ''] as const;
  };

  test('code is deployed only where the client has a runner of its own, and the refusal says how to get one', async () => {
    const graph = {
      nodes: [node('s', 'stock-trigger'), node('c', 'code')],
      wires: [{ from: 's', output: 'level', to: 'c' }],
    };
    expect(await deployed(graph)).toEqual([422, expect.stringContaining('under Settings, Clients')]);
    await setRunner(database.models, HOME_AGENCY, bench.ours, 'own');
    expect((await deployed(graph))[0]).toBe(200);
    await setRunner(database.models, HOME_AGENCY, bench.ours, 'shared');
  });

  test('calls of flows that would go round are refused, with the way round', async () => {
    const calling = (flow: string) => ({
      nodes: [node('in', 'flow-called'), node('call', 'call-flow', { flow })],
      wires: [{ from: 'in', output: 'called', to: 'call' }],
    });
    const first = id;
    const callable = { nodes: [node('in', 'flow-called')], wires: [] };
    expect((await deployed(callable))[0]).toBe(200);
    const made = await bench.ask('/pipelines', { name: 'The other' });
    id = (made.body as { id: string }).id;
    expect((await deployed(calling(first)))[0]).toBe(200);
    const other = id;
    id = first;
    const [status, detail] = await deployed(calling(other));
    expect([status, detail]).toEqual([422, expect.stringContaining('calls this flow again')]);
    expect((await deployed(calling('gone')))[1]).toContain('is gone');
  });

  test('an HTTP API is connected with its key sealed, and nodes may name it', async () => {
    const input = { url: 'https://api.example.com/v2', header: 'X-Api-Key', value: 'of-the-api-secret' };
    const wish = { channel: 'http', way: 'keys', name: 'Prices' };
    const { status, body } = await bench.ask('/connections/channels', { ...wish, input });
    expect(status).toBe(201);
    const connection = (body as { connectionId: string }).connectionId;
    expect(JSON.stringify(await database.db.collection('connections').find().toArray())).not.toContain(
      input.value,
    );
    const graph = {
      nodes: [node('s', 'stock-trigger'), node('h', 'http-request', { connection })],
      wires: [{ from: 's', output: 'level', to: 'h' }],
    };
    expect((await deployed(graph))[0]).toBe(200);
    const open = { ...input, url: 'http://api.example.com' };
    expect((await bench.ask('/connections/channels', { ...wish, input: open })).status).toBe(422);
  });
});
