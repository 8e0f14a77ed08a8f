/** Connecting shops on the page, in a real Chromium: each way, each usual failure with its own sentence, and its mending. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import type { Sandbox } from '#nodes/kit/sandbox.ts';
import { openShopifySandbox } from '#nodes/shopify/sandbox/sandbox.ts';
import { ShopifySecret } from '#nodes/shopify/secret.ts';
import certificates from '#nodes/woocommerce/fixtures/tls-certificates.json' with { type: 'json' };
import { openHttpsFront } from '#nodes/woocommerce/sandbox/https-front.ts';
import { openWooCommerceSandbox } from '#nodes/woocommerce/sandbox/sandbox.ts';
import { WooCommerceSecret } from '#nodes/woocommerce/secret.ts';
import { openChromium } from './chromium.ts';
import { type StartedSyncFlow, startAsStranger } from './started-syncflow.ts';

jest.setTimeout(120_000);
const PRODUCTS = Array.from({ length: 30 }, (_, index) => ({
  sku: `TEA-${index}`,
  title: `Tea ${index}`,
  price: '4.00',
  quantity: 10 + index,
}));

/** Of whoever made the certificates of shops that have HTTPS here. */
const authorityDir = mkdtempSync(join(tmpdir(), 'syncflow-authority-'));
const authorityFile = join(authorityDir, 'authority.pem');
writeFileSync(authorityFile, certificates.authority);

let syncflow: StartedSyncFlow;
let browser: Browser;
let page: Page;
let woo: Sandbox;
let shopify: Sandbox;
const troubles: string[] = [];

beforeAll(async () => {
  // This process hands shops their settings.
  setDefaultCACertificates([...getCACertificates('default'), certificates.authority]);
  [syncflow, browser, woo, shopify] = await Promise.all([
    startAsStranger(undefined, { NODE_EXTRA_CA_CERTS: authorityFile }),
    openChromium(),
    openWooCommerceSandbox({ shopName: 'Tea & Sons' }),
    openShopifySandbox({ shopName: 'Corner shop', locations: ['Warehouse', 'Lager Köln'] }),
  ]);
  woo.addProducts(PRODUCTS);
  shopify.addProducts(PRODUCTS);
  page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  page.setDefaultTimeout(20_000);
  page.on('pageerror', (error) => troubles.push(String(error)));
  await page.goto(syncflow.link);
});
afterAll(async () => {
  await browser?.close();
  await Promise.all([woo?.close(), shopify?.close()]);
  await syncflow?.stop();
  await syncflow?.clean();
  rmSync(authorityDir, { recursive: true });
});

