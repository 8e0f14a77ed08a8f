/** The four dates that products and variations begin with. */
import type { Product } from '../state.ts';
import { wordpressDate } from '../wordpress-text.ts';

export function productDates(product: Product) {
  const created = wordpressDate(product.createdMs);
  const modified = wordpressDate(product.modifiedMs);
  return {
    date_created: created,
    date_created_gmt: created,
    date_modified: modified,
    date_modified_gmt: modified,
  };
}
