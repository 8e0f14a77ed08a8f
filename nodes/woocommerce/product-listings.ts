/** The listings of one product as they are now. */
import { z } from 'zod';
import { Rejected } from '#runtime/errors.ts';
import type { RemoteListing } from '#runtime/sync/channel.ts';
import { isListed, PRODUCT_FIELDS, ProductRow, productListing } from './listing-row.ts';
import { past } from './past-caches.ts';
import type { Rest } from './rest.ts';
import { variationsOf } from './variations-of-parents.ts';

const Row = ProductRow.extend({ status: z.string().catch('publish') });

/** null: it is gone, or in the trash. The id may be one of a variation that was deleted. */
export async function listingsOfProduct(rest: Rest, product: string): Promise<RemoteListing[] | null> {
  if (!/^[1-9]\d{0,15}$/.test(product)) return null;
  const query = past({ _fields: `${PRODUCT_FIELDS},status` });
  const call = { name: 'GET products/*', method: 'GET', path: `products/${product}`, query } as const;
  const row = await rest(call, Row).then(
    ({ body }) => body,
    (error: unknown) => {
      if (error instanceof Rejected && error.message.includes('product_invalid_id')) return null;
      throw error;
    },
  );
  if (!row || row.status === 'trash') return null;
  const own = isListed(row) ? [productListing(row)] : [];
  return row.type === 'variable' ? [...own, ...(await variationsOf(rest, row))] : own;
}
