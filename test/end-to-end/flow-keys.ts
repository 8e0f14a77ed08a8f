/** Every command of the flow editor by its keys, as the page itself lists them: each is pressed, and what comes of it is seen. */
import { expect } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';

/** What the keys of the list of shortcuts are called by Playwright. */
const KEYS: Readonly<Record<string, string>> = {
  Ctrl: 'Control',
  Del: 'Delete',
  '↑': 'ArrowUp',
  '↓': 'ArrowDown',
  '←': 'ArrowLeft',
  '→': 'ArrowRight',
};
const keyOf = (sign: string): string => KEYS[sign] ?? (sign.length === 1 ? sign.toLowerCase() : sign);

/** The combinations of each command, by its title, from the list of shortcuts. */
export async function listedKeys(page: Page): Promise<ReadonlyMap<string, readonly string[]>> {
  await page.keyboard.press('?');
  const sheet = page.getByRole('dialog');
  await sheet.locator('dt').first().waitFor();
  const listed = await sheet.locator('dl > div').evaluateAll((rows) =>
    rows.map((row) => ({
      title: row.querySelector('dt')?.textContent ?? '',
      keys: [...row.querySelectorAll('dd > span')].map((keys) =>
        [...keys.querySelectorAll('kbd')].map((key) => key.textContent ?? ''),
      ),
    })),
  );
  await page.keyboard.press('Escape');
  await sheet.waitFor({ state: 'detached' });
  return new Map(listed.map(({ title, keys }) => [title, keys.map((signs) => signs.map(keyOf).join('+'))]));
}

/** Those that have no key: the list of commands (Ctrl K) leads to them. */
export async function listedWithoutKeys(page: Page, keyed: readonly string[]): Promise<readonly string[]> {
  await page.keyboard.press('Control+k');
  const field = page.getByRole('dialog').getByRole('combobox');
  await field.waitFor();
  const titles = await page
    .getByRole('option')
    .evaluateAll((options) =>
      options.map((option) => option.querySelector('span > span')?.textContent ?? ''),
    );
  await page.keyboard.press('Escape');
  await field.waitFor({ state: 'detached' });
  return titles.filter((title) => !title.startsWith('Add a node: ') && !keyed.includes(title));
}

/** Presses what is listed for a command, and keeps account of what has been pressed. */
export class KeyWalk {
  readonly page: Page;
  readonly #keys: ReadonlyMap<string, readonly string[]>;
  readonly #pressed = new Set<string>();

  constructor(page: Page, keys: ReadonlyMap<string, readonly string[]>) {
    this.page = page;
    this.#keys = keys;
  }

  /** @param which of several combinations. */
  async press(title: string, which = 0): Promise<void> {
    const combination = this.#keys.get(title)?.[which];
    if (combination === undefined) throw new Error(`no key is listed for “${title}”`);
    this.#pressed.add(`${title}: ${combination}`);
    await this.page.keyboard.press(combination);
  }

  /** What is listed and was not pressed. */
  left(): readonly string[] {
    return [...this.#keys]
      .flatMap(([title, combinations]) => combinations.map((combination) => `${title}: ${combination}`))
      .filter((one) => !this.#pressed.has(one));
  }
}

/** Waits until it is so; says what it was at last when it does not come about. */
export async function becomes<Value>(what: string, look: () => Promise<Value>, wanted: Value): Promise<void> {
  let seen = await look();
  for (let turn = 0; turn < 200 && JSON.stringify(seen) !== JSON.stringify(wanted); turn += 1) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    seen = await look();
  }
  expect({ [what]: seen }).toEqual({ [what]: wanted });
}

/** Presses a key until it has come about, however slow the page is. */
export async function pressUntil(page: Page, key: string, come: () => Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 30; turn += 1) {
    if (await come()) return;
    await page.keyboard.press(key);
  }
  throw new Error(`${key} did not lead there`);
}

export const hasFocus = (locator: Locator): Promise<boolean> =>
  locator.evaluate((element) => element === document.activeElement);

const drawn = (page: Page, kind: string): Locator => page.locator(`.react-flow__node-${kind}`);

/** The lists and sheets that a key opens over the page. */
const OVER_THE_PAGE = ['Show a run on the canvas', 'Commands', 'Find in this flow', 'Shortcuts', 'Deploy'];

