/** Query parameters that take a read past every cache between us and the shop's database. */

let calls = 0;

/**
 * `_skip_cache` is WooCommerce's own way around its REST cache (10.5 and later); page caches and CDNs know
 * nothing of it, but keep an answer by its whole address, which is new each time.
 */
export function past(query: Readonly<Record<string, string>>): Record<string, string> {
  calls += 1;
  return { ...query, _skip_cache: '1', _fresh: `${Date.now().toString(36)}-${calls.toString(36)}` };
}
