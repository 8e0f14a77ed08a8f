/**
 * The same requests that were once sent to a real WooCommerce 11.0.1, sent to the sandbox in the same order: it
 * must answer with the same bodies and deliver the same webhooks, but for times, random keys and the ids of metas
 * and notes.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Sandbox } from '#nodes/kit/sandbox.ts';
import exchanges from '../fixtures/rest-exchanges.json' with { type: 'json' };
import recorded from '../fixtures/webhook-deliveries.json' with { type: 'json' };
import { basicAuthorization } from '../request-auth.ts';
import type { WooCommerceSecret } from '../secret.ts';
import { openWooCommerceSandbox } from './sandbox.ts';
import { BEHIND_TLS } from './test-shop.ts';
import { openWebhookListener, until, type WebhookListener } from './webhook-listener.ts';

interface Exchange {
  request: { method: string; path: string; authenticated: boolean; body?: unknown };
  response: { status: number; headers?: Record<string, string | undefined>; body?: unknown };
}

const names = Object.keys(exchanges).sort() as (keyof typeof exchanges)[];
const RECORDED_SHOP = 'https://127.0.0.1:8899';
const RECORDED_LISTENER = 'http://127.0.0.1:8898';

let listener: WebhookListener;
let listenerAddress: string;
let sandbox: Sandbox;

const faults = (body: object) =>
  fetch(`${sandbox.address}/sandbox/faults`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

beforeAll(async () => {
  listener = await openWebhookListener();
  listenerAddress = new URL(listener.address).origin;
  sandbox = await openWooCommerceSandbox({ currency: 'USD' });
  // The recorded shop delivered a minute later, when all was done.
  await faults({ webhookDelayMs: 3_600_000 });
});

afterAll(async () => {
  await sandbox.close();
  await listener.close();
});

/** Random, or of a moment; the state of an order's notes in the trash the sandbox leaves out, since it writes none by itself. */
const META_VALUES_THAT_DIFFER = new Set(['_wp_trash_meta_time', '_wp_desired_post_slug']);
const META_NOT_HERE = '_wp_trash_meta_comments_status';

interface Meta {
  readonly key?: string;
  readonly value?: unknown;
}

function comparableMeta(metas: readonly Meta[]): readonly Meta[] {
  return metas
    .filter(({ key }) => key !== META_NOT_HERE)
    .map((meta) =>
      META_VALUES_THAT_DIFFER.has(meta.key ?? '') ? { ...meta, value: typeof meta.value } : meta,
    );
}

function comparable(value: unknown, key = '', inMeta = false): unknown {
  if (typeof value === 'string') {
    return value
      .replaceAll(RECORDED_SHOP, 'SHOP')
      .replaceAll(RECORDED_SHOP.replace('https:', 'http:'), 'SHOP')
      .replaceAll(sandbox.address, 'SHOP')
      .replaceAll(RECORDED_LISTENER, 'LISTENER')
      .replaceAll(listenerAddress, 'LISTENER')
      .replace(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/, 'DATE')
      .replace(/modified_after=[^&]+&dates_are_gmt=\w+/, 'SINCE')
      .replace(/wc_order_\w+/, 'ORDER_KEY')
      .replace(/\/notes\/\d+$/, '/notes/NOTE');
  }
  if (key === 'related_ids' || (key === 'id' && inMeta)) return typeof value;
  if (Array.isArray(value)) {
    const rows = key === 'meta_data' ? comparableMeta(value) : value;
    return rows.map((each) => comparable(each, '', key === 'meta_data'));
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, comparable(each, name, inMeta)]),
  );
}

