import { startAsStranger } from './started-syncflow.ts';
import { openChromium } from './chromium.ts';
const syncflow = await startAsStranger();
const browser = await openChromium();
const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
const page = await context.newPage();
await page.goto(syncflow.link);
await page.waitForTimeout(1500);
await page.goto(syncflow.url + '/conflicts');
await page.getByText(/Regency cakestand/).first().waitFor({ timeout: 90_000 });
const storageState = await context.storageState();
for (const colorScheme of ['light', 'dark'] as const) for (const width of [390, 1280]) {
  const c = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, storageState });
  const tab = await c.newPage();
  await tab.route('**/api/v1/conflicts?*', async (route: any) => {
    const response = await route.fetch();
    const json = await response.json();
    for (const row of json.items) row.choices.splice(1, 0, { id: 'cancel:order', send: {}, title: 'Cancel the order in Harbour Outlet', effect: 'Asks Harbour Outlet to cancel the whole order, to pay the money back and to tell the customer.', final: true });
    await route.fulfill({ response, json });
  });
  await tab.route('**/api/v1/policy', async (route: any) => {
    const response = await route.fetch();
    const json = await response.json();
    json.locations = ['berlin', 'main', 'rome'];
    await route.fulfill({ response, json });
  });
  await tab.goto(syncflow.url + '/conflicts');
  await tab.waitForTimeout(1500);
  await tab.getByRole('button', { name: /^Cancel the order/ }).click();
  await tab.waitForTimeout(400);
  await tab.screenshot({ path: `/tmp/shots/asked-${colorScheme}-${width}.png`, fullPage: width < 500 });
  await tab.getByRole('button', { name: 'Change the rules' }).click();
  await tab.waitForTimeout(600);
  await tab.screenshot({ path: `/tmp/shots/rules-${colorScheme}-${width}.png` });
  await c.close();
}
await browser.close();
await syncflow.stop();
await syncflow.clean();
console.info('shot');