/** Goes through all that can be done to a flow; begins on an empty one whose canvas has the keys. */
export async function walkFlow(walk: KeyWalk): Promise<void> {
  const { page } = walk;
  const keys = page.keyboard;
  const dialog = page.getByRole('dialog');
  const closed = () => dialog.waitFor({ state: 'detached' });
  const cards = (n: number) => becomes('cards', () => drawn(page, 'card').count(), n);
  const notes = (n: number) => becomes('notes', () => drawn(page, 'note').count(), n);
  const chosen = (names: RegExp) =>
    page.locator('.react-flow__node-card.selected', { hasText: names }).waitFor();
  /** At how many different places the cards stand, across or down. */
  const places = (n: number, axis: 'x' | 'y') =>
    becomes(
      `places along ${axis}`,
      () =>
        drawn(page, 'card').evaluateAll(
          (all, of) =>
            new Set(
              all.map((card) => new DOMMatrix(getComputedStyle(card).transform)[of === 'x' ? 'e' : 'f']),
            ).size,
          axis,
        ),
      n,
    );
  const pick = async (what: string) => {
    await dialog.getByRole('combobox').fill(what);
    await keys.press('Enter');
    await closed();
  };

  for (const what of ['when an order comes', 'capture', 'commit', 'publish']) {
    await walk.press('Add a node');
    await pick(what);
  }
  await cards(4);
  await walk.press('Along the wires, back');
  await chosen(/Commit stock/);
  await walk.press('Connect the chosen node');
  await pick('short alert');
  await cards(5);
  await walk.press('Along the wires, back');
  await chosen(/Commit stock/);
  await walk.press('Along the wires, forward');
  await chosen(/Publish stock|Alert/);
  const first = await page.locator('.react-flow__node-card.selected').getAttribute('data-id');
  await walk.press('To the next branch');
  await page.locator(`.react-flow__node-card.selected:not([data-id="${first}"])`).waitFor();

  await walk.press('Add a note');
  await notes(1);
  await walk.press('Undo');
  await notes(0);
  await walk.press('Redo');
  await notes(1);
  await walk.press('Undo');
  await notes(0);
  await walk.press('Redo', 1);
  await notes(1);

  await walk.press('Choose everything');
  await page.getByText('5 nodes chosen').waitFor();
  await walk.press('Align at the left');
  await places(1, 'x');
  await walk.press('Spread from left to right');
  await places(5, 'x');
  await walk.press('Align at the top');
  await places(1, 'y');
  await walk.press('Spread from top to bottom');
  await places(5, 'y');
  await walk.press('Tidy up');
  await places(4, 'x');
  await walk.press('Put a frame around them');
  await becomes('frames', () => drawn(page, 'frame').count(), 1);
  await walk.press('Take the frame away');
  await becomes('frames', () => drawn(page, 'frame').count(), 0);
  const off = (n: number) =>
    becomes('switched off', () => page.locator('.flow-card.border-dashed').count(), n);
  await walk.press('Switch off, or on again');
  await off(5);
  await walk.press('Switch off, or on again');
  await off(0);

  await walk.press('Copy');
  await page.getByText(/nodes copied/).waitFor();
  await walk.press('Paste');
  await cards(10);
  await walk.press('Cut');
  await cards(5);
  await walk.press('Paste');
  await cards(10);
  await walk.press('Remove what is chosen');
  await cards(5);
  await walk.press('Choose everything');
  await walk.press('Duplicate');
  await cards(10);
  await walk.press('Remove what is chosen', 1);
  await cards(5);

  const pane = page.locator('.react-flow__viewport');
  const before = await pane.getAttribute('style');
  await page.getByRole('button', { name: 'Zoom in' }).press('Enter');
  await becomes('zoomed', async () => (await pane.getAttribute('style')) !== before, true);
  await walk.press('Show all of it');
  const canvas = await page.locator('.react-flow').first().boundingBox();
  const inSight = async () => {
    const boxes = await Promise.all((await drawn(page, 'card').all()).map((card) => card.boundingBox()));
    return boxes.every(
      (box) => box && canvas && box.x >= canvas.x && box.x + box.width <= canvas.x + canvas.width,
    );
  };
  await becomes('all in sight', inSight, true);
  await walk.press('Between drawing and outline');
  await page.getByRole('table').waitFor();
  await walk.press('Between drawing and outline');
  await drawn(page, 'card').first().waitFor();
  for (const title of OVER_THE_PAGE) {
    await walk.press(title);
    await dialog.waitFor();
    await keys.press('Escape');
    await closed();
  }

  // What could not be saved is tried again after four seconds; by its key, at once.
  await page
    .getByRole('status')
    .filter({ hasText: /^Saved$/ })
    .waitFor();
  let refused = false;
  await page.route('**/draft', async (route) => {
    if (refused || route.request().method() !== 'PUT') return await route.fallback();
    refused = true;
    await route.fulfill({ status: 412, body: '{}' });
  });
  await walk.press('Add a note');
  await page.getByText('Not saved: trying again').waitFor();
  const sent = page.waitForRequest((request) => request.method() === 'PUT', { timeout: 2_500 });
  await walk.press('Save now');
  await sent;
  await page.unroute('**/draft');
  await keys.press('Escape');

  const panel = page.getByRole('complementary', { name: 'Try' });
  await walk.press('Try');
  await panel.locator(':focus').waitFor();
  await keys.press('Escape');
  await panel.waitFor({ state: 'detached' });
  await walk.press('Find in this flow');
  await pick('capture');
  // It takes the focus with the next frame: not from what the next key opens.
  await page.locator('.react-flow__node:focus', { hasText: /Capture order/ }).waitFor();
  await walk.press('Try up to here');
  await panel.locator(':focus').waitFor();
  expect(await panel.getByRole('checkbox', { name: /Capture order/ }).isChecked()).toBe(true);
  await keys.press('Escape');
  await panel.waitFor({ state: 'detached' });

  await walk.press('Search nodes');
  await becomes(
    'the search has the keys',
    () => page.evaluate(() => document.activeElement?.id),
    'palette-search',
  );
}

/** What each command that has no key leads to. */
export const WITHOUT_KEYS: Readonly<Record<string, (page: Page) => Promise<unknown>>> = {
  Versions: (page) => page.getByRole('dialog', { name: 'Versions' }).waitFor(),
  'Import Node-RED JSON': (page) => page.getByRole('dialog', { name: 'Import' }).waitFor(),
  'Export as Node-RED JSON': (page) => page.getByText('The flow was saved as a file.').waitFor(),
};
