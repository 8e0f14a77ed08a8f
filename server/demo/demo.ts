/** The demo: a client with two sandbox shops, a catalogue, and a stream of real orders. */
import { ClientId, ConnectionId } from '#runtime/ids.ts';
import { captureOrders } from '#templates/capture-orders.ts';
import { fillIn } from '#templates/define-template.ts';
import { keepStockInStep } from '#templates/keep-stock-in-step.ts';
import { lowStockAlert } from '#templates/low-stock-alert.ts';
import type { SyncFlow } from '../syncflow.ts';
import { startDeliveries } from './deliveries.ts';
import type { DemoShops } from './demo-shops.ts';
import { type ShopToConnect, setUpShops, subscribeShops } from './set-up-shops.ts';

export const DEMO_CLIENT = { id: ClientId.parse('demo'), name: 'Harbour Gifts', demo: true } as const;

export interface Demo {
  stop(): Promise<void>;
}

/** Connects the shops, and lets the customers in. */
export async function startDemo(syncflow: SyncFlow, open: DemoShops): Promise<Demo> {
  const { accounts } = open;
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
  open.letCustomersIn();
  const stopDeliveries = startDeliveries(syncflow, DEMO_CLIENT.id);
  return {
    stop: async () => {
      stopDeliveries();
      await open.close();
    },
  };
}
