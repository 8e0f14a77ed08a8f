/** The demo: a client with two sandbox shops, a catalogue, and a stream of real orders. */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { Sandbox } from '#nodes/kit/sandbox.ts';
import { ClientId, ConnectionId } from '#runtime/ids.ts';
import { captureOrders } from '#templates/capture-orders.ts';
import { fillIn } from '#templates/define-template.ts';
import { keepStockInStep } from '#templates/keep-stock-in-step.ts';
import { lowStockAlert } from '#templates/low-stock-alert.ts';
import { compileCacheOf } from '../compile-cache.ts';
import { SAMPLE_ORDERS } from '../sample-orders/sample-file.ts';
import type { SyncFlow } from '../syncflow.ts';
import { startDeliveries } from './deliveries.ts';
import { type ShopToConnect, setUpShops, subscribeShops } from './set-up-shops.ts';

export const DEMO_CLIENT = { id: ClientId.parse('demo'), name: 'Harbour Gifts', demo: true } as const;
const CLOSE_MS_MAX = 5_000;

type Accounts = Readonly<Record<'shopify' | 'woocommerce', Sandbox['account']>>;

export interface Demo {
  stop(): Promise<void>;
}

/** Starts the shops in a process of their own, connects them, and lets the customers in. */
export async function startDemo(syncflow: SyncFlow, dataDir: string): Promise<Demo> {
  const child = fork(join(import.meta.dirname, 'shops-process.ts'), [], {
    env: {
      PATH: process.env.PATH ?? '',
      NODE_COMPILE_CACHE: compileCacheOf(dataDir),
      SHOPS_DIR: join(dataDir, 'sandbox-shops'),
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
  const shops: readonly ShopToConnect[] = [
    {
      id: ConnectionId.parse('demo-shopify'),
      name: 'Harbour Gifts',
      channel: 'shopify',
      countingAuthority: true,
      account: accounts.shopify,
    },
    {
      id: ConnectionId.parse('demo-woocommerce'),
      name: 'Harbour Outlet',
      channel: 'woocommerce',
      countingAuthority: false,
      account: accounts.woocommerce,
    },
  ];
  const flows = [keepStockInStep, captureOrders, lowStockAlert].map((template) => fillIn(template, {}));
  await setUpShops(syncflow, DEMO_CLIENT, shops, flows);
  syncflow.reload(DEMO_CLIENT.id);
  await subscribeShops(syncflow, shops);
  child.send('open');
  const stopDeliveries = startDeliveries(syncflow, DEMO_CLIENT.id);
  return {
    stop: async () => {
      stopDeliveries();
      await closeShops(child);
    },
  };
}

async function closeShops(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.send('close', () => {});
  const kill = setTimeout(() => child.kill('SIGKILL'), CLOSE_MS_MAX);
  await closed;
  clearTimeout(kill);
}
