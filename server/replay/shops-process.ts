/** Entry of the process with the replay's two sandbox shops and their customers. */
import { z } from 'zod';
import { openShopifySandbox } from '#nodes/shopify/sandbox/sandbox.ts';
import { openWooCommerceSandbox } from '#nodes/woocommerce/sandbox/sandbox.ts';
import { readInvoices } from '../sample-orders/read-invoices.ts';
import { LagWatch } from './lag-watch.ts';
import type { FromShops, ToShops } from './messages.ts';
import { openingStock } from './opening-stock.ts';
import { placeSteps } from './place-steps.ts';
import { planReplay } from './plan.ts';

const Environment = z.object({
  ORDERS_FILE: z.string().min(1),
  INVOICES_MAX: z.coerce.number<string>().int().min(1),
});
const { ORDERS_FILE, INVOICES_MAX } = Environment.parse(process.env);
const PROGRESS_MS = 200;

const plan = await planReplay(readInvoices(ORDERS_FILE), INVOICES_MAX);
const opening = openingStock(plan);
const shops = [
  // A year in minutes: no shop sells so fast on the smallest plan, so this one has the limits of Plus.
  await openShopifySandbox({
    shopName: 'Replay',
    currency: 'GBP',
    points: { max: 20_000, perSecond: 1_000 },
  }),
  await openWooCommerceSandbox({ shopName: 'Replay Outlet', currency: 'GBP' }),
] as const;
const lags = new LagWatch();
for (const [index, shop] of shops.entries()) {
  shop.addProducts(
    [...plan.titles].map(([sku, { title, price }]) => ({
      sku,
      title,
      price,
      quantity: opening.get(sku) ?? null,
    })),
  );
  shop.onCountChange((change) => lags.changed(index, change));
}

let waiting = { events: 0, listings: 0 };
let steps = 0;
process.on('message', (message: ToShops) => {
  switch (message.kind) {
    case 'begin':
      void begin(message.url, message.key);
      break;
    case 'waiting':
      waiting = message;
      break;
    case 'short':
      tell({ kind: 'lags', lags: lags.result(new Set(message.lines)) });
      break;
    case 'close':
      void close();
  }
});
process.on('disconnect', () => process.exit(1));
process.on('SIGINT', () => {});

tell({
  kind: 'open',
  accounts: [shops[0].account, shops[1].account],
  counts: plan.counts,
  steps: plan.steps.length,
  opening: Object.fromEntries(opening),
});

async function begin(url: string, key: string): Promise<void> {
  const progress = setInterval(() => {
    const webhooksWaiting = shops[0].webhooksWaiting() + shops[1].webhooksWaiting();
    tell({ kind: 'progress', steps, webhooksWaiting });
  }, PROGRESS_MS);
  progress.unref();
  const sent = await placeSteps(plan, {
    shops: [shops[0].address, shops[1].address],
    api: { url, key },
    waiting: () => waiting,
    progress: (done) => {
      steps = done;
    },
  });
  tell({ kind: 'sent', sent });
}

function tell(message: FromShops): void {
  process.send?.(message);
}

async function close(): Promise<void> {
  await Promise.all(shops.map((shop) => shop.close()));
  process.exit(0);
}
