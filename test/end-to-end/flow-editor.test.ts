/** An agency at work in the flow editor, in a real Chromium, against the real processes. Takes the pictures of docs/agencies. */
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { openChromium } from './chromium.ts';
import { type StartedSyncFlow, startAsStranger } from './started-syncflow.ts';

jest.setTimeout(120_000);
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** With PICTURES=1 the pictures of the documentation are taken anew; else they go to a folder that nobody keeps. */
const PICTURES = process.env.PICTURES
  ? join(import.meta.dirname, '../../docs/agencies')
  : join(import.meta.dirname, '../../node_modules/.cache/pictures');
/** A trial begins with the start of its process. */
const TRIAL = { timeout: 60_000 };

let syncflow: StartedSyncFlow;
let browser: Browser;
let context: BrowserContext;
let page: Page;
const troubles: string[] = [];

beforeAll(async () => {
  mkdirSync(PICTURES, { recursive: true });
  syncflow = await startAsStranger();
  browser = await openChromium();
  context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    reducedMotion: 'reduce',
    bypassCSP: true,
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  page = await context.newPage();
  page.setDefaultTimeout(20_000);
  page.on('pageerror', (error) => troubles.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') troubles.push(`${message.text()} ${message.location().url}`);
  });
  page.on('dialog', (dialog) => void dialog.accept());
  await page.goto(syncflow.link);
  await page.getByRole('link', { name: 'Flows', exact: true }).first().waitFor();
});
afterAll(async () => {
  await browser?.close();
  await syncflow?.stop();
  await syncflow?.clean();
});

