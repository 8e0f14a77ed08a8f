/** A merchant who begins with nothing, in a real Chromium: two shops connected, set up, and an order in step; then a bad connection. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import type { Sandbox } from '#nodes/kit/sandbox.ts';
import { openSendGridSandbox } from '#nodes/sendgrid/sandbox/sandbox.ts';
import { openShopifySandbox } from '#nodes/shopify/sandbox/sandbox.ts';
import { ShopifySecret } from '#nodes/shopify/secret.ts';
import { openSmtpSandbox, type SmtpSandbox } from '#nodes/smtp/sandbox/sandbox.ts';
import { openWooCommerceSandbox } from '#nodes/woocommerce/sandbox/sandbox.ts';
import { WooCommerceSecret } from '#nodes/woocommerce/secret.ts';
import { violationsInBothThemes } from './axe.ts';
import { openChromium } from './chromium.ts';
import { type Line, openLine } from './line.ts';
import { mailSettings } from './mail-settings.ts';
import { type StartedSyncFlow, startAsStranger } from './started-syncflow.ts';

jest.setTimeout(180_000);
/** For a machine that is busy with other things. */
const PATIENCE_MS = 60_000;
/** A line that fell silent is noticed at the next heartbeat; a machine that is very busy may draw it late. */
const NOTICED_MS_MAX = 20_000;
/** A person clicks slower than a test, but has no more to do. */
const WHOLE_WAY_MS_MAX = 180_000;
const TEAS = Array.from({ length: 12 }, (_, index) => ({
  sku: `TEA-${index}`,
  title: `Tea ${index}`,
  price: '4.00',
  quantity: 20,
}));

let syncflow: StartedSyncFlow;
let browser: Browser;
let page: Page;
let woo: Sandbox;
let shopify: Sandbox;
/** Where the emails about accounts arrive. */
let mailbox: SmtpSandbox;
/** What lies between the browser and SyncFlow. */
let line: Line;
const troubles: string[] = [];
let startedMs = 0;
/** The address of the set-up. */
let setUp = '';

beforeAll(async () => {
  mailbox = await openSmtpSandbox();
  const settings = { DEMO: 'off', ...(await mailSettings(mailbox)) };
  [syncflow, browser, woo, shopify] = await Promise.all([
    startAsStranger(undefined, settings),
    openChromium(),
    openWooCommerceSandbox({ shopName: 'Tea & Sons' }),
    openShopifySandbox({ shopName: 'Corner shop' }),
  ]);
  shopify.addProducts(TEAS);
  // The other shop has other counts, and one product without a SKU.
  woo.addProducts([
    ...TEAS.map((tea) => ({ ...tea, quantity: 5 })),
    { ...TEAS[0]!, sku: '', title: 'Gift card' },
  ]);
  page = await browser.newPage({ viewport: { width: 1280, height: 900 }, bypassCSP: true });
  page.setDefaultTimeout(PATIENCE_MS);
  page.on('pageerror', (error) => troubles.push(String(error)));
  line = await openLine(syncflow.url);
  await page.goto(syncflow.link.replace(syncflow.url, line.url));
});
afterAll(async () => {
  await browser?.close();
  await line?.close();
  await Promise.all([woo?.close(), shopify?.close(), mailbox?.close()]);
  await syncflow?.stop();
  await syncflow?.clean();
});

const sell = async (shop: Sandbox, sku: string) => {
  const response = await fetch(`${shop.address}/sandbox/sales`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ lines: [{ sku, quantity: 1 }] }),
  });
  if (!response.ok) throw new Error(await response.text());
};
const quantityIn = async (shop: Sandbox, sku: string): Promise<number | null | undefined> => {
  const quantities = await (await fetch(`${shop.address}/sandbox/quantities`)).json();
  return (quantities as Readonly<Record<string, number | null>>)[sku];
};
const until = async (what: string, isSo: () => Promise<boolean>) => {
  for (const endMs = Date.now() + PATIENCE_MS; Date.now() < endMs; ) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`never: ${what}`);
};
const newestLink = () =>
  /http:\/\/127\.0\.0\.1\S+token=\S+/.exec(mailbox.mails.at(-1)?.mail.text ?? '')?.[0] ?? '';
