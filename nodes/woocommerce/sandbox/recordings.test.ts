/**
 * The same requests that were once sent to a real WooCommerce 11.0.1, sent to the sandbox in the same order: it
 * must answer with the same bodies, but for times, random keys and the ids of metas.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Sandbox } from '#nodes/kit/sandbox.ts';
import exchanges from '../fixtures/rest-exchanges.json' with { type: 'json' };
import type { WooCommerceSecret } from '../secret.ts';
import { basicAuthorization } from '../visible-text.ts';
import { openWooCommerceSandbox } from './sandbox.ts';

interface Exchange {
  request: { method: string; path: string; authenticated: boolean; body?: unknown };
  response: { status: number; headers?: Record<string, string | undefined>; body?: unknown };
}

const names = Object.keys(exchanges).sort() as (keyof typeof exchanges)[];
const RECORDED_SHOP = 'https://127.0.0.1:8899';
const RECORDED_LISTENER = 'http://127.0.0.1:8898';

let listener: Server;
let listenerAddress: string;
let sandbox: Sandbox;

beforeAll(async () => {
  listener = createServer((_request, response) => response.writeHead(200).end()).listen(0, '127.0.0.1');
  await new Promise((resolve) => listener.once('listening', resolve));
  listenerAddress = `http://127.0.0.1:${(listener.address() as AddressInfo).port}`;
  sandbox = await openWooCommerceSandbox({ currency: 'USD' });
});

afterAll(async () => {
  await sandbox.close();
  listener.closeAllConnections();
  await new Promise((resolve) => listener.close(resolve));
});

function comparable(value: unknown, key = '', inMeta = false): unknown {
  if (typeof value === 'string') {
    return value
      .replaceAll(RECORDED_SHOP, 'SHOP')
      .replaceAll(sandbox.address, 'SHOP')
      .replaceAll(RECORDED_LISTENER, 'LISTENER')
      .replaceAll(listenerAddress, 'LISTENER')
      .replace(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/, 'DATE')
      .replace(/modified_after=[^&]+&dates_are_gmt=\w+/, 'SINCE')
      .replace(/wc_order_\w+/, 'ORDER_KEY');
  }
  if (key === 'related_ids' || (key === 'id' && inMeta)) return typeof value;
  if (Array.isArray(value)) return value.map((each) => comparable(each, '', key === 'meta_data'));
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
          ? { authorization: basicAuthorization(sandbox.account.secret as WooCommerceSecret) }
          : {}),
        ...(text === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(text === undefined ? {} : { body: text }),
    },
  );
  return { status: response.status, headers: response.headers, body: (await response.json()) as unknown };
}

/** Fixtures keep one row of a list: the first, and of webhooks (whose order hangs on the second) that of a topic. */
function firstRows(body: unknown, name: string): unknown {
  if (name.startsWith('41'))
    return (body as { topic: string }[]).filter((row) => row.topic === 'order.deleted');
  if (Array.isArray(body)) return body.slice(0, 1);
  if (name.startsWith('18')) return { update: (body as { update: unknown[] }).update.slice(0, 1) };
  return body;
}

describe('the sandbox answers like WooCommerce 11.0.1', () => {
  test.each(names)('%s', async (name) => {
    const { request, response } = exchanges[name] as Exchange;
    if (name.startsWith('41')) await pingsAnswered();
    const answer = await send(request);
    expect(answer.status).toBe(response.status);
    if (response.body === undefined) return;
    expect(comparable(firstRows(answer.body, name))).toEqual(comparable(response.body));
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

/** A webhook counts as modified once its ping was answered: the recorded list was read after that. */
async function pingsAnswered(): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    const { body } = await send({ method: 'GET', path: '/wp-json/wc/v3/webhooks', authenticated: true });
    if ((body as { date_modified: string | null }[]).every((row) => row.date_modified !== null)) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('pings are missing');
}
