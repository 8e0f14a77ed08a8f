/** Orders and refunds as WooCommerce 11.0.1 writes them (recorded: rest-23, 25 to 31). */
import { totalMinor } from '../order-desk.ts';
import type { Note, Refund, ShopOrder } from '../state.ts';
import { currencySymbol, decimalText, wordpressDate, wordpressDateOrNull } from '../wordpress-text.ts';
import { addressBody, lineBody, refundLineBody, shippingBody } from './line-body.ts';
import { resourceLinks } from './links.ts';
import type { BodyContext } from './product-body.ts';

export function orderBody(context: BodyContext, order: ShopOrder) {
  const { shop, currency } = context;
  const zero = decimalText(0, currency);
  const total = totalMinor(order);
  const shippingMinor = order.shippingLines.reduce((sum, line) => sum + line.totalMinor, 0);
  const unpaid = order.status === 'pending' || order.status === 'failed';
  const api = `${shop}/wp-json/wc/v3`;
  return {
    id: order.id,
    parent_id: 0,
    status: order.status,
    currency,
    version: '11.0.1',
    prices_include_tax: false,
    date_created: wordpressDate(order.createdMs),
    date_modified: wordpressDate(order.modifiedMs),
    discount_total: zero,
    discount_tax: zero,
    shipping_total: decimalText(shippingMinor, currency),
    shipping_tax: zero,
    cart_tax: zero,
    total: decimalText(total, currency),
    total_tax: zero,
    customer_id: 0,
    order_key: order.key,
    billing: addressBody(order.billing, 'billing'),
    shipping: addressBody(order.shipping, 'shipping'),
    payment_method: order.paymentMethod,
    payment_method_title: order.paymentTitle,
    transaction_id: '',
    customer_ip_address: '',
    customer_user_agent: '',
    created_via: order.createdVia,
    customer_note: '',
    date_completed: wordpressDateOrNull(order.completedMs),
    date_paid: wordpressDateOrNull(order.paidMs),
    cart_hash: '',
    number: String(order.id),
    meta_data: [...order.meta],
    line_items: order.lines.map((line) => lineBody(context, line)),
    tax_lines: [],
    shipping_lines: order.shippingLines.map((line) => shippingBody(context, line)),
    fee_lines: [],
    coupon_lines: [],
    refunds: order.refunds.map((refund) => ({
      id: refund.id,
      reason: refund.reason,
      total: decimalText(-refund.amountMinor, currency),
      total_tax: zero,
    })),
    payment_url: `${shop}/checkout/order-pay/${order.id}/?pay_for_order=true&key=${order.key}`,
    is_editable: order.status === 'pending' || order.status === 'on-hold',
    needs_payment: unpaid && total > 0,
    needs_processing: true,
    date_created_gmt: wordpressDate(order.createdMs),
    date_modified_gmt: wordpressDate(order.modifiedMs),
    date_completed_gmt: wordpressDateOrNull(order.completedMs),
    date_paid_gmt: wordpressDateOrNull(order.paidMs),
    currency_symbol: currencySymbol(currency),
    _links: {
      ...resourceLinks(api, '/orders', order.id),
      email_templates: [{ embeddable: true, href: `${api}/orders/${order.id}/actions/email_templates` }],
    },
  };
}

export function refundBody(context: BodyContext, order: ShopOrder, refund: Refund) {
  const api = `${context.shop}/wp-json/wc/v3`;
  const created = wordpressDate(refund.createdMs);
  return {
    id: refund.id,
    date_created: created,
    date_created_gmt: created,
    amount: decimalText(refund.amountMinor, context.currency),
    reason: refund.reason,
    refunded_by: 1,
    refunded_payment: refund.moneyReturned,
    meta_data: [
      { id: refund.metaId, key: '_refund_type', value: refund.full ? 'full' : 'partial' },
      ...refund.meta,
    ],
    line_items: refund.lines.map((line) =>
      refundLineBody(
        context,
        line,
        order.lines.find((ordered) => ordered.id === line.lineId),
      ),
    ),
    shipping_lines: [],
    tax_lines: [],
    fee_lines: [],
    _links: {
      ...resourceLinks(api, `/orders/${order.id}/refunds`, refund.id, ['GET', 'DELETE']),
      up: [{ href: `${api}/orders/${order.id}` }],
    },
  };
}

/** Recorded: rest-35. */
export function noteBody(context: BodyContext, order: ShopOrder, note: Note) {
  const api = `${context.shop}/wp-json/wc/v3`;
  const created = wordpressDate(note.createdMs);
  return {
    id: note.id,
    author: note.author,
    date_created: created,
    date_created_gmt: created,
    note: note.text,
    customer_note: note.forCustomer,
    _links: {
      ...resourceLinks(api, `/orders/${order.id}/notes`, note.id, ['GET', 'DELETE']),
      up: [{ href: `${api}/orders/${order.id}` }],
    },
  };
}
