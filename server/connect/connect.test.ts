/** Connecting channels over the API and back from them: with the sandboxes, over real HTTP, as two clients. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { openSheetsSandbox } from '#nodes/google-sheets/sandbox/sandbox.ts';
import type { Sandbox } from '#nodes/kit/sandbox.ts';
import { openShopifySandbox } from '#nodes/shopify/sandbox/sandbox.ts';
import { ShopifySecret } from '#nodes/shopify/secret.ts';
import { openWooCommerceSandbox } from '#nodes/woocommerce/sandbox/sandbox.ts';
import { WooCommerceSecret } from '#nodes/woocommerce/secret.ts';
import { connectionsOf } from '#runtime/clients/connection-model.ts';
import { importsOf } from '#runtime/listings/import-document.ts';
import type { AuditEntry } from '#server/audit/audit-log.ts';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { type ApiBench, openApiBench } from '#test/server/api-bench.ts';
import type {
  ChannelKindView,
  CheckView,
  ConnectAnswerView,
  ConnectionView,
  ConsentView,
  ProblemView,
} from '../api/views.ts';

let database: TestDatabase;
let bench: ApiBench;
let shopify: Sandbox;
beforeAll(async () => {
  database = await openTestDatabase();
  bench = await openApiBench(database);
});
afterAll(async () => {
  await bench.close();
  await database.close();
});
beforeEach(async () => {
  await database.db.collection('connections').deleteMany({});
  shopify = await openShopifySandbox({ shopName: 'Corner shop' });
});
afterEach(() => shopify.close());

const secretOf = () => ShopifySecret.parse(shopify.account.secret);
function wish(way: string, changes: object = {}) {
  const { shop, clientId, clientSecret } = secretOf();
  return {
    channel: 'shopify',
    way,
    sandboxUrl: shopify.address,
    input: { shop, clientId, clientSecret },
    ...changes,
  };
}
const connect = async (body: object, as = bench.ours) => {
  const answer = await bench.ask('/connections/channels', body, as);
  return { status: answer.status, body: answer.body as ConnectAnswerView & ProblemView };
};
const hand = (method: string, path: string, body: object = {}) =>
  fetch(`${shopify.address}/sandbox/${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const ours = () => connectionsOf(database.models, bench.ours);
const rowOf = async (id: string) =>
  ((await bench.ask('/connections')).body as ConnectionView[]).find((row) => row.id === id);

/** What the audit log says, the newest first. */
const entries = async () =>
  await database.db.collection<AuditEntry>('audit').find().sort({ _id: -1 }).toArray();

describe('the audit log', () => {
  test('says which shop was connected, and whose keys were exchanged, without any key', async () => {
    const named = { ...wish('client-credentials'), name: 'Our corner' };
    const { body } = await connect(named);
    const is = { connection: body.connectionId, channel: 'shopify', name: 'Our corner' };
    const [first] = await entries();
    expect(first).toMatchObject({
      action: 'post /connections/channels',
      clientId: bench.ours,
      sent: { channel: 'shopify', way: 'client-credentials', name: 'Our corner' },
      before: null,
      after: { ...is, address: (await ours())[0]?.baseUrl },
      outcome: 'done',
    });
    await connect({ ...wish('client-credentials'), again: body.connectionId });
    expect((await entries())[0]).toMatchObject({
      sent: { channel: 'shopify', way: 'client-credentials', again: body.connectionId },
      before: is,
      after: is,
      outcome: 'done',
    });
    await connect({
      ...wish('client-credentials'),
      input: { ...wish('').input, clientSecret: 'mistyped-key' },
    });
    const kept = await entries();
    expect(kept[0]).toMatchObject({ sent: { channel: 'shopify' }, after: null, outcome: 'refused' });
    expect(JSON.stringify(kept)).not.toMatch(new RegExp(`mistyped-key|${secretOf().clientSecret}`));
  });
});

describe('what can be connected', () => {
  test('each channel, with its ways and the fields of their forms', async () => {
    const { body } = await bench.ask('/channels');
    const channels = body as ChannelKindView[];
    expect(channels.map(({ type }) => type)).toEqual(expect.arrayContaining(['shopify', 'woocommerce']));
    const [first] = channels.find(({ type }) => type === 'shopify')?.ways ?? [];
    expect(first).toMatchObject({ id: 'client-credentials', kind: 'keys' });
    expect(first?.fields.map(({ name, secret, required }) => [name, secret, required])).toEqual([
      ['shop', false, true],
      ['clientId', false, true],
      ['clientSecret', true, true],
    ]);
  });
});

