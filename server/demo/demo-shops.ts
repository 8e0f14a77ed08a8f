/** The two sandbox shops of the demo, in a process of their own. */
import { type ChildProcess, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Sandbox } from '#nodes/kit/sandbox.ts';
import { compileCacheOf } from '../compile-cache.ts';
import { SAMPLE_ORDERS } from '../sample-orders/sample-file.ts';

const CLOSE_MS_MAX = 5_000;

type Accounts = Readonly<Record<'shopify' | 'woocommerce', Sandbox['account']>>;

export interface DemoShops {
  /** Where they are reached. */
  readonly accounts: Accounts;
  /** Lets the customers in. */
  letCustomersIn(): void;
  close(): Promise<void>;
}

const folderOf = (dataDir: string) => join(dataDir, 'sandbox-shops');

/** Whether there are shops of an earlier start: runners look for them as soon as they begin. */
export const haveShops = (dataDir: string): boolean => existsSync(folderOf(dataDir));

/** Opens the shops, with what they sold at earlier starts. @throws {Error} when they can't be opened. */
export async function openDemoShops(dataDir: string): Promise<DemoShops> {
  const child = fork(join(import.meta.dirname, 'shops-process.ts'), [], {
    env: {
      PATH: process.env.PATH ?? '',
      NODE_COMPILE_CACHE: compileCacheOf(dataDir),
      SHOPS_DIR: folderOf(dataDir),
      ORDERS_FILE: SAMPLE_ORDERS,
    },
    serialization: 'advanced',
  });
  const accounts = await new Promise<Accounts>((resolve, reject) => {
    child.once('message', (message) => resolve(message as Accounts));
    child.once('exit', (code) =>
      reject(new Error(`the sandbox shops could not be opened (exit code ${code})`)),
    );
  });
  return {
    accounts,
    letCustomersIn: () => {
      child.send('open');
    },
    close: () => close(child),
  };
}

async function close(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.send('close', () => {});
  const kill = setTimeout(() => child.kill('SIGKILL'), CLOSE_MS_MAX);
  await closed;
  clearTimeout(kill);
}