const api = async (path: string, method = 'GET', body?: object) => {
  const cookie = (await context.cookies()).find(({ name }) => name === 'syncflow');
  const response = await fetch(`${syncflow.url}/api/v1${path}`, {
    method,
    headers: {
      cookie: `${cookie?.name}=${cookie?.value}`,
      'x-syncflow': 'page',
      'content-type': 'application/json',
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return text === '' ? null : JSON.parse(text);
};
const picture = (name: string) => page.screenshot({ path: join(PICTURES, `${name}.png`) });
const card = (name: string): Locator => page.locator('.react-flow__node-card', { hasText: name }).first();
const flowId = () => new URL(page.url()).pathname.split('/').at(-1) ?? '';
const saved = () =>
  page
    .getByRole('status')
    .filter({ hasText: /^Saved$/ })
    .waitFor();
const port = (name: string, id: string) => card(name).locator(`.react-flow__handle[data-handleid="${id}"]`);
const middle = async (locator: Locator) => {
  const box = await locator.boundingBox();
  if (!box) throw new Error('it is not drawn');
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
};

/** Waits until so many wires are drawn. */
async function wires(n: number): Promise<void> {
  const drawn = page.locator('.react-flow__edge');
  for (let turn = 0; turn < 200 && (await drawn.count()) !== n; turn += 1) await page.waitForTimeout(50);
  expect(await drawn.count()).toBe(n);
}

/** Presses a key until it has come about, however slow the page is. */
async function pressUntil(key: string, come: () => Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 30; turn += 1) {
    if (await come()) return;
    await page.keyboard.press(key);
  }
  throw new Error(`${key} did not lead there`);
}
const hasFocus = (locator: Locator) => locator.evaluate((element) => element === document.activeElement);

/** Drags a wire by the mouse, as a hand does. */
async function wire(from: string, output: string, to: Locator): Promise<void> {
  const [start, end] = [await middle(port(from, output)), await middle(to)];
  await page.mouse.move(start.x, start.y);
  await page.mouse.down();
  await page.mouse.move((start.x + end.x) / 2, (start.y + end.y) / 2, { steps: 4 });
  await page.mouse.move(end.x, end.y, { steps: 4 });
  await page.mouse.up();
}

/** Drags a node out of the list, to a point of the canvas. */
async function drop(title: string, x: number, y: number): Promise<void> {
  const list = page.getByRole('region', { name: 'Nodes' });
  const canvas = page.locator('.react-flow').first();
  await list.getByRole('button', { name: title }).dragTo(canvas, { targetPosition: { x, y } });
  await page.locator('.react-flow__node-card:focus', { hasText: title }).waitFor();
  // Its settings stand open now; they leave their room to the canvas again.
  await page.keyboard.press('Escape');
}

/** Shows all of the flow, and waits until it stands still. */
async function fitAll(): Promise<void> {
  await page.getByRole('button', { name: 'Fit to the window' }).click();
  const look = () => page.locator('.react-flow__viewport').getAttribute('style');
  for (let before = await look(), turn = 0; turn < 20; turn += 1) {
    await page.waitForTimeout(100);
    const now = await look();
    if (now === before) return;
    before = now;
  }
}

async function newFlow(name: string): Promise<void> {
  await page.goto(`${syncflow.url}/flows`);
  await page.getByRole('button', { name: 'New flow' }).click();
  await page.getByText('What shall this flow do?').waitFor();
  await page.getByRole('textbox', { name: 'Name of the flow' }).fill(name);
}

/** All flows but this one rest, so that what happens next is its doing. */
async function alone(id: string): Promise<void> {
  for (const flow of (await api('/pipelines')) as { id: string; state: string; version: number }[])
    if (flow.id !== id && flow.state === 'running' && flow.version > 0)
      await api(`/pipelines/${flow.id}/pause`, 'POST', {});
}

/** Waits until orders of the demo's shops have gone through this flow, and both shops show what the ledger says. */
async function countsMove(id: string): Promise<void> {
  type Flow = { counts: Record<string, number> };
  const sum = async () =>
    Object.values(((await api(`/pipelines/${id}`)) as Flow).counts).reduce(
      (total, count) => total + count,
      0,
    );
  const before = await sum();
  for (let turn = 0; turn < 300; turn += 1) {
    if ((await sum()) >= before + 3) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('no order went through the flow that was built');
}

interface Run {
  readonly id: string;
  readonly subject: string;
  readonly messages: number;
  readonly nodes: readonly { readonly name: string; readonly done: number }[];
  readonly steps: readonly unknown[] | null;
}

/** The newest run of this flow that took in an order, whose steps were kept, and that no other run looks like. */
async function runOfAnOrder(flow: string): Promise<Run> {
  for (let turn = 0; turn < 60; turn += 1) {
    const { items } = (await api(`/executions?pipeline=${flow}&limit=30`)) as { items: Run[] };
    const like = (one: Run) => (run: Run) => run.subject === one.subject && run.messages === one.messages;
    for (const { id } of items.filter((one) => one.messages > 2 && items.filter(like(one)).length === 1)) {
      const run = (await api(`/executions/${encodeURIComponent(id)}`)) as Run;
      if (run.steps && run.nodes.some(({ name, done }) => name === 'Keep the order' && done > 0)) return run;
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error('no order has gone through this flow');
}

/** The wires of what is deployed, by the titles of their ends. */
async function deployedWires(id: string): Promise<string[]> {
  const { deployed } = (await api(`/pipelines/${id}/draft`)) as {
    deployed: {
      graph: { nodes: { id: string; type: string }[]; wires: { from: string; output: string; to: string }[] };
    };
  };
  const types = new Map(deployed.graph.nodes.map((node) => [node.id, node.type]));
  return deployed.graph.wires
    .map(({ from, output, to }) => `${types.get(from)} ${output} ${types.get(to)}`)
    .sort();
}

/** A setting of the deployed node of this type. */
async function settingOf(id: string, type: string, field: string): Promise<unknown> {
  const { deployed } = (await api(`/pipelines/${id}/draft`)) as {
    deployed: { graph: { nodes: { type: string; config: Record<string, unknown> }[] } };
  };
  return deployed.graph.nodes.find((node) => node.type === type)?.config[field];
}

const KEEP_IN_STEP = [
  'capture-order order commit-stock',
  'commit-stock levels publish-stock',
  'commit-stock short alert',
  'order-trigger order capture-order',
  'stock-trigger level publish-stock',
];

describe('“Keep stock in step” is built from an empty canvas', () => {
  test('by mouse: dragged, wired, set, deployed with a note; then sales move the counts', async () => {
    await newFlow('Built by mouse');
    await drop('When an order comes in', 140, 250);
    await drop('Capture order', 440, 250);
    await drop('Commit stock', 740, 250);
    await drop('When stock changes', 440, 420);
    await page.keyboard.press('Escape');
    await fitAll();
    // However long the list of nodes: it scrolls by itself, and leaves the page where it is.
    expect(await page.evaluate(() => document.documentElement.scrollHeight - innerHeight)).toBe(0);
    await wire('When an order comes in', 'order', port('Capture order', 'in'));
    await wire('Capture order', 'order', port('Commit stock', 'in'));
    // Dropped on empty ground, a wire offers what takes it.
    const ground = await middle(port('Commit stock', 'levels'));
    await page.mouse.move(ground.x, ground.y);
    await page.mouse.down();
    await page.mouse.move(ground.x + 60, ground.y - 120, { steps: 6 });
    await page.mouse.up();
    await page
      .getByRole('dialog')
      .getByRole('option', { name: /Publish stock/ })
      .click();
    await page.keyboard.press('Escape');
    await fitAll();
    await drop('Alert', 600, 560);
    await page.keyboard.press('Escape');
    await wire('Commit stock', 'short', port('Alert', 'in'));
    await wire('When stock changes', 'level', port('Publish stock', 'in'));
    await page.keyboard.press('Control+A');
    await page
      .getByRole('complementary', { name: 'Inspector' })
      .getByRole('button', { name: /Tidy up/ })
      .click();
    await page.keyboard.press('Escape');
    await fitAll();
    await card('When stock changes').click();
    await page.getByLabel('Changed by').selectOption('A person');
    await page.getByText('No problems').waitFor();
    await saved();
    await picture('flow-editor');
    await page.getByRole('button', { name: 'Deploy', exact: true }).click();
    await page.getByLabel('What did you change, and why?').fill('Built from nothing, by mouse');
    await picture('flow-deploy');
    const id = flowId();
    await alone(id);
    await page.getByRole('button', { name: 'Deploy now' }).click();
    await page.getByText('Version 1 runs now.').waitFor();
    expect(await deployedWires(id)).toEqual(KEEP_IN_STEP);
    expect(await settingOf(id, 'stock-trigger', 'by')).toBe('person');
    await countsMove(id);
    await page.locator('.react-flow__edge text').filter({ hasText: /^\d+$/ }).first().waitFor();
  });

  test('by keyboard alone, and nothing of it needs the mouse', async () => {
    await newFlow('Built by keyboard');
    await page.getByRole('textbox', { name: 'Name of the flow' }).press('Tab');
    const keys = page.keyboard;
    const pick = async (what: string) => {
      await page.getByRole('dialog').getByRole('combobox').waitFor();
      await keys.type(what);
      await keys.press('Enter');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    };
    await keys.press('a');
    await pick('when an order');
    // Each is put behind the chosen one, and wired where it fits.
    await keys.press('a');
    await pick('capture');
    await keys.press('a');
    await pick('commit');
    await keys.press('c');
    await pick('levels publish');
    await keys.press('Alt+ArrowLeft');
    await keys.press('c');
    await pick('short alert');
    await keys.press('Escape');
    await keys.press('a');
    await pick('when stock');
    await keys.press('c');
    await pick('publish');
    await keys.press('Enter');
    const by = page.getByLabel('Changed by');
    await by.waitFor();
    await pressUntil('Tab', () => hasFocus(by));
    await pressUntil('ArrowDown', async () => (await by.inputValue()) === 'person');
    await keys.press('Escape');
    await keys.press('Control+a');
    await keys.press('t');
    await keys.press('Escape');
    await keys.press('f');
    await page.getByText('No problems').waitFor();
    await saved();
    await keys.press('Control+Enter');
    await page.getByLabel('What did you change, and why?').waitFor();
    const id = flowId();
    await alone(id);
    const deploy = page.getByRole('button', { name: 'Deploy now' });
    await pressUntil('Tab', () => hasFocus(deploy));
    await keys.press('Enter');
    await page.getByText('Version 1 runs now.').waitFor();
    expect(await deployedWires(id)).toEqual(KEEP_IN_STEP);
    expect(await settingOf(id, 'stock-trigger', 'by')).toBe('person');
    await countsMove(id);
  });
});

describe('a wire that breaks a rule', () => {
  test('is refused with the reason, and what fits is put between at a click', async () => {
    await newFlow('Refusals');
    await drop('When an order comes in', 140, 250);
    await drop('Commit stock', 640, 420);
    await fitAll();
    await wire('When an order comes in', 'order', port('Commit stock', 'in'));
    const note = page.getByRole('alert').filter({ hasText: 'These don’t fit' });
    await note
      .getByText('"When an order comes in" sends Order, but "Commit stock" takes CapturedOrder.')
      .waitFor();
    await picture('flow-refused');
    expect(await page.locator('.react-flow__edge').count()).toBe(0);
    await note.getByRole('button', { name: 'Put “Capture order” between' }).click();
    await card('Capture order').waitFor();
    await wires(2);
    await page.getByText('No problems').waitFor();
    await page.keyboard.press('Control+z');
    await card('Capture order').waitFor({ state: 'detached' });
    await page.keyboard.press('Control+Shift+z');
    await card('Capture order').waitFor();
  });

  test('by keyboard is listed with its reason, and can’t be taken', async () => {
    await card('When an order comes in').click();
    await page.keyboard.press('c');
    const refused = page.getByRole('dialog').getByRole('option', { name: /sends Order, but/ });
    await refused.waitFor();
    expect(await refused.getAttribute('aria-disabled')).toBe('true');
    await page.keyboard.press('Escape');
  });
});

describe('the editor', () => {
  test('copies as Node-RED JSON, and pastes it into another flow with wires and settings', async () => {
    await page.keyboard.press('Control+a');
    await page.keyboard.press('Control+c');
    await page.getByText(/3 nodes copied/).waitFor();
    const text = await page.evaluate(() => navigator.clipboard.readText());
    expect((JSON.parse(text) as { type: string }[]).map(({ type }) => type)).toContain(
      'syncflow-capture-order',
    );
    await newFlow('Pasted');
    await page.getByRole('textbox', { name: 'Name of the flow' }).press('Tab');
    await page.keyboard.press('Control+v');
    await card('Capture order').waitFor();
    await wires(2);
    await saved();
    const { graph } = (await api(`/pipelines/${flowId()}/draft`)) as {
      graph: { nodes: object[]; wires: object[] };
    };
    expect([graph.nodes.length, graph.wires.length]).toEqual([3, 2]);
  });

  test('puts the work of two people together, and overwrites nothing', async () => {
    const id = flowId();
    const other = await context.newPage();
    await other.goto(page.url());
    await other.locator('.react-flow__node-card', { hasText: 'Capture order' }).click();
    await card('When an order comes in').click();
    // Each sees that the other is there, and where.
    await page
      .getByRole('list', { name: 'Also here' })
      .getByText(/, at “Capture order”$/)
      .waitFor();
    await other
      .getByRole('list', { name: 'Also here' })
      .getByText(/, at “When an order comes in”$/)
      .waitFor();
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Mine');
    await other.getByRole('textbox', { name: 'Name', exact: true }).fill('Theirs');
    await page.locator('.react-flow__node-card', { hasText: 'Theirs' }).waitFor();
    await other.locator('.react-flow__node-card', { hasText: 'Mine' }).waitFor();
    await other.close();
    await page.getByRole('list', { name: 'Also here' }).waitFor({ state: 'detached' });
    await saved();
    const { graph } = (await api(`/pipelines/${id}/draft`)) as { graph: { nodes: { name: string }[] } };
    expect(graph.nodes.map(({ name }) => name)).toEqual(expect.arrayContaining(['Mine', 'Theirs']));
  });

  test('restores a version', async () => {
    await page.goto(`${syncflow.url}/flows/demo-keep-stock-in-step`);
    await card('Tell all channels').click();
    await page.getByLabel('Keep back').fill('7');
    await page.getByText('Changed since the last deploy').waitFor();
    await card('Tell all channels').getByText('Keeps back 7 units').waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+Enter');
    await page.getByRole('dialog').getByText('Keep back').waitFor();
    await page.getByRole('button', { name: 'Deploy now' }).click();
    await page.getByText('Version 2 runs now.').waitFor();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'More', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Versions' }).click();
    await page.getByRole('button', { name: /Version 1/ }).click();
    await page.getByRole('button', { name: 'Restore' }).click();
    await page.getByText(/Your draft is version 1 again/).waitFor();
    await card('Tell all channels').getByText('All that is available').waitFor();
  });

  test('lays a run over the drawing, and steps through what it did', async () => {
    await page.goto(`${syncflow.url}/flows/demo-keep-stock-in-step?run=gone`);
    await card('Keep the order').waitFor();
    // What can't be fetched is said, and not passed over.
    await page.getByText(/^The run could not be fetched.*It may be older/).waitFor();
    const { subject, messages, steps } = await runOfAnOrder('demo-keep-stock-in-step');
    await page.keyboard.press('r');
    const field = page.getByRole('dialog').getByRole('combobox');
    await field.fill(subject);
    // Each order made a second run, for the levels that it changed: the messages tell which is which.
    const wanted = page.getByRole('option', { name: `${subject} ${messages} messages` });
    await wanted.waitFor();
    await pressUntil('ArrowDown', async () => (await wanted.getAttribute('aria-selected')) === 'true');
    await page.keyboard.press('Enter');
    const bar = page.getByRole('region', { name: 'A run of this flow' });
    await bar.getByText(`0 of ${steps?.length}`).waitFor();
    await card('When you correct stock').getByText('Not reached by this run').waitFor({ state: 'attached' });
    expect(
      await card('Keep the order')
        .getByText(/^[\d.,]+\s?(ms|s)$/)
        .count(),
    ).toBeGreaterThan(0);
    await page.keyboard.press(']');
    await page.keyboard.press(']');
    await bar.getByText(/^2 of/).waitFor();
    await page.getByRole('tab', { name: 'Messages' }).click();
    await page.getByText('Came in').first().waitFor();
    await picture('flow-run');
    await bar.getByRole('button', { name: 'Take the run away' }).click();
    await bar.waitFor({ state: 'detached' });
  });

  test('tries a change on what came in: which orders would be treated otherwise than by what is deployed', async () => {
    await page.goto(`${syncflow.url}/flows/demo-keep-stock-in-step`);
    await card('Keep the order').waitFor();
    await page.keyboard.press('y');
    const panel = page.getByRole('complementary', { name: 'Try' });
    await panel.getByLabel('On what?').selectOption('The last hour');
    await panel.getByRole('button', { name: 'Try it' }).click();
    // The draft is version 1 again, which keeps back nothing; version 2 runs, which keeps back 7.
    await panel.getByText(/^[1-9]\d* of \d+ orders would change\./).waitFor(TRIAL);
    await card('Tell all channels').click();
    await page.getByLabel('Keep back').fill('7');
    await panel.getByRole('button', { name: 'Try again' }).click();
    await panel.getByText(/^None of \d+ orders would be treated otherwise/).waitFor(TRIAL);
    await page.getByLabel('Keep back').fill('5');
    await panel.getByRole('button', { name: 'Try again' }).click();
    await panel.getByText(/^[1-9]\d* of \d+ orders would change\./).waitFor(TRIAL);
    await panel.getByRole('button', { name: 'Close' }).click();
    await panel.waitFor({ state: 'detached' });
  });

  test('completes an expression, shows what it says of an example, and says at its field that it is none', async () => {
    await newFlow('Expressions');
    await page.getByRole('textbox', { name: 'Name of the flow' }).press('Tab');
    for (const what of ['when stock', 'filter']) {
      await page.keyboard.press('a');
      await page.getByRole('dialog').getByRole('combobox').fill(what);
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    }
    const condition = page.getByLabel('Condition');
    await condition.fill('available <');
    await page
      .getByText(/is no expression/)
      .first()
      .waitFor();
    await condition.fill('');
    await condition.pressSequentially('ava');
    const offered = page.getByRole('option', { name: /^available/ });
    await offered.waitFor();
    expect(await condition.getAttribute('aria-controls')).toBe(
      await page.getByRole('listbox', { name: 'Suggestions' }).getAttribute('id'),
    );
    await page.evaluate(axe);
    const violations = await page.evaluate(async () => {
      const { axe: auditor } = globalThis as unknown as {
        axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
      };
      return (await auditor.run()).violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
    });
    expect(violations).toEqual([]);
    await page.keyboard.press('ArrowDown');
    expect(await condition.getAttribute('aria-activedescendant')).toBe(await offered.getAttribute('id'));
    await page.keyboard.press('Enter');
    await page.keyboard.type(' < 6 && gone');
    await page.getByText(/^Not for this message/).waitFor();
    for (let n = 0; n < ' && gone'.length; n += 1) await page.keyboard.press('Backspace');
    await page.getByText('for an example (StockLevel)').waitFor();
    expect(await condition.inputValue()).toBe('available < 6');
    expect(await page.getByText(/^Now:/).textContent()).toContain('true');
    await page.getByText('No problems').waitFor();
  });

  test('lists every command with its keys, and each can be reached without a mouse', async () => {
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    const sheet = page.getByRole('dialog');
    await sheet.getByText('Shortcuts').first().waitFor();
    const listed = await sheet.locator('dt').allTextContents();
    await page.keyboard.press('Escape');
    await sheet.waitFor({ state: 'detached' });
    await page.keyboard.press('Control+a');
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog').getByRole('combobox').waitFor();
    const offered = await page.getByRole('option').allTextContents();
    const missing = listed.filter(
      (title) => title !== 'Commands' && !offered.some((text) => text.includes(title)),
    );
    // Those that have nothing to be done to at this moment are not offered.
    const idle = ['Undo', 'Redo', 'Next step of the run', 'Step before'];
    expect(missing.filter((title) => !idle.includes(title))).toEqual([]);
    expect(listed.length).toBeGreaterThan(20);
    await page.keyboard.press('Escape');
  });

  test.each(['light', 'dark'] as const)(
    'has nothing that axe minds, in %s: canvas, outline, sheets and lists',
    async (colorScheme) => {
      await page.emulateMedia({ colorScheme });
      const audit = async (where: string) => {
        // What fades is judged by the colours that it comes to.
        await page.evaluate(async () => {
          const ending = document
            .getAnimations()
            .filter(({ effect }) => effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY);
          await Promise.allSettled(ending.map(({ finished }) => finished));
        });
        await page.evaluate(axe);
        const violations = await page.evaluate(async () => {
          const { axe: auditor } = globalThis as unknown as {
            axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
          };
          return (await auditor.run()).violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
        });
        expect({ where, violations }).toEqual({ where, violations: [] });
      };
      await page.goto(`${syncflow.url}/flows/demo-keep-stock-in-step`);
      await card('Warn: not enough').click();
      await page.getByLabel('How urgent').waitFor();
      await audit('inspector');
      for (const [key, where] of [
        ['c', 'connect'],
        ['Control+k', 'commands'],
        ['?', 'shortcuts'],
        ['Control+Enter', 'deploy'],
      ] as const) {
        await page.keyboard.press(key);
        await page.getByRole('dialog').waitFor();
        await audit(where);
        await page.keyboard.press('Escape');
        await page.getByRole('dialog').waitFor({ state: 'detached' });
        await card('Warn: not enough').click();
      }
      await page.keyboard.press('y');
      const panel = page.getByRole('complementary', { name: 'Try' });
      await panel.getByRole('button', { name: 'Try it' }).click();
      await panel.getByText('What would be done').waitFor(TRIAL);
      await audit('try');
      await page.goto(`${syncflow.url}/flows/demo-keep-stock-in-step?view=outline`);
      await page.getByRole('table').waitFor();
      await audit('outline');
    },
  );

  test('made no error in the browser', () => {
    // The one who saves second is answered with 409: that is how the editor learns of the other's change. A failing test: 412.
    expect(troubles.filter((text) => !/409|412|404.*executions\/gone$/.test(text))).toEqual([]);
  });
});