describe('by keys', () => {
  test('a connection with its own name, its keys sealed, whose listings are asked for', async () => {
    const { status, body } = await connect({ ...wish('client-credentials'), countingAuthority: true });
    expect([status, body.url]).toEqual([201, null]);
    const [connection] = await ours();
    expect(connection).toMatchObject({
      _id: body.connectionId,
      name: 'Corner shop',
      channel: 'shopify',
      sandbox: true,
      countingAuthority: true,
    });
    expect(JSON.stringify(connection)).not.toContain(secretOf().clientSecret);
    expect(bench.vault.open(String(connection?._id), connection!.secret)).toMatchObject({
      grant: { kind: 'client-credentials' },
    });
    const kept = await importsOf({ db: database.db, clientId: bench.ours }).findOne({ _id: connection!._id });
    expect(kept?.state).toBe('waiting');
    expect(bench.reloaded).toContain(bench.ours);
  });

  test.each<[string, object, RegExp]>([
    [
      'wrong keys',
      { input: { shop: 'corner-shop', clientId: 'nobody', clientSecret: 'x' } },
      /knows no app with this client ID/,
    ],
    ['a field that is missing', { input: { shop: 'corner-shop', clientId: 'nobody' } }, /"Client secret"/],
    ['no such way', { way: 'magic' }, /no way "magic"/],
    ['no such channel', { channel: 'amazon' }, /no way/],
  ])('%s: 422 with what to do, and nothing is kept', async (_name, changes, sentence) => {
    const { status, body } = await connect({ ...wish('client-credentials'), ...changes });
    expect([status, body.detail]).toEqual([422, expect.stringMatching(sentence)]);
    expect(body.detail).toMatch(/Nothing was changed\.$/);
    expect(await ours()).toEqual([]);
  });

  test.each(['https://evil.example', 'http://10.0.0.1:80', 'http://127.0.0.1.evil.example:80'])(
    'keys are sent to no address but the channel’s own: %s',
    async (sandboxUrl) => {
      expect((await connect({ ...wish('client-credentials'), sandboxUrl })).status).toBe(400);
    },
  );

  test('the same shop is connected once; connected again, it stays the same connection', async () => {
    const first = await connect(wish('client-credentials'));
    const second = await connect(wish('client-credentials'));
    expect([second.status, second.body.detail]).toEqual([
      422,
      expect.stringMatching(/connected already, as "Corner shop"/),
    ]);
    const [before] = await ours();
    const again = await connect({ ...wish('client-credentials'), again: first.body.connectionId });
    expect(again.body.connectionId).toBe(first.body.connectionId);
    const [after, ...others] = await ours();
    expect(others).toEqual([]);
    expect(after).toMatchObject({ _id: before?._id, createdAt: before?.createdAt });
    expect(after?.secret).not.toEqual(before?.secret);
    const theirs = await connect(
      { ...wish('client-credentials'), again: first.body.connectionId },
      bench.theirs,
    );
    expect([theirs.status, theirs.body.detail]).toEqual([422, expect.stringMatching(/no longer exists/)]);
  });

  test('another shop can not take its place', async () => {
    const { body } = await connect(wish('client-credentials'));
    await shopify.close();
    shopify = await openShopifySandbox({ shopName: 'Other shop' });
    const other = await connect({ ...wish('client-credentials'), again: body.connectionId });
    expect([other.status, other.body.detail]).toEqual([
      422,
      expect.stringMatching(/keys are for Other shop/),
    ]);
  });

  test('WooCommerce, by the same routes', async () => {
    const woo = await openWooCommerceSandbox({ shopName: 'Woo shop' });
    const { consumerKey, consumerSecret } = WooCommerceSecret.parse(woo.account.secret);
    const body = {
      channel: 'woocommerce',
      way: 'keys',
      sandboxUrl: woo.address,
      input: { address: woo.address, consumerKey, consumerSecret },
    };
    expect((await connect(body)).status).toBe(201);
    expect(await ours()).toMatchObject([{ channel: 'woocommerce', baseUrl: woo.address }]);
    await woo.close();
  });
});

