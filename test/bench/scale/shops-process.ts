/** Entry of the process with the sandbox shops of all clients: two each, which nobody buys in. */
import { z } from 'zod';
import { openShopifySandbox } from '#nodes/shopify/sandbox/sandbox.ts';
import { openWooCommerceSandbox } from '#nodes/woocommerce/sandbox/sandbox.ts';
import type { ShopsOpen } from './messages.ts';

const { CLIENTS, SKUS } = z
  .object({ CLIENTS: z.coerce.number<string>(), SKUS: z.coerce.number<string>() })
  .parse(process.env);
const OPENING = 100;

const products = Array.from({ length: SKUS }, (_, index) => ({
  sku: `SKU-${index}`,
  title: `Product ${index}`,
  price: '1.00',
  quantity: OPENING,
}));
const accounts: ShopsOpen['accounts'][number][] = [];
for (let index = 0; index < CLIENTS; index += 1) {
  for (const shop of [
    await openShopifySandbox({ shopName: `Shop ${index}`, currency: 'GBP' }),
    await openWooCommerceSandbox({ shopName: `Outlet ${index}`, currency: 'GBP' }),
  ]) {
    shop.addProducts(products);
    accounts.push(shop.account);
  }
}
process.on('disconnect', () => process.exit(0));
process.send?.({ kind: 'open', accounts } satisfies ShopsOpen);
