/** The variable products to which variations belong: their names, SKUs and counts are needed to read a variation. */
import { z } from 'zod';
import { PRODUCT_FIELDS, ProductRow } from './listing-row.ts';
import { PAGE_MAX } from './page-size.ts';
import { past } from './past-caches.ts';
import type { Rest } from './rest.ts';

const KEPT_MAX = 2_000;

/** Remembers the newest ones, since the variations of one product stand together as a rule. */
export class Parents {
  readonly #rest: Rest;
  readonly #known = new Map<number, ProductRow>();

  constructor(rest: Rest) {
    this.#rest = rest;
  }

  /** Those of these products that exist. */
  async of(ids: readonly number[]): Promise<ReadonlyMap<number, ProductRow>> {
    const unknown = [...new Set(ids)].filter((id) => !this.#known.has(id));
    if (this.#known.size > KEPT_MAX) this.#known.clear();
    for (let start = 0; start < unknown.length; start += PAGE_MAX) {
      const include = unknown.slice(start, start + PAGE_MAX).join(',');
      const query = past({ include, per_page: String(PAGE_MAX), _fields: PRODUCT_FIELDS });
      const call = { name: 'GET products', method: 'GET', path: 'products', query } as const;
      const { body } = await this.#rest(call, z.array(ProductRow));
      for (const parent of body) this.#known.set(parent.id, parent);
    }
    return this.#known;
  }
}
