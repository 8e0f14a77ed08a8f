/** The first five minutes of a stranger, in a real Chromium, against the real processes. */

import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { isSigned } from '#nodes/webhooks/standard-signature.ts';
import { violationsInBothThemes } from './axe.ts';
import { openChromium } from './chromium.ts';
import { heldBack, pressEverything } from './press-everything.ts';
import { type StartedSyncFlow, startAsStranger } from './started-syncflow.ts';
import { withWaitingRows } from './waiting-rows.ts';

jest.setTimeout(180_000);
const PAGES = [
  '/',
  '/orders',
  '/stock',
  '/conflicts',
  '/alerts',
  '/dead-letters',
  '/outbox',
  '/connections',
  '/connect',
  '/executions',
  '/flows',
  '/settings/webhooks',
  '/flows/demo-keep-stock-in-step',
];
const FIRST_ROUTE_KB_MAX = 140;
const FLOW_ROUTE_MORE_KB_MAX = 120;

let syncflow: StartedSyncFlow;
let browser: Browser;
let context: BrowserContext;
let page: Page;
const troubles: string[] = [];

beforeAll(async () => {
  syncflow = await startAsStranger();
  browser = await openChromium();
  context = await browser.newContext({ viewport: { width: 1440, height: 900 }, bypassCSP: false });
  page = await context.newPage();
  page.on('pageerror', (error) => troubles.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') troubles.push(message.text());
  });
});
afterAll(async () => {
  await browser?.close();
  await syncflow?.stop();
  await syncflow?.clean();
});

const accessCookie = async () => (await context.cookies()).find(({ name }) => name === 'syncflow');
const api = async (path: string, init: RequestInit = {}) => {
  const cookie = await accessCookie();
  return await fetch(`${syncflow.url}/api/v1${path}`, {
    ...init,
    headers: { cookie: `${cookie?.name}=${cookie?.value}`, ...init.headers },
  });
};

describe('signing in', () => {
  test('nothing is shown without it, and the page says where the link stands', async () => {
    expect((await fetch(`${syncflow.url}/api/v1/orders`)).status).toBe(401);
    await page.goto(syncflow.url);
    await page
      .getByText(/terminal/i)
      .first()
      .waitFor();
    expect(troubles.splice(0).filter((text) => !text.includes('401'))).toEqual([]);
  });

  test('the link from the terminal opens the dashboard, once', async () => {
    await page.goto(syncflow.link);
    await page
      .getByText(/channels are in step|on the way|catching up/)
      .first()
      .waitFor();
    expect(page.url()).toBe(`${syncflow.url}/`);
    const cookie = await accessCookie();
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax' });
    const again = await fetch(syncflow.link, { redirect: 'manual' });
    expect(again.headers.get('location')).toBe('/signin?problem=used');
  });

  test('what changes something needs the header of our own page', async () => {
    const body = JSON.stringify({ key: 'k', sku: 'x', change: 1 });
    const json = { 'content-type': 'application/json' };
    expect((await api('/stock/adjustments', { method: 'POST', body, headers: json })).status).toBe(403);
    const own = await api('/stock/adjustments', {
      method: 'POST',
      body,
      headers: { ...json, 'x-syncflow': 'page' },
    });
    expect(own.status).toBe(404);
    expect(((await own.json()) as { detail: string }).detail).toContain('Nothing was changed');
  });
});