describe('by consent', () => {
  const site = () => bench.url.replace('/api/v1', '');

  async function begin(body = wish('oauth'), as = bench.ours) {
    const { body: begun } = await connect(body, as);
    const response = await fetch(String(begun.url), { redirect: 'manual' });
    const target = new URL(response.headers.get('location') ?? 'none:');
    expect(target.origin + target.pathname).toBe(`https://sync.example/connect/${body.channel}/callback`);
    return { consent: String(begun.consent), path: `${target.pathname}${target.search}` };
  }
  async function comeBack(path: string, as: typeof bench.ours | null = bench.ours) {
    const cookie = as ? bench.cookieOf(as) : '';
    const response = await fetch(site() + path, { redirect: 'manual', headers: { cookie } });
    const page = new URL(response.headers.get('location') ?? 'none:', site());
    expect([...page.searchParams.keys()]).toEqual(['consent']);
    return await ended(String(page.searchParams.get('consent')), as ?? bench.ours);
  }
  const ended = async (id: string, as = bench.ours) =>
    (await bench.ask(`/connections/consents/${id}`, undefined, as)).body as ConsentView;

  test('there and back: a connection with a pair of tokens', async () => {
    const { consent, path } = await begin();
    expect(await ended(consent)).toMatchObject({ state: 'waiting' });
    const answer = await comeBack(path);
    const [connection] = await ours();
    expect(answer).toMatchObject({ state: 'connected', connectionId: connection?._id });
    expect(bench.vault.open(String(connection?._id), connection!.secret)).toMatchObject({
      grant: { kind: 'code' },
    });
    expect(await ended(consent, bench.theirs)).toMatchObject({ state: 'unknown', connectionId: null });
  });

  test('a service by the same ways: a spreadsheet that a person let us write to', async () => {
    const google = await openSheetsSandbox();
    const body = {
      channel: 'google-sheets',
      way: 'consent',
      sandboxUrl: google.address,
      input: google.consentInput,
    };
    const { path } = await begin(body as ReturnType<typeof wish>);
    const answer = await comeBack(path);
    const [connection] = await ours();
    expect(answer).toMatchObject({ state: 'connected', connectionId: connection?._id });
    expect(connection).toMatchObject({ channel: 'google-sheets', name: 'Sheet: Our shop' });
    google.consents.next = 'says no';
    expect(await comeBack((await begin(body as ReturnType<typeof wish>)).path)).toMatchObject({
      state: 'failed',
      reason: 'You did not agree at Google.',
    });
    await google.close();
  });

  test('the audit log says who agreed, to what, and which connection it became: without code or state', async () => {
    const { consent, path } = await begin();
    expect((await entries())[0]).toMatchObject({
      sent: { channel: 'shopify', way: 'oauth' },
      after: { consent },
    });
    await comeBack(path);
    const [connection] = await ours();
    const [entry] = await entries();
    expect(entry).toMatchObject({
      clientId: bench.ours,
      action: 'get /connect/:channel/callback',
      target: '/connect/shopify/callback',
      sent: { channel: 'shopify', way: 'oauth', consent },
      before: null,
      after: { connection: connection?._id, channel: 'shopify', name: 'Corner shop' },
      outcome: 'done',
      reason: null,
    });
    expect(entry?.by).toMatch(/^person:.*:Member \(operator\)$/);
    const failing = await begin();
    await comeBack(failing.path.replace(/code=[0-9a-f]+/, 'code=stolen'));
    const refused = (await entries())[0];
    expect(refused).toMatchObject({ sent: { consent: failing.consent }, outcome: 'refused', after: null });
    expect(refused?.reason).toMatch(/not signed by Shopify/);
    const kept = JSON.stringify(await entries());
    const asked = [path, failing.path].map((one) => new URL(one, 'http://localhost').searchParams);
    const secrets = asked.flatMap((one) => [one.get('code'), one.get('state')]);
    for (const secret of [secretOf().clientSecret, ...secrets]) expect(kept).not.toContain(secret);
    // What nobody waits for is no business of anybody's log.
    const count = (await entries()).length;
    await comeBack('/connect/shopify/callback?state=made-up');
    await comeBack(path);
    expect(await entries()).toHaveLength(count);
  });

  test('an answer is taken once', async () => {
    const { path } = await begin();
    const first = await comeBack(path);
    const before = await ours();
    expect(await comeBack(path)).toEqual(first);
    expect(await ours()).toEqual(before);
    expect(before).toHaveLength(1);
  });

  test.each(['somebody else’s browser', 'a browser that is not signed in'])(
    '%s can not bring it',
    async (who) => {
      const { path } = await begin();
      const other = who.startsWith('somebody') ? bench.theirs : null;
      expect((await comeBack(path, other)).state).toBe(other ? 'unknown' : 'waiting');
      expect(await ours()).toEqual([]);
      expect(await connectionsOf(database.models, bench.theirs)).toEqual([]);
      // It is still there for whom it is.
      expect((await comeBack(path)).state).toBe('connected');
    },
  );

  test('an answer that was tampered with, or answers nothing', async () => {
    const { path } = await begin();
    expect(await comeBack(path.replace(/code=[0-9a-f]+/, 'code=stolen'))).toMatchObject({
      state: 'failed',
      reason: expect.stringMatching(/not signed by Shopify/),
      fix: expect.stringMatching(/connect again/),
    });
    expect((await comeBack('/connect/shopify/callback?state=made-up')).state).toBe('unknown');
    expect((await comeBack('/connect/nothing/callback?state=x')).state).toBe('unknown');
  });

  test('a WooCommerce shop hands its key over by its own server: once, for the state that it was given', async () => {
    const woo = await openWooCommerceSandbox({ shopName: 'Woo shop' });
    const { consumerKey, consumerSecret } = WooCommerceSecret.parse(woo.account.secret);
    const { body: begun } = await connect({
      channel: 'woocommerce',
      way: 'grant',
      sandboxUrl: woo.address,
      input: { address: woo.address },
    });
    const sent = new URL(String(begun.url));
    expect(sent.origin + sent.pathname).toBe(`${woo.address}/wc-auth/v1/authorize`);
    expect(sent.searchParams.get('return_url')).toBe(`https://sync.example/connect?consent=${begun.consent}`);
    const callback = new URL(String(sent.searchParams.get('callback_url')));
    // What WordPress posts once the owner has approved (class-wc-auth.php); it deletes the key unless this is 200.
    const handOver = () =>
      fetch(site() + callback.pathname, {
        method: 'POST',
        headers: { 'content-type': 'application/json;charset=UTF-8' },
        body: JSON.stringify({
          key_id: 1,
          user_id: sent.searchParams.get('user_id'),
          consumer_key: consumerKey,
          consumer_secret: consumerSecret,
          key_permissions: 'read_write',
        }),
      });
    expect((await handOver()).status).toBe(200);
    const [connection] = await ours();
    expect(await ended(String(begun.consent))).toMatchObject({
      state: 'connected',
      connectionId: connection?._id,
    });
    expect(connection).toMatchObject({ channel: 'woocommerce', baseUrl: woo.address });
    // No member's browser brought it: it is on record for whoever asked.
    const [entry, asked] = await entries();
    expect(entry).toMatchObject({
      by: asked?.by,
      action: 'post /connect/:channel/callback',
      sent: { channel: 'woocommerce', way: 'grant' },
      after: { connection: connection?._id, address: woo.address },
      outcome: 'done',
    });
    expect(JSON.stringify(entry)).not.toContain(consumerSecret);
    expect(bench.reloaded).toContain(bench.ours);
    expect((await handOver()).status).toBe(400);
    expect(await ours()).toHaveLength(1);
    await woo.close();
  });

  test('a post that answers no question of ours is refused, and gets no key', async () => {
    const response = await fetch(`${site()}/connect/woocommerce/callback`, {
      method: 'POST',
      body: JSON.stringify({
        user_id: 'guess',
        consumer_key: 'ck_1',
        consumer_secret: 'cs_1',
        key_permissions: 'read_write',
      }),
    });
    expect(response.status).toBe(400);
    expect(await ours()).toEqual([]);
  });
});