async function hand(sandbox: Sandbox, method: string, path: string, body: object = {}): Promise<void> {
  const response = await fetch(`${sandbox.address}/sandbox/${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
}
const siteOf = (sandbox: Sandbox, changes: object) => hand(sandbox, 'PUT', 'site', changes);
const site = (changes: object) => siteOf(woo, changes);
const card = (name: string) => page.getByRole('listitem', { name, exact: true });
const connectPage = (sandbox: Sandbox, channel: string, way: string) => {
  const params = new URLSearchParams({ channel, way, sandbox: sandbox.address });
  return page.goto(`${syncflow.url}/connect?${params}`);
};

describe('WooCommerce by pasted keys', () => {
  const seen = new Set<string>();

  async function connect(changes: Partial<WooCommerceSecret> = {}): Promise<void> {
    const { consumerKey, consumerSecret } = { ...WooCommerceSecret.parse(woo.account.secret), ...changes };
    await page.getByLabel('Address of the shop').fill(woo.address);
    await page.getByLabel('Consumer key').fill(consumerKey);
    await page.getByLabel('Consumer secret').fill(consumerSecret);
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
  }

  beforeAll(() => connectPage(woo, 'woocommerce', 'keys'));

  test.each<[string, object, object, RegExp]>([
    ['a firewall', { guard: 'firewall' }, {}, /firewall.*Allow SyncFlow's address/],
    ['a security plugin', { guard: 'plugin' }, {}, /plugin.*allow the REST API/],
    ['a login', { guard: 'login' }, {}, /login.*maintenance mode/],
    [
      'a redirect',
      { redirectsTo: 'https://www.tea.example' },
      {},
      /sends every call on.*Enter https:\/\/www\.tea/,
    ],
    ['plain permalinks', { plainPermalinks: true }, {}, /"Plain".*choose any structure/],
    ['a wrong clock', { clockSeconds: 3_000 }, {}, /clocks.*differ.*NTP/],
    ['no WooCommerce', { wooCommerceActive: false }, {}, /not active.*Plugins/],
    ['the wrong user', { userMayNot: true }, {}, /user may not.*Shop manager/],
    ['an unknown key', {}, { consumerKey: 'ck_other' }, /does not know this key.*make a new key/],
    ['another secret', {}, { consumerSecret: 'cs_other' }, /secret does not belong.*cs_/],
  ])('%s: its own sentence and its own way out', async (_name, setUp, keys, sentence) => {
    await site(setUp);
    await connect(keys);
    const refusal = page.getByRole('alert');
    await refusal.getByText('Nothing was changed.').waitFor();
    const text = (await refusal.textContent()) ?? '';
    expect(text).toMatch(sentence);
    expect(seen.has(text)).toBe(false);
    seen.add(text);
    // The form keeps what was typed, and the answer before is gone while the next one is awaited.
    await site({});
    await page.reload();
  });

  test('a shop that is well is connected, and its products are read', async () => {
    await connect();
    await page.waitForURL('**/connections');
    await card('Tea & Sons').getByText('30 read.').waitFor();
    await card('Tea & Sons').getByText('In step').waitFor();
  });

  test('orders of before are fetched for as many days as one asks', async () => {
    await hand(woo, 'POST', 'sales', { lines: [{ sku: 'TEA-1', quantity: 1 }] });
    await card('Tea & Sons').getByLabel('Fetch the last').fill('7');
    await card('Tea & Sons').getByRole('button', { name: 'Fetch' }).click();
    await card('Tea & Sons')
      .getByText(/\d orders? fetched\./)
      .waitFor();
  });

  test.each<[string, () => Promise<void>, () => Promise<void>, RegExp, string]>([
    [
      'a security plugin was installed',
      () => site({ guard: 'plugin' }),
      () => site({}),
      /plugin in the shop keeps the REST API closed/,
      'Look again',
    ],
    [
      'the permalinks were set to plain',
      () => site({ plainPermalinks: true }),
      () => site({}),
      /permalinks are set to "Plain"/,
      'Look again',
    ],
    [
      'its key was revoked',
      () => hand(woo, 'PUT', 'faults', { keysRevoked: true }),
      () => hand(woo, 'PUT', 'faults', {}),
      /does not know this key/,
      'Connect again',
    ],
  ])(
    '%s: it turns red with what mends it, and green when that is done',
    async (_name, harm, mend, sentence, action) => {
      const shop = card('Tea & Sons');
      await harm();
      await shop.getByRole('button', { name: 'Look now' }).click();
      await shop.getByText('Needs you').waitFor();
      await shop.getByText(sentence).first().waitFor();
      const mending = shop.getByRole(action === 'Connect again' ? 'link' : 'button', {
        name: `${action}: Tea & Sons`,
      });
      await mending.first().waitFor();
      await mend();
      await shop.getByRole('button', { name: 'Look now' }).click();
      await shop.getByText('In step').waitFor();
    },
  );
});

describe('WooCommerce over HTTPS', () => {
  const opened: { close(): unknown }[] = [];
  afterAll(() => Promise.all(opened.map((one) => one.close())));

  /** Opens a form, and gives it the address and the keys of a shop. */
  async function connect(shop: Sandbox, address = shop.address): Promise<void> {
    const { consumerKey, consumerSecret } = WooCommerceSecret.parse(shop.account.secret);
    await page.goto(`${syncflow.url}/connect?channel=woocommerce&way=keys`);
    await page.getByLabel('Address of the shop').fill(address);
    await page.getByLabel('Consumer key').fill(consumerKey);
    await page.getByLabel('Consumer secret').fill(consumerSecret);
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
  }

  test('a shop that signed its certificate itself: nothing is sent there', async () => {
    const shop = await openWooCommerceSandbox({ shopName: 'Own word', tls: certificates.selfSigned });
    opened.push(shop);
    await connect(shop);
    await page
      .getByRole('alert')
      .getByText(/certificate that it signed itself.*Let's Encrypt/)
      .waitFor();
  });

  test('a server that drops the Authorization header: connected, with what mends it', async () => {
    const shop = await openWooCommerceSandbox({ shopName: 'Header shop', tls: certificates.shop });
    opened.push(shop);
    await siteOf(shop, { dropsAuthorization: true });
    await connect(shop);
    await page.waitForURL('**/connections');
    await card('Header shop').getByRole('button', { name: 'Look now' }).click();
    await card('Header shop')
      .getByText(/drops the Authorization header/)
      .waitFor();
    await card('Header shop')
      .getByText(/CGIPassAuth/)
      .waitFor();
  });

  test('HTTPS that ends at a proxy of which WordPress does not know: connected, with what mends it', async () => {
    const shop = await openWooCommerceSandbox({ shopName: 'Proxy shop' });
    opened.push(shop);
    const front = await openHttpsFront(shop.address, certificates.shop);
    opened.push(front);
    await siteOf(shop, { home: front.address, believesProxy: false });
    await connect(shop, front.address);
    await page.waitForURL('**/connections');
    await card('Proxy shop').getByRole('button', { name: 'Look now' }).click();
    await card('Proxy shop')
      .getByText(/HTTPS ends at a proxy before the shop/)
      .waitFor();
    await card('Proxy shop')
      .getByText(/X-Forwarded-Proto/)
      .waitFor();
  });
});

describe('Shopify', () => {
  const shopifyConnections = async (): Promise<
    readonly { readonly id: string; readonly channel: string }[]
  > => {
    const answer = await page.evaluate(async () => {
      const response = await fetch('/api/v1/connections', { headers: { 'x-syncflow': 'page' } });
      return (await response.json()) as { id: string; channel: string }[];
    });
    return answer.filter(({ channel }) => channel === 'shopify');
  };
  async function fill(): Promise<void> {
    const { shop, clientId, clientSecret } = ShopifySecret.parse(shopify.account.secret);
    await page.getByLabel('Shop', { exact: true }).fill(shop);
    await page.getByLabel('Client ID').fill(String(clientId));
    await page.getByLabel('Client secret').fill(clientSecret);
  }

  test('by consent: to the shop and back, and its products are read', async () => {
    await connectPage(shopify, 'shopify', 'oauth');
    await fill();
    await page.getByRole('button', { name: 'Go on and agree' }).click();
    await page.getByText('Connected', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'To your connections' }).click();
    await card('Corner shop').getByText('30 read.').waitFor();
  });

  test('its locations are chosen, and its products read anew for each', async () => {
    const shop = card('Corner shop');
    await shop.getByText('Kept in step at one.').waitFor();
    await shop.getByRole('button', { name: 'Choose locations of Corner shop' }).click();
    const sheet = page.getByRole('dialog');
    await sheet.getByLabel('Keep Lager Köln in step').check();
    expect(await sheet.getByLabel('Your location for Lager Köln').inputValue()).toBe('lager-koln');
    expect(await sheet.getByLabel('Your location for Warehouse').getAttribute('readonly')).not.toBeNull();
    await sheet.getByLabel('Your location for Lager Köln').fill('cologne');
    await sheet.getByText('A new location of yours.').waitFor();
    await sheet.getByRole('button', { name: 'Keep these' }).click();
    await sheet.waitFor({ state: 'detached' });
    await shop.getByText('Kept in step at 2.').waitFor();
    await shop.getByText('60 read.').waitFor();
  });

  test('a customer asks what is kept: it is listed, and noted as answered', async () => {
    await page.getByRole('link', { name: 'Privacy requests' }).click();
    await page.getByText('Nobody has asked for anything').waitFor();
    await page.goBack();
    const again = card('Corner shop').getByText(/In step/);
    await again.first().waitFor();
    const [connection] = (await shopifyConnections()).slice(-1);
    const address = `${syncflow.url}/hooks/shopify/${connection?.id}`;
    await hand(shopify, 'POST', 'compliance', { address, topic: 'customers/data_request', orderIds: [42] });
    await page.getByRole('link', { name: 'Privacy requests' }).click();
    await page.getByText('A customer asks what is kept of them').waitFor();
    await page.getByText('SyncFlow keeps nothing of theirs. Tell them so.').waitFor();
    await page.getByText(/To be answered by .*202/).waitFor();
    await page.getByRole('button', { name: 'I have answered request 9999' }).click();
    await page.getByText('Noted: the customer has their answer.').waitFor();
    await page.getByText('Answered', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'Connections' }).first().click();
  });

  test('the app was uninstalled: the shop turns red by itself, and connecting again mends it', async () => {
    const shop = card('Corner shop');
    await shop.getByText(/In step/).waitFor();
    await hand(shopify, 'POST', 'uninstall');
    await shop.getByText('Needs you').waitFor();
    await shop.getByRole('link', { name: 'Connect again: Corner shop' }).first().click();
    await page.getByText('Connect Corner shop again').first().waitFor();
    await page.getByText('Your own app, with consent').click();
    await fill();
    await page.getByRole('button', { name: 'Go on and agree' }).click();
    await page.getByText('Connected', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'To your connections' }).click();
    await shop.getByText(/In step/).waitFor();
  });

  test('keys that are wrong are refused with what to do', async () => {
    await connectPage(shopify, 'shopify', 'client-credentials');
    await fill();
    await page.getByLabel('Client ID').fill('nobody');
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    await page
      .getByRole('alert')
      .getByText(/knows no app with this client ID/)
      .waitFor();
  });
});

test('an answer that nobody waits for says so, and what the address says is not shown', async () => {
  await page.goto(`${syncflow.url}/connect/shopify/callback?state=made-up&problem=Send+us+your+password`);
  await page.getByText('Nobody here waits for this answer').waitFor();
  expect(await page.getByText('password').count()).toBe(0);
  expect(troubles).toEqual([]);
});
