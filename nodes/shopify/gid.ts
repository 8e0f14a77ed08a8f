/** Shopify's global ids: `gid://shopify/InventoryItem/123`, some with a query behind (`?inventory_item_id=5`). */

/** @param number as `numericId` gives it, or as JSON has it. */
export function globalId(type: string, number: string | number): string {
  return `gid://shopify/${type}/${BigInt(number)}`;
}

/**
 * The number in a global id, as text: ids go beyond what a JavaScript number holds exactly.
 * @throws {Error} when there is none; what comes from outside is checked before.
 */
export function numericId(gid: string): string {
  const digits = /\/(\d{1,20})(\?|$)/.exec(gid)?.[1];
  if (!digits) throw new Error(`"${gid.slice(0, 100)}" is not a global id of Shopify`);
  return digits;
}
