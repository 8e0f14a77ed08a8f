/**
 * Pictures of every page of the merchant, in light and dark, at the widths of a phone, a tablet and a desk: `npm run screens [FOLDER]`.
 * Nothing fails by what they show: a person looks at them.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { openChromium } from '../end-to-end/chromium.ts';
import { startAsStranger } from '../end-to-end/started-syncflow.ts';

const WIDTHS = [360, 768, 1440];
const THEMES = ['light', 'dark'] as const;
const PAGES: Readonly<Record<string, string>> = {
  dashboard: '/',
  orders: '/orders',
  stock: '/stock',
  'stock-take': '/stock/take',
  'stock-import': '/stock/import',
  matching: '/stock/matching',
  conflicts: '/conflicts',
  'dead-letters': '/dead-letters',
  connections: '/connections',
  'wizard-choose': '/wizard',
};
/** The demo sells its first orders, and both shops the same last unit. */
const BUSY_MS = 35_000;
const SETTLE_MS = 700;

const only = process.argv.slice(3);
const folder = process.argv[2] ?? join('dist', 'screens');
mkdirSync(folder, { recursive: true });
const syncflow = await startAsStranger();
const browser = await openChromium();
try {
  const entrance = await browser.newPage();
  await entrance.goto(syncflow.link);
  await entrance
    .getByText(/channels are in step|on the way|catching up/)
    .first()
    .waitFor();
  await wait(BUSY_MS);
  const wizard = await beginWizard(entrance);
  const addresses = { ...PAGES, ...wizard };
  const storageState = await entrance.context().storageState();
  for (const width of WIDTHS)
    for (const theme of THEMES) await take(browser, addresses, width, theme, storageState);
} finally {
  await browser.close();
  await syncflow.stop();
  await syncflow.clean();
}

async function beginWizard(page: Page): Promise<Record<string, string>> {
  const steps: Record<string, string> = {};
  for (const [name, title] of [
    ['stock', 'Low-stock alert'],
    ['orders', 'New-order alert'],
  ] as const) {
    await page.goto(`${syncflow.url}/wizard`);
    await page.getByRole('button', { name: `Set up: ${title}` }).click();
    await page.waitForURL('**/connect');
    const base = new URL(page.url()).pathname.replace(/\/connect$/, '');
    if (name === 'stock') steps['wizard-connect'] = `${base}/connect`;
    steps[`wizard-rules-${name}`] = `${base}/rules`;
    steps[`wizard-check-${name}`] = `${base}/check`;
  }
  return steps;
}

async function take(
  chromium: Browser,
  addresses: Readonly<Record<string, string>>,
  width: number,
  colorScheme: (typeof THEMES)[number],
  storageState: Awaited<ReturnType<ReturnType<Page['context']>['storageState']>>,
): Promise<void> {
  const context = await chromium.newContext({ viewport: { width, height: 900 }, colorScheme, storageState });
  const page = await context.newPage();
  for (const [name, address] of Object.entries(addresses)) {
    if (only.length > 0 && !only.includes(name)) continue;
    await page.goto(syncflow.url + address);
    await page.getByRole('heading').first().waitFor();
    // Charts are loaded when one has come so far.
    await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
    await wait(SETTLE_MS);
    await page.evaluate(() => scrollTo(0, 0));
    await page.screenshot({ path: join(folder, `${name}-${width}-${colorScheme}.png`), fullPage: true });
  }
  await context.close();
}
