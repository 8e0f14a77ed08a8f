/**
 * Pictures of every page, in light and dark, at the widths of a phone, a tablet and a desk:
 * `npm run screens [FOLDER [PICTURE…]]`. Nothing fails by what they show: a person looks at them.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { openChromium } from '../end-to-end/chromium.ts';
import { startAsStranger } from '../end-to-end/started-syncflow.ts';
import { BUSY_PAGES, EMPTY_PAGES } from './pages.ts';
import { type Seeded, seed } from './seed.ts';

const WIDTHS = [360, 768, 1440];
const HEIGHT = 900;
const THEMES = ['light', 'dark'] as const;
/** The demo sells its first orders, and both shops the same last unit. */
const BUSY_MS = 35_000;
const SETTLE_MS = 400;
/** A page that shows nothing by then is worth a picture too. */
const CONTENT_MS = 5_000;

type State = Awaited<ReturnType<ReturnType<Page['context']>['storageState']>>;

const [folder = join('dist', 'screens'), ...only] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const syncflow = await startAsStranger();
const browser = await openChromium();
let seeded: Seeded | undefined;
try {
  const entrance = await browser.newPage();
  await entrance.goto(syncflow.link);
  await entrance.getByText('Orders today').first().waitFor();
  seeded = await seed(entrance.request, syncflow.url);
  await wait(BUSY_MS);
  const wanted = Object.entries({
    'choose-client': '/',
    ...under('demo', BUSY_PAGES),
    ...(await sheets(entrance)),
    ...seeded.pages,
    ...(await nothingYet(entrance)),
  }).filter(([name]) => only.length === 0 || only.includes(name));
  const storageState = await entrance.context().storageState();
  for (const width of WIDTHS)
    for (const theme of THEMES) {
      await take(browser, wanted, width, theme, storageState);
      if (only.length === 0 || only.includes('sign-in'))
        await take(browser, [['sign-in', '/']], width, theme);
    }
} finally {
  await browser.close();
  await seeded?.close();
  await syncflow.stop();
  await syncflow.clean();
}

/** What opens above a list: the address of the first row's sheet. */
async function sheets(page: Page): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const [name, list, row] of [
    ['order', '/orders', 'a[href*="/orders/"]'],
    ['why', '/stock', 'a[href*="/stock/why/"]'],
    ['execution', '/executions', 'a[href*="/executions/"]'],
  ] as const) {
    await page.goto(`${syncflow.url}/clients/demo${list}`);
    const link = page.locator(`main ${row}`).first();
    await link.waitFor({ state: 'attached' });
    found[name] = (await link.getAttribute('href')) ?? list;
  }
  return found;
}

/** Whoever has several clients has the client in the address. */
function under(client: string, pages: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(pages).map(([name, address]) => [name, `/clients/${client}${address}`]),
  );
}

async function nothingYet(page: Page): Promise<Record<string, string>> {
  const response = await page.request.post(`${syncflow.url}/api/v1/clients`, {
    headers: { 'x-syncflow': 'page' },
    data: { name: 'Nothing yet' },
  });
  const { id } = (await response.json()) as { readonly id: string };
  return under(id, EMPTY_PAGES);
}

async function take(
  chromium: Browser,
  addresses: readonly (readonly [string, string])[],
  width: number,
  colorScheme: (typeof THEMES)[number],
  storageState?: State,
): Promise<void> {
  const context = await chromium.newContext({
    viewport: { width, height: HEIGHT },
    colorScheme,
    reducedMotion: 'reduce',
    ...(storageState && { storageState }),
  });
  const page = await context.newPage();
  for (const [name, address] of addresses) {
    await page.goto(syncflow.url + address);
    await page
      .getByRole('heading')
      .first()
      .waitFor({ timeout: CONTENT_MS })
      .catch(() => {});
    // Charts are loaded when one has come so far.
    await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
    await wait(SETTLE_MS);
    await page.evaluate(() => scrollTo(0, 0));
    await page.screenshot({ path: join(folder, `${name}-${width}-${colorScheme}.png`), fullPage: true });
  }
  await context.close();
}
