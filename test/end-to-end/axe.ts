/** What axe finds on a page that is open in a browser. The page needs a context with `bypassCSP`: axe is put into it. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const script = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Axe {
  run(options: {
    readonly resultTypes: readonly string[];
  }): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
}

/** @returns a line for each rule that is broken, with the first element that breaks it. */
async function violationsOn(page: Page): Promise<string[]> {
  // A page that was judged before has it still.
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(script);
  return await page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: Axe };
    // All rules are tried; what keeps them is not described at length, which takes time and nobody reads.
    const { violations } = await axe.run({ resultTypes: ['violations'] });
    return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
  });
}

/** In dark and in light: a line for each rule that is broken, with the first element that breaks it. The page is light afterwards. */
export async function violationsInBothThemes(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    for (const violation of await violationsOn(page)) found.push(`${colorScheme}: ${violation}`);
  }
  return found;
}
