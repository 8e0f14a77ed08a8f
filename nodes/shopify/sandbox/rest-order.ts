/**
 * The body of an order webhook: REST's shape, as in the examples of shopify.dev, api/webhooks. It has the fields
 * that integrations read, not all ninety of the real one; addresses, taxes, discounts and shipping are left out.
 */
import type { Catalogue } from './catalogue.ts';
import { gid, idOf, LOCATION_ID, lineId, refundId } from './ids.ts';
import { decimalWriter } from './money-text.ts';
import { figuresOf, type OrderRecord, refundLineIds, stamp } from './order-record.ts';

type Json = Readonly<Record<string, unknown>>;

/** Makes the bodies of one shop. */
export function restWriter(catalogue: Catalogue, currency: string): (order: OrderRecord) => Json {
  const priced = pricedIn(currency);
  return (order) => restOrder(order, catalogue, currency, priced);
}

function restOrder(order: OrderRecord, catalogue: Catalogue, currency: string, priced: Priced): Json {
  const figures = figuresOf(order);
  const id = idOf('Order', order.seq);
  const lines = order.lines.map((_line, index) =>
    restLine(order, index, figures.currentQuantities[index] ?? 0, catalogue, priced),
  );
  return {
    id,
    admin_graphql_api_id: gid('Order', id),
    app_id: 580111,
    cancel_reason: null,
    cancelled_at: null,
    closed_at: null,
    confirmed: true,
    created_at: stamp(order.placedAtMs),
    currency,
    ...priced('current_total_price', figures.currentTotal),
    customer: { first_name: order.customer, email: null },
    financial_status: figures.financialStatus,
    fulfillment_status: null,
    name: figures.name,
    number: order.seq,
    order_number: 1000 + order.seq,
    presentment_currency: currency,
    processed_at: stamp(order.placedAtMs),
    source_name: 'web',
    ...priced('subtotal_price', figures.total),
    tags: '',
    test: false,
    ...priced('total_price', figures.total),
    updated_at: stamp(figures.updatedAtMs),
    line_items: lines,
    refunds: order.refunds.map((_refund, index) => restRefund(order, index, lines, priced)),
  };
}

function restLine(
  order: OrderRecord,
  index: number,
  currentQuantity: number,
  catalogue: Catalogue,
  priced: Priced,
): Json {
  const line = order.lines[index];
  const product = line && catalogue.bySeq(line.product);
  if (!line || !product) throw new Error(`order ${order.seq} has no line ${index} with a product`);
  const id = lineId(order.seq, index);
  return {
    id,
    admin_graphql_api_id: gid('LineItem', id),
    current_quantity: currentQuantity,
    fulfillable_quantity: currentQuantity,
    fulfillment_status: null,
    name: product.title,
    ...priced('price', line.price),
    product_exists: true,
    product_id: idOf('Product', product.seq),
    quantity: line.quantity,
    requires_shipping: true,
    sku: product.sku,
    taxable: true,
    title: product.title,
    variant_id: idOf('ProductVariant', product.seq),
    variant_inventory_management: product.quantity === null ? null : 'shopify',
    variant_title: null,
  };
}

function restRefund(order: OrderRecord, index: number, lines: readonly Json[], priced: Priced): Json {
  const refund = order.refunds[index];
  if (!refund) throw new Error(`order ${order.seq} has no refund ${index}`);
  const id = refundId(order.seq, index);
  const ids = refundLineIds(order, index);
  return {
    id,
    admin_graphql_api_id: gid('Refund', id),
    created_at: stamp(refund.atMs),
    note: null,
    order_id: idOf('Order', order.seq),
    processed_at: stamp(refund.atMs),
    refund_line_items: refund.lines.map(({ line, quantity }, place) => ({
      id: ids[place],
      line_item_id: lineId(order.seq, line),
      line_item: lines[line],
      location_id: refund.restock ? LOCATION_ID : null,
      quantity,
      // Nothing is ever shipped here, so what goes back is a cancellation.
      restock_type: refund.restock ? 'cancel' : 'no_restock',
      ...priced('subtotal', quantity * (order.lines[line]?.price ?? 0)),
    })),
    transactions: [],
  };
}

/** An amount in both of REST's ways: plain text, and a set with its currency. */
type Priced = (name: string, amount: number) => Json;

function pricedIn(currency: string): Priced {
  const decimal = decimalWriter(currency);
  return (name, amount) => {
    const money = { amount: decimal(amount), currency_code: currency };
    return { [name]: money.amount, [`${name}_set`]: { shop_money: money, presentment_money: money } };
  };
}