async function send({ method, path, authenticated, body }: Exchange['request']) {
  const since = new Date(Date.now() - 3_600_000).toISOString().slice(0, 19);
  const text =
    typeof body === 'string' ? body : JSON.stringify(body)?.replaceAll(RECORDED_LISTENER, listenerAddress);
  const response = await fetch(
    sandbox.address + path.replace(/modified_after=[^&]+/, `modified_after=${since}`),
    {
      method,
      headers: {
        ...(authenticated
          ? { ...BEHIND_TLS, authorization: basicAuthorization(sandbox.account.secret as WooCommerceSecret) }
          : {}),
        ...(text === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(text === undefined ? {} : { body: text }),
    },
  );
  return { status: response.status, headers: response.headers, body: (await response.json()) as unknown };
}

/** The order of a list of webhooks hangs on the second in which each was made; notes have a row of ids of their own. */
function inOrder(body: unknown, name: string): unknown {
  if (name.startsWith('41')) return [...(body as { id: number }[])].sort((one, other) => one.id - other.id);
  return name.startsWith('35') ? { ...(body as object), id: 'NOTE' } : body;
}

describe('the sandbox answers like WooCommerce 11.0.1', () => {
  test.each(names)('%s', async (name) => {
    const { request, response } = exchanges[name] as Exchange;
    if (name.startsWith('41')) await pingsAnswered();
    const answer = await send(request);
    expect(answer.status).toBe(response.status);
    if (response.body === undefined) return;
    expect(comparable(inOrder(answer.body, name))).toEqual(comparable(inOrder(response.body, name)));
    for (const [header, value] of Object.entries(response.headers ?? {})) {
      expect([header, comparable(answer.headers.get(header))]).toEqual([header, comparable(value ?? null)]);
    }
  });

  test('more than 100 items in a batch: 413, nothing is written', async () => {
    const update = Array.from({ length: 101 }, (_, index) => ({ id: 10, stock_quantity: index }));
    const path = '/wp-json/wc/v3/products/batch';
    const answer = await send({ method: 'POST', path, authenticated: true, body: { update } });
    expect([answer.status, answer.body]).toEqual([
      413,
      {
        code: 'woocommerce_rest_request_entity_too_large',
        message: 'Unable to accept more than 100 items for this request.',
        data: { status: 413 },
      },
    ]);
    const product = await send({ method: 'GET', path: '/wp-json/wc/v3/products/10', authenticated: true });
    expect(product.body).toMatchObject({ stock_quantity: -477 });
  });
});

interface Delivered {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

/** In the order of their names: what is delivered side by side arrives in any order. */
function named(deliveries: readonly Delivered[]): [string, unknown, unknown][] {
  return deliveries
    .map(({ headers, body }): [string, unknown, unknown] => {
      const json: unknown = body.startsWith('{') ? JSON.parse(body) : body;
      const id = typeof json === 'object' && json !== null && 'id' in json ? json.id : json;
      return [`${headers['x-wc-webhook-topic'] ?? 'ping'} ${id}`, comparable(json), shapeOf(headers)];
    })
    .sort(([one], [other]) => (one < other ? -1 : 1));
}

/** Which headers there are, with the values of those that say the same each time. */
function shapeOf(headers: Delivered['headers']): unknown {
  const own = Object.entries(headers).filter(([name]) =>
    /^(x-wc-|user-agent|content-type|accept$)/.test(name),
  );
  return Object.fromEntries(
    own.map(([name, value]) => [
      name,
      /(signature|delivery-id)$/.test(name) ? value?.length : comparable(value),
    ]),
  );
}

test('the sandbox delivers like WooCommerce 11.0.1', async () => {
  await faults({});
  await until(() => sandbox.webhooksWaiting() === 0, 'all is delivered');
  const ours = listener.deliveries.map(({ headers, body }) => ({ headers, body: body.toString() }));
  const theirs = Object.values(recorded).map(({ headers, bodyUtf8 }) => ({ headers, body: bodyUtf8 }));
  expect(named(ours)).toEqual(named(theirs));
});

/** A webhook counts as modified once its ping was answered: the recorded list was read after that. */
async function pingsAnswered(): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    const { body } = await send({ method: 'GET', path: '/wp-json/wc/v3/webhooks', authenticated: true });
    if ((body as { date_modified: string | null }[]).every((row) => row.date_modified !== null)) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('pings are missing');
}
