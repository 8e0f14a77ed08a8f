/** A real Chromium: the machine's own if there is one, else the one inside @sparticuz/chromium. */
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const INSTALLED = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];
const FLAGS = [
  // In a container, where tests often run as root, Chromium's own sandbox can't start.
  '--no-sandbox',
  '--disable-dev-shm-usage',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/** @throws {Error} with a sentence that says what to install when no Chromium can run here. */
export async function openChromium(): Promise<Browser> {
  const installed = INSTALLED.find((path) => path && existsSync(path));
  try {
    if (installed) return await chromium.launch({ executablePath: installed, args: FLAGS });
    const { default: packed } = await import('@sparticuz/chromium');
    return await chromium.launch({
      executablePath: await packed.executablePath(),
      args: FLAGS,
    });
  } catch (cause) {
    throw new Error(
      'No Chromium could be started for the browser tests. Install one (Debian: apt install chromium), or name it with CHROMIUM_PATH.',
      { cause },
    );
  }
}
