/** Frame times of the flow editor with 500 nodes and 800 wires, in a headless Chromium. */
import type { Page } from 'playwright-core';
import { openChromium } from '../../end-to-end/chromium.ts';
import { startAsStranger } from '../../end-to-end/started-syncflow.ts';

const NODES = 500;
const WIRES = 800;
const COLUMNS = 25;
const STEPS = 120;
/** A frame that is longer has missed a turn of a screen that shows sixty a second. */
const TURN_MS = 17.5;
const LIMITS = { medianMs: 16.7, p95Ms: 33, openMs: 1_500 };

/** A trigger and many splits of stock levels, each wired to the next and some beyond it. */
function largeFlow() {
  const nodes = Array.from({ length: NODES }, (_, index) => ({
    id: `n${index}`,
    type: index === 0 ? 'stock-trigger' : 'low-stock',
    name: `Node ${index}`,
    config: {},
    x: (index % COLUMNS) * 344,
    y: Math.floor(index / COLUMNS) * 120,
  }));
  const outputOf = (index: number, second: boolean) => (index === 0 ? 'level' : second ? 'enough' : 'low');
  const wires = Array.from({ length: WIRES }, (_, index) => {
    const second = index >= NODES - 1;
    const from = second ? 1 + (index - NODES + 1) : index;
    return { from: `n${from}`, output: outputOf(from, second), to: `n${from + (second ? 2 : 1)}` };
  });
  return { nodes, wires };
}

/** Milliseconds between frames while something is done. */
async function framesDuring(page: Page, act: () => Promise<void>): Promise<number[]> {
  await page.evaluate(() => {
    const frames: number[] = [];
    Object.assign(globalThis, { frames });
    const tick = (now: number) => {
      frames.push(now);
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  });
  await act();
  const at = await page.evaluate(() => (globalThis as unknown as { frames: number[] }).frames.splice(0));
  return at.slice(1).map((now, index) => now - (at[index] ?? now));
}

const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;

const syncflow = await startAsStranger();
const browser = await openChromium();
try {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.goto(syncflow.link);
  await page.getByRole('link', { name: 'Flows', exact: true }).first().waitFor();
  const id = await page.evaluate(async (graph) => {
    const send = async (path: string, method: string, body: object) => {
      const headers = { 'x-syncflow': 'page', 'content-type': 'application/json' };
      return await fetch(`/api/v1${path}`, { method, headers, body: JSON.stringify(body) });
    };
    const made = (await (await send('/pipelines', 'POST', { name: 'Large' })).json()) as { id: string };
    await send(`/pipelines/${made.id}/draft`, 'PUT', { revision: 0, name: 'Large', graph });
    return made.id;
  }, largeFlow());

  const began = performance.now();
  await page.goto(`${syncflow.url}/flows/${id}?view=drawing`, { waitUntil: 'commit' });
  await page.locator('.react-flow__node-card').first().waitFor();
  const openMs = performance.now() - began;

  const move = async (x: number, y: number) => {
    await page.mouse.move(x, y);
    await page.mouse.down();
    for (let step = 0; step < STEPS; step += 1)
      await page.mouse.move(x + Math.sin(step / 12) * 160, y + (step / STEPS) * 160);
    await page.mouse.up();
  };
  /** The third card of those that are drawn: there is ground beside it. */
  const card = async () => {
    const box = await page.locator('.react-flow__node-card').nth(2).boundingBox();
    if (!box) throw new Error('no card is drawn');
    return box;
  };
  const both = async () => {
    const { x, y, width, height } = await card();
    const drag = await framesDuring(page, () => move(x + width / 2, y + height / 2));
    await page.keyboard.press('Escape');
    return { drag, pan: await framesDuring(page, () => move(x + width / 2, y - height / 4)) };
  };
  // As it opens, and with all of it in sight.
  const near = await both();
  await page.getByRole('button', { name: 'Fit to the window' }).click();
  await page.waitForTimeout(1_500);
  const far = await both();
  const results = {
    drag: near.drag,
    pan: near.pan,
    'drag, all in sight': far.drag,
    'pan, all in sight': far.pan,
  };
  let missed = openMs > LIMITS.openMs;
  process.stdout.write(`open  ${openMs.toFixed(0)} ms\n`);
  for (const [name, frames] of Object.entries(results)) {
    const sorted = frames.sort((a, b) => a - b);
    const late = frames.filter((ms) => ms > TURN_MS).length;
    const [median, p95] = [quantile(sorted, 0.5), quantile(sorted, 0.95)];
    missed ||= median > LIMITS.medianMs + 0.1 || p95 > LIMITS.p95Ms;
    process.stdout.write(
      `${name.padEnd(18)} median ${median.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms, ${late} of ${sorted.length} frames late\n`,
    );
  }
  process.exitCode = missed ? 1 : 0;
} finally {
  await browser.close();
  await syncflow.stop();
  await syncflow.clean();
}