describe('the demo', () => {
  test('orders of both shops come in by themselves, and the page shows them without a reload', async () => {
    const rows = page.getByRole('table').first().getByRole('row');
    await rows.first().waitFor();
    await page
      .getByText(/^#10\d\d$/)
      .first()
      .waitFor();
    await page.getByText('Harbour Outlet').first().waitFor();
  });

  test('both shops sell the same last unit, and the page tells how it was decided', async () => {
    await page.goto(`${syncflow.url}/conflicts`);
    await page.getByText('Regency cakestand, gold edition').first().waitFor({ timeout: 60_000 });
    await page.getByText(/earlier and took the last units|came in after it/).waitFor();
    const { items } = (await (await api('/conflicts')).json()) as {
      items: { winner: unknown; state: string }[];
    };
    expect(items).toMatchObject([{ winner: expect.anything(), state: 'open' }]);
  });

  test('a person decides about it on the page, and it is on record who', async () => {
    type Rows = { items: { id: string; state: string; order: { number: string }; decision: unknown }[] };
    const [open] = ((await (await api('/conflicts')).json()) as Rows).items;
    await page.getByRole('button', { name: `Ignore: order ${open?.order.number}` }).click();
    await page
      .getByText(/left as it is/)
      .first()
      .waitFor();
    const all = ((await (await api('/conflicts?state=all')).json()) as Rows).items;
    expect(all.find(({ id }) => id === open?.id)).toMatchObject({
      state: 'ignored',
      decision: { by: 'Somebody at the terminal' },
    });
  });

  test('both shops show what the ledger says', async () => {
    for (let turn = 0; turn < 40; turn += 1) {
      const { items } = (await (await api('/stock?limit=100')).json()) as {
        items: { available: number; listings: { shown: number; state: string }[] }[];
      };
      const different = items.filter(({ available, listings }) =>
        listings.some(({ shown }) => shown !== available),
      );
      if (items.length > 30 && different.length === 0) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error('the shops never showed what the ledger says');
  });

  test('the flow is drawn with live counts on its wires', async () => {
    await page.goto(`${syncflow.url}/flows/demo-keep-stock-in-step`);
    await page.getByText('Take units out of stock').first().waitFor();
    const before = (await (await api('/pipelines/demo-keep-stock-in-step')).json()) as {
      counts: Record<string, number>;
    };
    expect(before.counts['trigger:order:capture']).toBeGreaterThan(3);
  });
});

describe('webhooks of one’s own', () => {
  interface Received {
    readonly headers: IncomingHttpHeaders;
    readonly body: string;
  }
  const received: Received[] = [];
  let receiver: Server;
  beforeAll(async () => {
    receiver = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += String(chunk);
      received.push({ headers: request.headers, body });
      response.writeHead(200).end('taken');
    }).listen(0, '127.0.0.1');
    await once(receiver, 'listening');
  });
  afterAll(() => {
    receiver.close();
    receiver.closeAllConnections();
  });
  const arrived = async (found: (one: Received) => boolean): Promise<Received> => {
    for (let turn = 0; turn < 300; turn += 1) {
      const one = received.find(found);
      if (one) return one;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error('it never arrived');
  };
  const isSignedBy = (secret: string, { headers, body }: Received) =>
    isSigned(
      secret,
      {
        'webhook-id': String(headers['webhook-id']),
        'webhook-timestamp': String(headers['webhook-timestamp']),
        'webhook-signature': String(headers['webhook-signature']),
      },
      body,
    );
  const secretShown = async (place: Locator) => (await place.getByText(/^whsec_/).textContent()) ?? '';

  test('are named, tried, sent again under the same id, and given a new secret', async () => {
    const { port } = receiver.address() as AddressInfo;
    await page.goto(`${syncflow.url}/settings/webhooks`);
    await page.getByLabel('What it is for').fill('Stock room');
    await page.getByLabel('Address').fill(`http://127.0.0.1:${port}/in?key=of-the-receiver`);
    await page.getByLabel('An order comes in or changes').check();
    await page.getByRole('button', { name: 'Add it' }).click();
    const secret = await secretShown(page.locator('main'));
    expect(isSignedBy(secret, await arrived(({ body }) => body.includes('"order.changed"')))).toBe(true);

    await page.getByRole('button', { name: /^Change Stock room/ }).click();
    const sheet = page.getByRole('dialog');
    await sheet.getByRole('button', { name: 'Send a test' }).click();
    const tried = await arrived(({ body }) => body.includes('syncflow.test'));
    expect(isSignedBy(secret, tried)).toBe(true);
    await sheet.getByRole('button', { name: 'Send again: Test of Stock room' }).click();
    const id = tried.headers['webhook-id'];
    const again = await arrived((one) => one !== tried && one.headers['webhook-id'] === id);
    expect(again.body).toBe(tried.body);

    await sheet.getByRole('button', { name: 'New secret' }).click();
    await sheet.getByRole('button', { name: /Really make/ }).click();
    const next = await secretShown(sheet);
    expect(next).not.toBe(secret);
    const signedByBoth = await arrived((one) => isSignedBy(next, one));
    expect(isSignedBy(secret, signedByBoth)).toBe(true);
    expect(await page.content()).not.toContain('of-the-receiver');
  });
});

describe('every page', () => {
  // The stranger's own page has shown what it had to: left open, it would go on to fetch and draw all that the demo does.
  beforeAll(() => page.goto('about:blank'));

  test.each([360, 1440])('is accessible by axe at %i px, in light and dark', async (width) => {
    // The audit script is put into the page: only for it, the page's own policy is set aside.
    const audited = await browser.newContext({
      viewport: { width, height: 900 },
      storageState: await context.storageState(),
      bypassCSP: true,
      reducedMotion: 'reduce',
    });
    const tab = await audited.newPage();
    for (const path of PAGES) {
      await tab.goto(syncflow.url + path);
      await tab.getByRole('heading').first().waitFor();
      await tab.waitForTimeout(300);
      expect({ path, violations: await violationsInBothThemes(tab) }).toEqual({ path, violations: [] });
    }
    await audited.close();
  });

  test('stays within its budget of script', async () => {
    const loaded = async (path: string) => {
      const fresh = await browser.newContext({ storageState: await context.storageState() });
      const tab = await fresh.newPage();
      await tab.goto(syncflow.url + path, { waitUntil: 'networkidle' }).catch(() => {});
      const bytes = await tab.evaluate(() =>
        (performance.getEntriesByType('resource') as PerformanceResourceTiming[])
          .filter(({ name }) => name.endsWith('.js'))
          .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0),
      );
      await fresh.close();
      return bytes / 1_000;
    };
    const first = await loaded('/');
    const flow = await loaded('/flows/demo-keep-stock-in-step');
    expect(first).toBeGreaterThan(50);
    expect(first).toBeLessThanOrEqual(FIRST_ROUTE_KB_MAX);
    expect(flow - first).toBeLessThanOrEqual(FLOW_ROUTE_MORE_KB_MAX);
  });

  test('comes with a policy that allows no inline script or style, and a nonce that is good for one answer', async () => {
    const [one, two] = await Promise.all([fetch(syncflow.url), fetch(`${syncflow.url}/orders`)]);
    const policyOf = ({ headers }: Response) => headers.get('content-security-policy') ?? '';
    for (const answer of [one, two]) {
      expect(policyOf(answer)).toContain("default-src 'none';script-src 'self';script-src-attr 'none'");
      expect(policyOf(answer)).toContain("frame-ancestors 'none'");
      expect(policyOf(answer)).not.toMatch(/unsafe|\*|https?:/);
      const [, nonce = ''] = /'nonce-([^']{24,})'/.exec(policyOf(answer)) ?? [];
      const html = await answer.text();
      expect(nonce).not.toBe('');
      expect(html.replaceAll(`nonce="${nonce}"`, '')).not.toMatch(
        /nonce=|NONCE|<script>|<style|style=|\son\w+=/,
      );
    }
    expect(policyOf(one)).not.toBe(policyOf(two));
    expect(one.headers.get('cache-control')).toBe('no-store');
  });

  test('made no error in the browser', () => {
    expect(troubles.filter((text) => !text.includes('401'))).toEqual([]);
  });
});