const next = () => page.getByRole('link', { name: 'Next' }).click();
const violations = () => violationsInBothThemes(page);

describe('from nothing to stock in step', () => {
  test('a new client is offered the set-up', async () => {
    startedMs = Date.now();
    await page.getByLabel('Name of your business').fill('Tea house');
    await page.getByLabel('Your name').fill('Tilda');
    await page.getByLabel('Email').fill('tilda@tea.example');
    await page.getByLabel('Password').fill('eleven small teapots');
    await page.getByRole('button', { name: 'Make the account' }).click();
    await page.getByLabel('Name of the client').fill('Tea house');
    await page.getByRole('button', { name: 'Add the client' }).click();
    await page.getByRole('link', { name: 'Set up' }).first().click();
    await page.getByRole('button', { name: 'Set up: Keep stock in step' }).click();
    await page.getByText('Connect at least 2 shops.').waitFor();
    expect(await violations()).toEqual([]);
  });

  test('two shops are connected with the very forms of the page “Connect”', async () => {
    const address = new URL(page.url());
    const secret = ShopifySecret.parse(shopify.account.secret);
    address.search = String(
      new URLSearchParams({ channel: 'shopify', way: 'client-credentials', sandbox: shopify.address }),
    );
    await page.goto(String(address));
    await page.getByLabel('Shop', { exact: true }).fill(secret.shop);
    await page.getByLabel('Client ID').fill(String(secret.clientId));
    await page.getByLabel('Client secret').fill(String(secret.clientSecret));
    expect(await page.getByLabel('Its counts are right').isChecked()).toBe(true);
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    await page.getByText('1 shop is missing').waitFor();
    await page.getByText('Corner shop').waitFor();

    const { consumerKey, consumerSecret } = WooCommerceSecret.parse(woo.account.secret);
    address.search = String(
      new URLSearchParams({ channel: 'woocommerce', way: 'keys', sandbox: woo.address }),
    );
    await page.goto(String(address));
    await page.getByLabel('Address of the shop').fill(woo.address);
    await page.getByLabel('Consumer key').fill(consumerKey);
    await page.getByLabel('Consumer secret').fill(consumerSecret);
    expect(await page.getByLabel('Its counts are right').isChecked()).toBe(false);
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    await page.getByText('That is enough').waitFor();
    await page.getByText('Tea & Sons').waitFor();
    await next();
  });

  test('products are matched by SKU, and only the one without is to be decided', async () => {
    await page.getByText('24 of 25 products matched').waitFor();
    await page.getByText('One is for you to decide').waitFor();
    expect(await violations()).toEqual([]);
    await page.getByRole('button', { name: 'Leave out: Gift card' }).click();
    await page.getByText('There is nothing to decide.').waitFor();
    await next();
  });

  test('rules are said in plain words, kept while one types, and there again after a reload', async () => {
    await page.getByLabel('Keep back').fill('2');
    await page.getByText('All shops then show what is left, less 2 that you keep back.').waitFor();
    await page.getByText('the second one shows 7').waitFor();
    await page.getByLabel('Keep back').fill('-1');
    await page.getByText('Not right yet.').first().waitFor();
    await page.getByLabel('Keep back').fill('3');
    await page.getByText('less 3 that you keep back').waitFor();
    await page.getByText('Saved').waitFor();
    expect(await violations()).toEqual([]);
    const address = page.url();
    await page.getByRole('link', { name: 'Back' }).click();
    await page.goto(address.replace('/rules', ''));
    await page.waitForURL('**/match');
    await next();
    expect(await page.getByLabel('Keep back').inputValue()).toBe('3');
    await page.getByLabel('Keep back').fill('0');
    await page.getByText('All shops then show what is left.', { exact: true }).waitFor();
    await next();
  });

  test('what the first sync would write is shown before anything is written', async () => {
    await page.getByText('24 products of your shops looked at').waitFor();
    await page.getByText('When you switch it on: 12 numbers change, and no others.').waitFor();
    const row = page.getByRole('row', { name: /Tea 3\b/ });
    expect(await row.textContent()).toMatch(/Tea & Sons.*5.*20/);
    expect(await violations()).toEqual([]);
    expect(await quantityIn(woo, 'TEA-3')).toBe(5);
  });

  test('switched on, the shops are in step; an order in one lowers the other; all in under three minutes', async () => {
    await page.getByRole('button', { name: 'Switch on' }).click();
    await page.getByText('“Keep stock in step” is on').first().waitFor();
    setUp = page.url();
    await until('the shop shows what the stock says', async () => (await quantityIn(woo, 'TEA-3')) === 20);
    await sell(woo, 'TEA-3');
    await until('the other shop follows', async () => (await quantityIn(shopify, 'TEA-3')) === 19);
    await page.getByRole('link', { name: 'To the start page' }).click();
    await page.getByText('Both channels are in step').first().waitFor();
    await page.getByRole('cell', { name: 'Tea 3 · 1 unit' }).first().waitFor();
    expect(Date.now() - startedMs).toBeLessThan(WHOLE_WAY_MS_MAX);
  });
});

