/** Entry of the process with two sandbox shops that sell at a rate, or as fast as their sales are answered. */
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { openShopifySandbox } from '#nodes/shopify/sandbox/sandbox.ts';
import { openWooCommerceSandbox } from '#nodes/woocommerce/sandbox/sandbox.ts';
import type { FromFlowShops, ToFlowShops } from './flow-messages.ts';

const { SKUS } = z.object({ SKUS: z.coerce.number<string>() }).parse(process.env);
const LINES = 2;
const OPENING = 10_000_000;

const shops = [
  await openShopifySandbox({ shopName: 'Bench', currency: 'GBP', points: { max: 1e9, perSecond: 1e9 } }),
  await openWooCommerceSandbox({ shopName: 'Bench Outlet', currency: 'GBP' }),
] as const;
const skus = Array.from({ length: SKUS }, (_, index) => `SKU-${index}`);
for (const shop of shops)
  shop.addProducts(skus.map((sku) => ({ sku, title: sku, price: '1.00', quantity: OPENING })));

interface Sale {
  linesOpen: number;
  readonly soldMs: number;
  readonly answered: () => void;
}
/** Sales that the other shop has not heard of: by that other shop, by SKU. */
const open: readonly Map<string, Set<Sale>>[] = [new Map(), new Map()];
let lags: number[] = [];
for (const [index, shop] of shops.entries()) {
  shop.onCountChange(({ sku, cause, atMs }) => {
    // A write by us answers every sale of that product before it.
    if (cause !== 'api') return;
    for (const sale of open[index]?.get(sku) ?? []) {
      sale.linesOpen -= 1;
      if (sale.linesOpen > 0) continue;
      lags.push(atMs - sale.soldMs);
      sale.answered();
    }
    open[index]?.delete(sku);
  });
}

process.on('message', (message: ToFlowShops) => {
  if (message.kind === 'close') process.exit(0);
  else void sell(message);
});
process.on('disconnect', () => process.exit(1));
tell({ kind: 'open', accounts: [shops[0].account, shops[1].account] });

let next = 0;
/** @returns when the other shop has been told of all lines. */
async function buy(): Promise<void> {
  next += 1;
  const shop = next % 2 === 0 ? 0 : 1;
  const lines = Array.from({ length: LINES }, (_, line) => ({
    sku: skus[(next * 7 + line * 13) % SKUS] ?? '',
    quantity: 1,
    price: '1.00',
  }));
  const soldMs = performance.timeOrigin + performance.now();
  const answered = new Promise<void>((resolve) => {
    const sale: Sale = { linesOpen: LINES, soldMs, answered: resolve };
    for (const { sku } of lines) {
      const waiting = open[1 - shop]?.get(sku) ?? new Set();
      open[1 - shop]?.set(sku, waiting.add(sale));
    }
  });
  const response = await fetch(`${shops[shop].address}/sandbox/sales`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ lines }),
  });
  await response.arrayBuffer();
  await answered;
}

async function sell({ seconds, perSecond, atOnce }: Extract<ToFlowShops, { kind: 'sell' }>): Promise<void> {
  lags = [];
  const startedMs = performance.now();
  const elapsed = () => performance.now() - startedMs;
  if (perSecond === null) {
    const customer = async () => {
      while (elapsed() < seconds * 1_000) await buy();
    };
    await Promise.all(Array.from({ length: atOnce }, customer));
  } else {
    const sales: Promise<void>[] = [];
    while (elapsed() < seconds * 1_000) {
      while (sales.length < (elapsed() / 1_000) * perSecond) sales.push(buy());
      await wait(2);
    }
    await Promise.all(sales);
  }
  const sorted = lags.sort((a, b) => a - b);
  const at = (quantile: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * quantile))] ?? 0;
  tell({
    kind: 'sold',
    orders: sorted.length,
    perSecond: sorted.length / (elapsed() / 1_000),
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    maxMs: at(1),
  });
}

function tell(message: FromFlowShops): void {
  process.send?.(message);
}
