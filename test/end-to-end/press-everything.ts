/** Presses every control of a page, and of what opens over it, as a person would who tries all of it. */
import type { Page } from 'playwright-core';

const PRESSES_MAX = 30;
const SETTLE_MS = 50;
/** Nothing was asked for so long: what the page shows is there. */
const QUIET_MS = 200;
const QUIET_TURNS_MAX = 40;

/** What a page wanted to change. Nothing is: each such request is answered with 409. */
export interface Wanted {
  readonly method: string;
  /** Below `/api/v1`. */
  readonly path: string;
}

/** Notes what the page wants to change, and lets none of it through. */
export async function heldBack(page: Page, wanted: (one: Wanted) => void): Promise<void> {
  page.on('dialog', (dialog) => void dialog.accept());
  await page.route('**/api/v1/**', async (route) => {
    const request = route.request();
    const [, path = ''] = new URL(request.url()).pathname.split('/api/v1');
    if (request.method() === 'GET' || path.startsWith('/session')) return await route.fallback();
    wanted({ method: request.method(), path });
    await route.fulfill({ status: 409, json: { title: 'Held back', status: 409, detail: 'Held back.' } });
  });
}

/** @param path is gone to within the page, as by a link. */
export async function pressEverything(page: Page, path: string): Promise<void> {
  const quiet = quietness(page);
  await page.evaluate((to) => {
    history.pushState({ key: to }, '', to);
    dispatchEvent(new PopStateEvent('popstate', { state: history.state }));
  }, path);
  await quiet();
  const pressed: string[] = [];
  for (let turn = 0; turn < PRESSES_MAX; turn += 1) {
    const { name, over } = await page.evaluate(markNext, pressed);
    if (name === null && !over) return;
    if (name === null) await page.keyboard.press('Escape');
    else {
      pressed.push(name);
      // What moved away meanwhile can't be pressed by anybody.
      await page
        .locator('[data-press]')
        .first()
        .click({ timeout: 800 })
        .catch(() => {});
    }
    await page.waitForTimeout(SETTLE_MS);
  }
}

/** Waits until what the page asked for has come, and nothing more is asked for. */
function quietness(page: Page): () => Promise<void> {
  let waiting = 0;
  const begun = () => {
    waiting += 1;
  };
  const ended = () => {
    waiting -= 1;
  };
  page.on('request', begun).on('requestfinished', ended).on('requestfailed', ended);
  return async () => {
    for (let turn = 0, still = 0; turn < QUIET_TURNS_MAX && still < 3; turn += 1) {
      await page.waitForTimeout(QUIET_MS / 2);
      still = waiting > 0 ? 0 : still + 1;
    }
    page.off('request', begun).off('requestfinished', ended).off('requestfailed', ended);
  };
}

/** Runs in the page: fills what is empty, and marks the next control on top that was not pressed yet. */
function markNext(pressed: readonly string[]): { readonly name: string | null; readonly over: boolean } {
  const overs = [...document.querySelectorAll('[role="menu"], [role="dialog"]')];
  const top = overs.at(-1) ?? document.querySelector('main');
  const put = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set;
  const fields = 'input:is([type="text"], [type="number"], :not([type])):not(:disabled):not([readonly])';
  for (const field of top?.querySelectorAll<HTMLInputElement>(fields) ?? []) {
    if (field.value !== '' || field.closest('search')) continue;
    put?.call(field, '1');
    field.dispatchEvent(new Event('input', { bubbles: true }));
  }
  for (const marked of document.querySelectorAll('[data-press]')) marked.removeAttribute('data-press');
  for (const one of top?.querySelectorAll('button:not(:disabled), summary, [role="menuitem"]') ?? []) {
    const name = `${overs.length} ${one.getAttribute('aria-label') ?? one.textContent}`;
    // What lies over the page is closed at last, by Escape.
    if (pressed.includes(name) || name.endsWith(' Close')) continue;
    one.setAttribute('data-press', '');
    return { name, over: overs.length > 0 };
  }
  return { name: null, over: overs.length > 0 };
}