describe('the start page', () => {
  const state = (words: string) => page.getByText(words, { exact: true }).first();

  test('says within seconds that it is no longer live, and is right again when its line is back', async () => {
    await state('Live').waitFor();
    const ordersToday = page.locator('dl > div', { hasText: 'Orders today' }).locator('dd > span').first();
    await until('the page knows the first order', async () => (await ordersToday.textContent()) === '1');
    line.fallSilent();
    try {
      const silentMs = Date.now();
      await state('Reconnecting').waitFor();
      expect(Date.now() - silentMs).toBeLessThan(NOTICED_MS_MAX);
      await Promise.all([sell(shopify, 'TEA-7'), sell(woo, 'TEA-7')]);
      await until(
        'both shops are in step',
        async () => (await quantityIn(shopify, 'TEA-7')) === 18 && (await quantityIn(woo, 'TEA-7')) === 18,
      );
      expect(await ordersToday.textContent()).toBe('1');
    } finally {
      line.comeBack();
    }
    await state('Live').waitFor();
    await until('the page has heard of it', async () => (await ordersToday.textContent()) === '3');
    expect(await violations()).toEqual([]);
  });

  test('says at once that the browser is offline', async () => {
    const context = page.context();
    await context.setOffline(true);
    await state('Reconnecting').waitFor();
    await context.setOffline(false);
    await state('Live').waitFor();
  });
});

test('a merchant whom the owner invites by email is led only to what they may see, and gets a new password by email', async () => {
  await page.goto(`${line.url}/settings/members`);
  await page.getByLabel('Email').fill('mo@tea.example');
  await page.getByRole('radio', { name: /^Merchant/ }).check();
  await page.getByRole('checkbox', { name: 'Tea house' }).check();
  await page.getByRole('button', { name: 'Invite', exact: true }).click();
  await page.getByText('An email with this link went to mo@tea.example').waitFor();
  expect(await violations()).toEqual([]);
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, bypassCSP: true });
  try {
    const theirs = await context.newPage();
    theirs.setDefaultTimeout(PATIENCE_MS);
    await theirs.goto(newestLink());
    await theirs.getByLabel('Your name').fill('Mo');
    await theirs.getByLabel('Password').fill('twelve small teapots');
    await theirs.getByRole('button', { name: 'Join' }).click();
    const places = theirs.getByRole('navigation').getByRole('link');
    await theirs.getByRole('link', { name: 'Connections' }).waitFor();
    expect(await places.evaluateAll((links) => links.map((link) => link.getAttribute('href')))).toEqual([
      '/',
      '/orders',
      '/stock',
      '/conflicts',
      '/alerts',
      '/dead-letters',
      '/outbox',
      '/connections',
    ]);
    await context.clearCookies();
    await theirs.goto(syncflow.url);
    await theirs.getByRole('link', { name: 'Forgot the password?' }).click();
    await theirs.getByLabel('Email').fill('mo@tea.example');
    expect(await violationsInBothThemes(theirs)).toEqual([]);
    const before = mailbox.mails.length;
    await theirs.getByRole('button', { name: 'Send the link' }).click();
    await theirs.getByText('an email with a link is on its way there').waitFor();
    await until('the email is there', async () => mailbox.mails.length > before);
    await theirs.goto(newestLink());
    await theirs.getByLabel('New password').fill('thirteen small teapots');
    await theirs.getByRole('button', { name: 'Set it and sign in' }).click();
    await theirs.getByRole('link', { name: 'Connections' }).waitFor();
  } finally {
    await context.close();
  }
});

