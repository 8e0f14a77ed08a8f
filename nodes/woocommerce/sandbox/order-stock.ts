/** How orders move the shop's counts (wc-stock-functions.php, wc-order-functions.php; recorded in rest-23 to 34). */
import type { Catalogue } from './catalogue.ts';
import type { Ground } from './ground.ts';
import type { OrderLine, ShopOrder } from './state.ts';

/** Takes each counted line out of stock, once for each order, below zero if need be. */
export function takeStock(ground: Ground, catalogue: Catalogue, order: ShopOrder): void {
  if (order.stockReduced) return;
  order.stockReduced = true;
  for (const line of order.lines) {
    const counted = countedBy(catalogue, line);
    if (!counted || line.reduced) continue;
    line.reduced = line.quantity;
    line.reducedMetaId = ground.next('meta', 2);
    catalogue.changeQuantity(counted, -line.quantity, 'sale', order);
  }
}

/** Puts back what the lines still hold: an order that is cancelled, or pending again. */
export function returnStock(catalogue: Catalogue, order: ShopOrder): void {
  if (!order.stockReduced) return;
  order.stockReduced = false;
  for (const line of order.lines) {
    const counted = countedBy(catalogue, line);
    if (!counted || !line.reduced) continue;
    catalogue.changeQuantity(counted, line.reduced, 'refund', order);
    line.reduced = null;
  }
}

/**
 * Makes a line of a placed order hold what its new quantity asks for (wc_maybe_adjust_line_item_product_stock).
 * @param quantity 0 for a line that is taken out.
 */
export function adjustLine(
  ground: Ground,
  catalogue: Catalogue,
  order: ShopOrder,
  line: OrderLine,
  quantity: number,
): void {
  const counted = countedBy(catalogue, line);
  if (!counted) return;
  const wanted = quantity - line.restocked;
  const more = wanted - (line.reduced ?? 0);
  if (more === 0) return;
  if (line.reduced === null) line.reducedMetaId = ground.next('meta', 2);
  line.reduced = wanted;
  catalogue.changeQuantity(counted, -more, more > 0 ? 'sale' : 'refund', order);
}

/** A refund's restock. The shop does not look whether that many were taken, only whether any were. */
export function restockLine(catalogue: Catalogue, order: ShopOrder, line: OrderLine, quantity: number): void {
  const counted = countedBy(catalogue, line);
  if (!counted || !line.reduced || quantity === 0) return;
  line.reduced -= quantity;
  line.restocked += quantity;
  catalogue.changeQuantity(counted, quantity, 'refund', order);
}

/** The `total_sales` of products; a variation's sales count for its product. */
export function recordSales(ground: Ground, catalogue: Catalogue, order: ShopOrder, sold: boolean): void {
  if (order.salesRecorded === sold) return;
  order.salesRecorded = sold;
  for (const line of order.lines) {
    const product = catalogue.byId(line.productId);
    const shown = product && catalogue.byId(product.parentId || product.id);
    if (!shown) continue;
    shown.sales += sold ? line.quantity : -line.quantity;
    ground.keep({ sales: [shown.id, shown.sales] });
  }
}

function countedBy(catalogue: Catalogue, line: OrderLine) {
  const product = catalogue.byId(line.productId);
  return product && catalogue.countedBy(product);
}
