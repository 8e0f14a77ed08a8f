/** A sandbox shop with many variants, in a process of its own: `node shop.ts <channel> <variants>`. */
import { openShopifySandbox } from '#nodes/shopify/sandbox/sandbox.ts';
import { basicAuthorization } from '#nodes/woocommerce/request-auth.ts';
import { openWooCommerceSandbox } from '#nodes/woocommerce/sandbox/sandbox.ts';
import { WooCommerceSecret } from '#nodes/woocommerce/secret.ts';
import { barcodeOf, quantityOf, skuOf, VARIANTS_OF_A_PRODUCT } from './variants.ts';

const [channel = '', count = '0'] = process.argv.slice(2);
const variants = Number(count);
const BATCH = 100;

const sandbox = channel === 'shopify' ? await openShopifySandbox({}) : await openWooCommerceSandbox({});
if (channel === 'shopify') {
  const products = Array.from({ length: variants }, (_, index) => ({
    sku: skuOf(index),
    title: `Product ${index}`,
    price: '9.90',
    quantity: quantityOf(index),
    barcode: barcodeOf(index),
  }));
  sandbox.addProducts(products);
} else await fillWooCommerce();
process.send?.({ account: sandbox.account });

/** Variable products with ten sizes each: what costs a real shop most to list. */
async function fillWooCommerce(): Promise<void> {
  const secret = WooCommerceSecret.parse(sandbox.account.secret);
  const headers = {
    'content-type': 'application/json',
    'x-forwarded-proto': 'https',
    authorization: basicAuthorization(secret),
  };
  const create = async (path: string, items: readonly object[]) => {
    const url = `${sandbox.address}/wp-json/wc/v3/${path}/batch`;
    const body = JSON.stringify({ create: items });
    const response = await fetch(url, { method: 'POST', headers, body });
    if (!response.ok) throw new Error(await response.text());
    return ((await response.json()) as { create: { id: number }[] }).create.map(({ id }) => id);
  };
  const parents = variants / VARIANTS_OF_A_PRODUCT;
  for (let start = 0; start < parents; start += BATCH) {
    const names = Array.from({ length: Math.min(BATCH, parents - start) }, (_, index) => start + index);
    const ids = await create(
      'products',
      names.map((number) => ({ name: `Shirt ${number}`, type: 'variable', sku: `SHIRT-${number}` })),
    );
    for (const [index, id] of ids.entries()) {
      const first = (start + index) * VARIANTS_OF_A_PRODUCT;
      const sizes = Array.from({ length: VARIANTS_OF_A_PRODUCT }, (_, size) => first + size);
      await create(
        `products/${id}/variations`,
        sizes.map((variant) => ({
          sku: skuOf(variant),
          regular_price: '19.00',
          manage_stock: true,
          stock_quantity: quantityOf(variant),
          global_unique_id: barcodeOf(variant),
          attributes: [{ name: 'Size', option: `${variant - first}` }],
        })),
      );
    }
  }
}
