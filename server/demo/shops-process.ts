/** Entry of the process in which the two sandbox shops of the demo run, with the customers who buy in them. */
import { z } from 'zod';
import { openShopifySandbox } from '#nodes/shopify/sandbox/sandbox.ts';
import { openWooCommerceSandbox } from '#nodes/woocommerce/sandbox/sandbox.ts';
import { demoCatalogue } from './catalogue.ts';
import { Customers } from './customers.ts';

const Environment = z.object({ SHOPS_DIR: z.string().min(1), ORDERS_FILE: z.string().min(1) });
const { SHOPS_DIR, ORDERS_FILE } = Environment.parse(process.env);

const { products, invoices } = await demoCatalogue(ORDERS_FILE);
const shopify = await openShopifySandbox({
  stateDir: `${SHOPS_DIR}/shopify`,
  shopName: 'Harbour Gifts',
  currency: 'GBP',
});
const woocommerce = await openWooCommerceSandbox({
  stateDir: `${SHOPS_DIR}/woocommerce`,
  shopName: 'Harbour Gifts Outlet',
  currency: 'GBP',
});
for (const shop of [shopify, woocommerce]) shop.addProducts(products);
const customers = new Customers([shopify.address, woocommerce.address], invoices);

process.on('disconnect', () => void close());
process.on('message', (message) => {
  if (message === 'open') customers.start();
  if (message === 'close') void close();
});
// The supervising process says when to close; a Ctrl-C reaches the whole group.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
process.send?.({ shopify: shopify.account, woocommerce: woocommerce.account });

async function close(): Promise<void> {
  customers.stop();
  await Promise.all([shopify.close(), woocommerce.close()]);
  process.exit(0);
}