describe('stock by hand', () => {
  test('a stock-take: counted, looked at, booked, and told to the shops', async () => {
    await page.goto(`${line.url}/stock/take`);
    await page.getByLabel('Counted of Tea 5 at main').fill('17');
    await page.getByLabel('Counted of Tea 6 at main').fill('20');
    await page.getByText('2 lines counted, 1 differ').waitFor();
    expect(await violations()).toEqual([]);
    await page.reload();
    await page.getByText('2 lines counted, 1 differ').waitFor();
    await page.getByRole('button', { name: 'Book 2 counts' }).click();
    await page.getByText('2 counts booked.').waitFor();
    await until('the shop shows the count', async () => (await quantityIn(shopify, 'TEA-5')) === 17);
  });

  test('a file: what it would change is shown, wrong lines are named, then it is booked', async () => {
    await page.goto(`${line.url}/stock/import`);
    const csv = 'sku,on hand\nTEA-8,4\nNONE,1\nTEA-9,20\n';
    await page
      .getByLabel('Choose a file')
      .setInputFiles({ name: 'stock.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
    await page.getByText('1 line would change the stock, 1 agree already, 1 can’t be used').waitFor();
    await page.getByText('“NONE” is no SKU of your stock').waitFor();
    expect(await violations()).toEqual([]);
    await page.getByRole('button', { name: 'Book 1 line' }).click();
    await page.getByText('1 line booked').waitFor();
    await until('the shop shows it', async () => (await quantityIn(woo, 'TEA-8')) === 4);
  });
});

test('a mail service tells who wants no more; they are listed, and get mails again when they asked for it', async () => {
  const mails = await openSendGridSandbox();
  try {
    const query = new URLSearchParams({ channel: 'sendgrid', way: 'keys', sandbox: mails.address });
    await page.goto(`${line.url}/connect?${query}`);
    await page.getByRole('textbox', { name: 'API key' }).fill(String(mails.input.apiKey));
    await page.getByLabel('Send from').fill(String(mails.input.from));
    await page.getByLabel('Verification key').fill(mails.webhookKey);
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    const card = page.getByRole('listitem', { name: /^SendGrid: / });
    const address = (await card.getByText(/\/hooks\/sendgrid\//).textContent()) ?? '';
    const complaint = { event: 'spamreport', email: 'sam@example.com', syncflow_key: randomUUID() };
    expect(await mails.tell(address, [complaint])).toBe(204);
    await page.reload();
    await card.getByText('1 recipient').waitFor();
    await card.getByRole('button', { name: /^Show them: / }).click();
    await page.getByText('sam@example.com').waitFor();
    expect(await violations()).toEqual([]);
    await page.getByRole('button', { name: 'They asked for messages again: sam@example.com' }).click();
    await page.getByText('Messages go there again.').waitFor();
    await page.keyboard.press('Escape');
    await card.getByText('1 recipient').waitFor({ state: 'detached' });
  } finally {
    await mails.close();
  }
});

test('the set-up says what runs already; taken back, each shop shows what it showed, but for what moved since', async () => {
  await page.goto(`${line.url}/wizard`);
  await page.getByText('Runs already').waitFor();
  expect(await violations()).toEqual([]);
  expect(await quantityIn(woo, 'TEA-1')).toBe(20);
  await page.goto(setUp);
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByText('It is off.').first().waitFor();
  await until('the shop shows what it showed', async () => (await quantityIn(woo, 'TEA-1')) === 5);
  // It was sold meanwhile: the number of before would be wrong.
  expect(await quantityIn(woo, 'TEA-3')).toBe(19);
  await page.goto(`${line.url}/flows`);
  await page.getByText('No flows yet').waitFor();
  expect(troubles).toEqual([]);
});
