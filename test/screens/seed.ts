/** What the demo does not have by itself, and pages show: a member to come, a key, a webhook, a privacy request; and a client that is being set up. */
import type { APIRequestContext } from 'playwright-core';
import type { Sandbox } from '#nodes/kit/sandbox.ts';
import { openSendGridSandbox } from '#nodes/sendgrid/sandbox/sandbox.ts';
import { openShopifySandbox } from '#nodes/shopify/sandbox/sandbox.ts';
import { ShopifySecret } from '#nodes/shopify/secret.ts';
import { openWooCommerceSandbox } from '#nodes/woocommerce/sandbox/sandbox.ts';
import { WooCommerceSecret } from '#nodes/woocommerce/secret.ts';

const OWNER = {
  agency: 'Harbour agency',
  name: 'Olive Owner',
  email: 'olive@harbour.example',
  password: 'eleven small teapots',
};
const TEAS = Array.from({ length: 14 }, (_, index) => ({
  sku: `TEA-${index}`,
  title: `Tea ${index}, loose leaf in a tin of 250 g`,
  price: '4.00',
  quantity: 20,
}));

export interface Seeded {
  /** Further pages, by the name of the picture. */
  readonly pages: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

type Call = (method: string, path: string, data?: object, client?: string) => Promise<unknown>;
interface Row {
  readonly id: string;
  readonly channel: string;
  readonly address: string | null;
}

/** @param request of a browser that is signed in at the demo. @param url of SyncFlow. */
export async function seed(request: APIRequestContext, url: string): Promise<Seeded> {
  const call: Call = async (method, path, data, client) => {
    const response = await request.fetch(`${url}/api/v1${path}`, {
      method,
      headers: { 'x-syncflow': 'page', ...(client && { 'x-client': client }) },
      ...(data && { data }),
    });
    if (!response.ok()) throw new Error(`${method} ${path}: ${response.status()} ${await response.text()}`);
    return response.status() === 204 ? null : await response.json();
  };
  await call('POST', '/setup', OWNER);
  await call('POST', '/keys', { name: 'Bookkeeping', permissions: ['see'], clients: null, days: 365 });
  await call('POST', '/invitations', { email: 'tilda@tea.example', role: 'operator', clients: null });
  await call('POST', '/webhooks', {
    name: 'Warehouse',
    url: 'http://127.0.0.1:65431/stock',
    events: ['alert.raised'],
  });
  const mails = await openSendGridSandbox();
  await call('POST', '/connections/channels', {
    channel: 'sendgrid',
    way: 'keys',
    sandboxUrl: mails.address,
    input: { ...mails.input, webhookKey: mails.webhookKey },
  });
  await deployWrongFlow(call);
  await askForData(call, url);
  const { pages, close } = await setUp(call);
  return { pages, close: async () => void (await Promise.all([close(), mails.close()])) };
}

/** A flow that reads a field which orders do not have: each new order is a dead letter. */
async function deployWrongFlow(call: Call): Promise<void> {
  const name = 'Stock from a note';
  const id = idOf(await call('POST', '/pipelines', { name }));
  const graph = {
    nodes: [
      { id: 'trigger', type: 'order-created', name: 'When an order is new', config: {}, x: 0, y: 0 },
      { id: 'set', type: 'set-stock', name: 'Set stock', config: {}, x: 344, y: 0 },
    ],
    wires: [{ from: 'trigger', output: 'order', to: 'set' }],
  };
  const saved = await call('PUT', `/pipelines/${id}/draft`, { name, graph, revision: 0 });
  const { revision } = saved as { readonly revision: number };
  await call('POST', `/pipelines/${id}/deploy`, { revision });
}

/** As Shopify asks for a customer's data, under privacy laws. */
async function askForData(call: Call, url: string): Promise<void> {
  const shop = ((await call('GET', '/connections')) as readonly Row[]).find(
    ({ channel }) => channel === 'shopify',
  );
  if (!shop?.address) throw new Error('the demo has no Shopify shop');
  const response = await fetch(`${shop.address}/sandbox/compliance`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ address: `${url}/hooks/shopify/${shop.id}`, topic: 'customers/data_request' }),
  });
  if (!response.ok) throw new Error(await response.text());
}

/** A second client with two shops whose counts differ, at each step of a set-up. */
async function setUp(call: Call): Promise<Seeded> {
  const client = idOf(await call('POST', '/clients', { name: 'Tea house' }));
  const begin = async (template: string) => idOf(await call('POST', '/wizards', { template }, client));
  const [woo, shopify] = await Promise.all([
    openWooCommerceSandbox({ shopName: 'Tea & Sons' }),
    openShopifySandbox({ shopName: 'Corner shop' }),
  ]);
  shopify.addProducts(TEAS);
  woo.addProducts([
    ...TEAS.map((tea, index) => ({ ...tea, quantity: 3 * index })),
    { ...TEAS[0]!, sku: '', title: 'Gift card' },
  ]);
  await connect(call, client, shopify, woo);
  const stock = await begin('keep-stock-in-step');
  const low = await begin('low-stock-alert');
  const at = (wizard: string, step: string) => `/clients/${client}/wizard/${wizard}/${step}`;
  return {
    pages: {
      'wizard-connect': at(stock, 'connect'),
      'wizard-match': at(stock, 'match'),
      'wizard-rules': at(stock, 'rules'),
      'wizard-check': at(stock, 'check'),
      'wizard-rules-low': at(low, 'rules'),
      'wizard-check-low': at(low, 'check'),
      'begun-dashboard': `/clients/${client}/`,
      'begun-matching': `/clients/${client}/stock/matching`,
      'begun-connections': `/clients/${client}/connections`,
    },
    close: async () => void (await Promise.all([woo.close(), shopify.close()])),
  };
}

async function connect(call: Call, client: string, shopify: Sandbox, woo: Sandbox): Promise<void> {
  const { shop, clientId, clientSecret } = ShopifySecret.parse(shopify.account.secret);
  const { consumerKey, consumerSecret } = WooCommerceSecret.parse(woo.account.secret);
  const wishes = [
    {
      channel: 'shopify',
      way: 'client-credentials',
      sandboxUrl: shopify.address,
      countingAuthority: true,
      input: { shop, clientId, clientSecret },
    },
    {
      channel: 'woocommerce',
      way: 'keys',
      sandboxUrl: woo.address,
      input: { address: woo.address, consumerKey, consumerSecret },
    },
  ];
  for (const wish of wishes) await call('POST', '/connections/channels', wish, client);
}

const idOf = (made: unknown): string => (made as { readonly id: string }).id;
