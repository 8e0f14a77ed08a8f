/**
 * The body of an order webhook: REST's shape, as in the examples of shopify.dev, api/webhooks. It has the fields
 * that integrations read, not all ninety of the real one; taxes, discounts and shipping are left out.
 */
import type { Catalogue } from './catalogue.ts';
import { fulfillmentId, gid, idOf, LOCATION_ID, lineId, refundId, transactionId } from './ids.ts';
import { decimalWriter } from './money-text.ts';
import {
  figuresOf,
  type LineFigures,
  type OrderRecord,
  type RefundStep,
  refundLineIds,
  stamp,
} from './order-record.ts';

type Json = Readonly<Record<string, unknown>>;

export interface RestWriter {
  order(order: OrderRecord): Json;
  /** The order's newest refund, as `refunds/create` sends it. */
  newestRefund(order: OrderRecord): Json;
}

/** Makes the bodies of one shop. */
export function restWriter(catalogue: Catalogue, currency: string): RestWriter {
  const priced = pricedIn(currency);
  return {
    order: (order) => restOrder(order, catalogue, currency, priced),
    newestRefund: (order) => {
      const { refunds } = restOrder(order, catalogue, currency, priced);
      return (refunds as Json[]).at(-1) ?? {};
    },
  };
}

function restOrder(order: OrderRecord, catalogue: Catalogue, currency: string, priced: Priced): Json {
  const figures = figuresOf(order);
  const id = idOf('Order', order.seq);
  const lines = figures.lines.map((line, index) => restLine(order, index, line, catalogue, priced));
  return {
    id,
    admin_graphql_api_id: gid('Order', id),
    app_id: 580111,
    cancel_reason: figures.cancelled?.reason ?? null,
    cancelled_at: figures.cancelled ? stamp(figures.cancelled.atMs) : null,
    closed_at: null,
    confirmed: true,
    contact_email: 'sam@example.com',
    created_at: stamp(order.placedAtMs),
    currency,
    ...priced('current_total_price', figures.currentTotal),
    customer: { id: 7_000_000_000_000 + order.seq, first_name: order.customer, email: 'sam@example.com' },
    email: 'sam@example.com',
    financial_status: figures.financialStatus,
    fulfillment_status: figures.fulfillmentStatus,
    name: figures.name,
    note: figures.note,
    number: order.seq,
    order_number: 1000 + order.seq,
    presentment_currency: currency,
    processed_at: stamp(order.placedAtMs),
    shipping_address: {
      first_name: order.customer,
      address1: '1 Sandbox Street',
      city: 'London',
      country_code: 'GB',
    },
    source_name: 'web',
    ...priced('subtotal_price', figures.total),
    tags: '',
    test: order.test,
    ...priced('total_price', figures.total),
    updated_at: stamp(figures.updatedAtMs),
    fulfillments: restFulfillments(order),
    line_items: lines,
    refunds: figures.refunds.map((refund, index) => restRefund(order, refund, index, lines, priced)),
  };
}

function restLine(
  order: OrderRecord,
  index: number,
  figures: LineFigures,
  catalogue: Catalogue,
  priced: Priced,
): Json {
  const line = order.lines[index];
  const product = line && catalogue.bySeq(line.product);
  if (!line || !product) throw new Error(`order ${order.seq} has no line ${index} with a product`);
  const id = lineId(order.seq, index);
  const gone = product.removed;
  return {
    id,
    admin_graphql_api_id: gid('LineItem', id),
    current_quantity: figures.current,
    fulfillable_quantity: figures.toShip,
    fulfillment_status: figures.shipped === 0 ? null : figures.toShip === 0 ? 'fulfilled' : 'partial',
    name: product.title,
    ...priced('price', line.price),
    product_exists: !gone,
    product_id: gone ? null : idOf('Product', product.seq),
    quantity: figures.sold,
    requires_shipping: true,
    sku: product.sku === '' ? null : product.sku,
    taxable: true,
    title: product.title,
    variant_id: gone ? null : idOf('ProductVariant', product.seq),
    variant_inventory_management: product.quantity === null ? null : 'shopify',
    variant_title: null,
  };
}

function restFulfillments(order: OrderRecord): Json[] {
  const shipped = order.steps.flatMap((step) => (step.kind === 'ship' ? [step] : []));
  return shipped.map(({ atMs, units, tracking }, index) => {
    const id = fulfillmentId(order.seq, index);
    return {
      id,
      admin_graphql_api_id: gid('Fulfillment', id),
      created_at: stamp(atMs),
      location_id: LOCATION_ID + order.location,
      order_id: idOf('Order', order.seq),
      status: 'success',
      tracking_company: tracking?.company ?? null,
      tracking_number: tracking?.number ?? null,
      tracking_url: tracking?.url ?? null,
      line_items: units.map(({ line, quantity }) => ({ id: lineId(order.seq, line), quantity })),
    };
  });
}

function restRefund(
  order: OrderRecord,
  refund: RefundStep,
  index: number,
  lines: readonly Json[],
  priced: Priced,
): Json {
  const id = refundId(order.seq, index);
  const ids = refundLineIds(order, index, refund.removed.length);
  return {
    id,
    admin_graphql_api_id: gid('Refund', id),
    created_at: stamp(refund.atMs),
    note: refund.note,
    order_id: idOf('Order', order.seq),
    processed_at: stamp(refund.atMs),
    refund_line_items: refund.removed.map(({ line, quantity, how, location = order.location }, place) => ({
      id: ids[place],
      line_item_id: lineId(order.seq, line),
      line_item: lines[line],
      location_id: how === 'no_restock' ? null : LOCATION_ID + location,
      quantity,
      restock_type: how,
      ...priced('subtotal', quantity * (order.lines[line]?.price ?? 0)),
    })),
    transactions:
      refund.amount === 0
        ? []
        : [
            {
              id: transactionId(order.seq, index + 1),
              order_id: idOf('Order', order.seq),
              kind: 'refund',
              status: 'success',
              gateway: 'bogus',
              ...priced('amount', refund.amount),
            },
          ],
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