describe('each role', () => {
  const FLOW = '/flows/demo-keep-stock-in-step';
  const PLACES: readonly string[] = [
    '/',
    '/orders',
    '/stock',
    '/stock/sharing',
    '/stock/matching',
    '/stock/take',
    '/stock/import',
    '/conflicts',
    '/conflicts?rules=open',
    '/alerts',
    '/dead-letters',
    '/outbox',
    '/connections',
    '/connections/privacy',
    '/connect',
    '/wizard',
    '/executions',
    '/flows',
    `${FLOW}?view=outline&node=capture`,
    '/settings/alerts',
    '/settings/webhooks',
    '/settings/members',
  ];
  const ONLY = /\/(connect|wizard|stock\/take|stock\/import|connections\/privacy)(\?|$)|[?&]try=/;
  type Operations = Record<string, Record<string, { 'x-permission': string | null }>>;

  /** Presses everything there is. @returns what each place wanted to change, and what was refused by the server. */
  async function pressAll(role: 'viewer' | 'merchant', places = PLACES) {
    const json = { 'content-type': 'application/json', 'x-syncflow': 'page' };
    const body = JSON.stringify({ email: `${role}@tea.example`, role, clients: ['demo'] });
    const { path } = (await (await api('/invitations', { method: 'POST', headers: json, body })).json()) as {
      path: string;
    };
    const theirs = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    const tab = await theirs.newPage();
    const refused: string[] = [];
    const links: string[] = [];
    const wanted: Record<string, Set<string>> = {};
    try {
      await tab.goto(syncflow.url + path);
      await tab.getByLabel('Your name').fill(role);
      await tab.getByLabel('Password').fill('twelve small teapots');
      await tab.getByRole('button', { name: 'Join' }).click();
      await tab.getByRole('link', { name: 'Connections' }).waitFor();
      const session = await (await tab.request.get(`${syncflow.url}/api/v1/session`)).json();
      const { paths } = (await (await fetch(`${syncflow.url}/api/v1/openapi.json`)).json()) as {
        paths: Operations;
      };
      const operations = Object.entries(paths).flatMap(([template, methods]) =>
        Object.entries(methods).map(([method, { 'x-permission': may }]) => ({
          name: `${method} ${template.replace('/api/v1', '')}`,
          pattern: new RegExp(
            `^${method} (/api/v1)?${template.replace('/api/v1', '').replaceAll(/\{\w+\}/g, '[^/]+')}$`,
          ),
          may,
        })),
      );
      let place = '/';
      await heldBack(tab, ({ method, path: asked }) => {
        const called = `${method.toLowerCase()} ${asked}`;
        // A path of its own goes before one with a parameter.
        const found = operations
          .filter(({ pattern }) => pattern.test(called))
          .sort((a, b) => a.name.split('{').length - b.name.split('{').length)[0];
        wanted[place]?.add(found?.name ?? called);
        if (!found || (found.may !== null && !session.permissions.includes(found.may)))
          refused.push(`${place}: ${found?.name ?? called}`);
      });
      await withWaitingRows(tab);
      tab.on('response', (response) => {
        if (response.status() === 403)
          refused.push(`${place}: ${response.request().method()} ${response.url()}`);
      });
      for (place of places) {
        wanted[place] = new Set();
        await pressEverything(tab, place);
        if (place.startsWith(FLOW)) {
          // A note: what is changed on the canvas is saved by itself.
          await tab.locator('main').press('n');
          await tab.waitForTimeout(800);
        }
        const shown = await tab
          .locator('main a')
          .evaluateAll((all) => all.map((a) => a.getAttribute('href')));
        links.push(
          ...shown.filter((href) => href !== null && ONLY.test(href)).map((href) => `${place}: ${href}`),
        );
      }
    } finally {
      // What is just being answered ends with its page.
      await tab.unrouteAll({ behavior: 'ignoreErrors' });
      await theirs.close();
    }
    return { wanted, refused, links };
  }

  test('a viewer finds nothing that they may not do, and no way to it; a merchant is refused nothing either', async () => {
    const merchants = ['/dead-letters', '/connections', '/flows', '/executions', '/settings/webhooks'];
    // Side by side: most of it is waiting for the page.
    const [{ wanted, refused, links }, merchant] = await Promise.all([
      pressAll('viewer'),
      pressAll('merchant', merchants),
    ]);
    expect(refused).toEqual([]);
    expect(links).toEqual([]);
    // What they may change is their own, and a look at a flow's settings changes nothing.
    const theirs = ['put /alerts/preferences', 'post /flows/check'];
    const others = Object.values(wanted).flatMap((some) => [...some].filter((one) => !theirs.includes(one)));
    expect(others).toEqual([]);
    expect(merchant.refused).toEqual([]);
  });
});

test('a stop by Ctrl-C ends with 0, and the next start has everything still', async () => {
  const { tiles } = (await (await api('/overview')).json()) as { tiles: { ordersToday: number } };
  expect(await syncflow.stop()).toBe(0);
  const dataDir = syncflow.dataDir;
  syncflow = await startAsStranger(dataDir);
  await context.clearCookies();
  await page.goto(syncflow.link);
  await page
    .getByText(/channels are in step|on the way|catching up/)
    .first()
    .waitFor();
  const after = (await (await api('/overview')).json()) as { tiles: { ordersToday: number } };
  expect(after.tiles.ordersToday).toBeGreaterThanOrEqual(tiles.ordersToday);
});
