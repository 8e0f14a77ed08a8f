/** At which of its locations a shop is kept in step: chosen over the API, carried out by an import. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Sandbox } from '#nodes/kit/sandbox.ts';
import { openShopifySandbox } from '#nodes/shopify/sandbox/sandbox.ts';
import { ShopifySecret } from '#nodes/shopify/secret.ts';
import { connectionsOf } from '#runtime/clients/connection-model.ts';
import { ConnectionId } from '#runtime/ids.ts';
import { importsOf } from '#runtime/listings/import-document.ts';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { type ApiBench, openApiBench } from '#test/server/api-bench.ts';
import type { ConnectAnswerView, ConnectionView, ShopLocationsView } from './views.ts';

let database: TestDatabase;
let bench: ApiBench;
let shop: Sandbox;
let id: ConnectionId;

beforeAll(async () => {
  database = await openTestDatabase();
  bench = await openApiBench(database);
});
afterAll(async () => {
  await bench.close();
  await database.close();
});
beforeEach(async () => {
  for (const name of ['connections', 'imports', 'health']) await database.db.collection(name).deleteMany({});
  shop = await openShopifySandbox({
    shopName: 'Corner shop',
    locations: ['Warehouse', 'Lager Köln', 'Popup'],
  });
  const { shop: name, clientId, clientSecret } = ShopifySecret.parse(shop.account.secret);
  const answer = await bench.ask('/connections/channels', {
    channel: 'shopify',
    way: 'client-credentials',
    sandboxUrl: shop.address,
    input: { shop: name, clientId, clientSecret },
  });
  id = ConnectionId.parse((answer.body as ConnectAnswerView).connectionId);
});
afterEach(() => shop.close());

const path = () => `/connections/${id}/locations`;
const seen = async () => (await bench.ask(path())).body as ShopLocationsView;
const choose = (locations: object[], as = bench.ours) => bench.ask(path(), { locations }, as, 'PUT');
const kept = async () =>
  (await connectionsOf(database.models, bench.ours)).find(({ _id }) => _id === id)?.locations;

test('one is kept at first, and the others are proposed by their names', async () => {
  const view = await seen();
  expect(view).toMatchObject({ several: false, known: ['main'] });
  expect(view.locations.map(({ name, first, location, kept: is }) => [name, first, location, is])).toEqual([
    ['Warehouse', true, 'main', true],
    ['Lager Köln', false, 'lager-koln', false],
    ['Popup', false, 'popup', false],
  ]);
  const [connection] = (await bench.ask('/connections')).body as ConnectionView[];
  expect(connection?.locations).toBe(1);
});

test('chosen ones are kept, the products are read anew, and one alone is one again', async () => {
  const [first, koln] = (await seen()).locations;
  const before = await importsOf({ db: database.db, clientId: bench.ours }).findOne({ _id: id });
  const answer = await choose([
    { id: koln!.id, location: 'cologne' },
    { id: first!.id, location: 'main' },
  ]);
  expect(answer.status).toBe(200);
  expect((answer.body as ShopLocationsView).several).toBe(true);
  // The one that was kept before comes first, so that its listings keep their names.
  expect(await kept()).toEqual([
    { id: first!.id, location: 'main' },
    { id: koln!.id, location: 'cologne' },
  ]);
  expect(bench.reloaded).toContain(bench.ours);
  expect(await importsOf({ db: database.db, clientId: bench.ours }).findOne({ _id: id })).toMatchObject({
    state: 'waiting',
    run: (before?.run ?? 0) + 1,
    cursor: null,
  });
  const [connection] = (await bench.ask('/connections')).body as ConnectionView[];
  expect(connection?.locations).toBe(2);

  expect((await choose([{ id: first!.id, location: 'main' }])).body).toMatchObject({ several: false });
  expect(await kept()).toBeUndefined();
});

test('what can’t be is refused with a reason, and nothing changes', async () => {
  const [first, koln, popup] = (await seen()).locations;
  const main = { id: first!.id, location: 'main' };
  const refused = async (locations: object[]) => {
    const { status, body } = await choose(locations);
    expect(status).toBe(400);
    return (body as { detail: string }).detail;
  };
  expect(await refused([main, { id: 'gid://shopify/Location/1', location: 'x' }])).toMatch(
    /no such location/,
  );
  expect(await refused([main, { id: koln!.id, location: 'x' }, { id: popup!.id, location: 'x' }])).toMatch(
    /"x" was named twice/,
  );
  expect(await refused([{ id: koln!.id, location: 'x' }])).toMatch(/"Warehouse" must be among them/);
  expect(
    await refused([
      { id: first!.id, location: 'x' },
      { id: koln!.id, location: 'y' },
    ]),
  ).toMatch(/go to "main"/);
  await refused([main, { id: koln!.id, location: 'a b' }]);
  expect(await kept()).toBeUndefined();
  expect((await choose([main], bench.theirs)).status).toBe(404);
  expect((await bench.ask(path(), undefined, bench.theirs)).status).toBe(404);
});