describe('looking at a connection', () => {
  async function connected(): Promise<string> {
    return String((await connect(wish('client-credentials'))).body.connectionId);
  }
  const look = async (id: string, as = bench.ours) => {
    const { status, body } = await bench.ask(`/connections/${id}/checks`, {}, as);
    return { status, findings: (body as CheckView).findings };
  };

  test('all is well, and stays with its client', async () => {
    const id = await connected();
    expect(await look(id)).toEqual({ status: 200, findings: [] });
    expect((await look(id, bench.theirs)).status).toBe(404);
    expect(await rowOf(id)).toMatchObject({ tone: 'ok', word: 'In step', findings: [], error: null });
  });

  test('rights that were taken away turn it red, with what mends it', async () => {
    const id = await connected();
    await hand('PUT', 'app', {
      scopes: ['read_products', 'read_inventory', 'read_locations', 'write_orders'],
    });
    // The token of before is as it was; with the next one the rights are.
    const again = await connect({ ...wish('client-credentials'), again: id });
    expect(again.status).toBe(201);
    const { findings } = await look(id);
    expect(findings).toMatchObject([
      {
        code: 'shopify.scopes-missing',
        tone: 'bad',
        action: 'connect-again',
        reason: expect.stringMatching(/write_inventory/),
      },
      { code: 'shopify.scopes-missing', tone: 'warn' },
    ]);
    expect(await rowOf(id)).toMatchObject({ tone: 'bad', word: 'Needs you', findings });
  });

  test('an app that was taken out of the shop, and put in again', async () => {
    const id = await connected();
    await hand('POST', 'uninstall');
    expect((await look(id)).findings).toMatchObject([
      { tone: 'bad', action: 'connect-again', reason: expect.stringMatching(/consent|uninstalled/) },
    ]);
    expect(await rowOf(id)).toMatchObject({
      tone: 'bad',
      word: 'Needs you',
      error: { action: 'connect-again', fix: expect.any(String) },
    });
  });
});
