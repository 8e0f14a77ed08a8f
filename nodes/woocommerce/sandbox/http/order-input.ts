/** Orders, changes of orders and refunds from what the API is sent. */
import { z } from 'zod';
import { moneyFromDecimal } from '#runtime/money.ts';
import type { Catalogue } from '../catalogue.ts';
import { type NewOrder, type NewRefund, remainingMinor } from '../order-desk.ts';
import type { OrderLine, ShopOrder } from '../state.ts';
import { decimalText } from '../wordpress-text.ts';
import { invalidParameter, notInSandbox, WordPressError } from './wordpress-error.ts';

export const STATUSES = [
  'auto-draft',
  'pending',
  'processing',
  'on-hold',
  'completed',
  'cancelled',
  'refunded',
  'failed',
  'checkout-draft',
] as const;

const decimal = z.union([z.string().regex(/^-?\d{1,12}(\.\d+)?$/), z.number()]).transform(String);
const address = z.record(z.string(), z.string());
const metaData = z
  .array(z.object({ key: z.string().min(1), value: z.union([z.string(), z.number()]).transform(String) }))
  .default([]);

const LineInput = z.object({
  product_id: z.int().optional(),
  variation_id: z.int().optional(),
  sku: z.string().optional(),
  quantity: z.int().min(1).default(1),
  total: decimal.optional(),
});
const OrderInput = z.object({
  status: z.enum(STATUSES).optional(),
  set_paid: z.boolean().default(false),
  payment_method: z.string().default(''),
  payment_method_title: z.string().default(''),
  billing: address.default({}),
  shipping: address.default({}),
  line_items: z.array(LineInput).default([]),
  shipping_lines: z
    .array(z.object({ method_id: z.string(), method_title: z.string(), total: decimal.default('0') }))
    .default([]),
  meta_data: metaData,
});
const ChangeInput = z.object({
  status: z.enum(STATUSES).optional(),
  set_paid: z.boolean().default(false),
  line_items: z.array(z.object({ id: z.int().optional(), quantity: z.int().min(0).optional() })).default([]),
  meta_data: metaData,
});
/** Payment methods that pay back by themselves when asked to. */
const REFUNDING_GATEWAYS = new Set(['stripe', 'woocommerce_payments']);
const RefundInput = z.object({
  amount: decimal.optional(),
  reason: z.string().nullish(),
  line_items: z
    .array(z.object({ id: z.int(), quantity: z.int().min(0).default(0), refund_total: decimal.optional() }))
    .default([]),
  // Both default to true in the real API: money moves and units go back unless one says otherwise.
  api_refund: z.boolean().catch(true),
  api_restock: z.boolean().catch(true),
  meta_data: metaData,
});

function parse<T>(shape: z.ZodType<T>, body: unknown): T {
  const input = shape.safeParse(body ?? {});
  if (input.success) return input.data;
  const issue = input.error.issues[0];
  throw invalidParameter(String(issue?.path[0] ?? 'body'), issue?.message ?? 'Invalid');
}

export function newOrder(catalogue: Catalogue, currency: string, body: unknown): NewOrder {
  const input = parse(OrderInput, body);
  const minor = (text: string) => moneyFromDecimal(text, currency).amount;
  return {
    createdVia: 'rest-api',
    status: input.status ?? 'pending',
    paid: input.set_paid,
    billing: input.billing,
    shipping: input.shipping,
    paymentMethod: input.payment_method,
    paymentTitle: input.payment_method_title,
    meta: input.meta_data,
    lines: input.line_items.map((line) => {
      const product = productOf(catalogue, line);
      const unitMinor = line.total
        ? Math.round(minor(line.total) / line.quantity)
        : minor(product.price === '' ? '0' : product.price);
      return { product, quantity: line.quantity, unitMinor };
    }),
    shippingLines: input.shipping_lines.map((line) => ({
      methodId: line.method_id,
      title: line.method_title,
      totalMinor: minor(line.total),
    })),
  };
}

function productOf(catalogue: Catalogue, line: z.infer<typeof LineInput>) {
  const id = line.variation_id || line.product_id;
  if (!id && !line.sku) {
    const message = 'Product ID or SKU is required.';
    throw new WordPressError(400, 'woocommerce_rest_required_product_reference', message);
  }
  const product = id ? catalogue.byId(id) : catalogue.bySku(line.sku ?? '');
  if (!product) throw new WordPressError(400, 'order_item_product_invalid_product_id', 'Invalid product ID');
  return product;
}

export interface OrderChange {
  readonly status: string | undefined;
  readonly paid: boolean;
  readonly lines: readonly { readonly line: OrderLine; readonly quantity: number }[];
  readonly meta: readonly { readonly key: string; readonly value: string }[];
}

export function orderChange(order: ShopOrder, body: unknown): OrderChange {
  const input = parse(ChangeInput, body);
  const lines = input.line_items.map(({ id, quantity }) => {
    if (id === undefined) throw notInSandbox('new lines in placed orders');
    const line = order.lines.find((each) => each.id === id);
    if (!line) {
      const message = 'Order item ID provided is not associated with order.';
      throw new WordPressError(400, 'woocommerce_rest_invalid_item_id', message);
    }
    return { line, quantity: quantity ?? line.quantity };
  });
  return { status: input.status, paid: input.set_paid, lines, meta: input.meta_data };
}

const NoteInput = z.object({ note: z.string().min(1), customer_note: z.boolean().default(false) });

export function newNote(body: unknown): z.infer<typeof NoteInput> {
  return parse(NoteInput, body);
}

/** Checks of the amount as wc_create_refund does them; units are not checked there, and not here. */
export function newRefund(order: ShopOrder, currency: string, body: unknown): NewRefund {
  const input = parse(RefundInput, body);
  const minor = (text: string) => moneyFromDecimal(text, currency).amount;
  const lines = input.line_items.flatMap((item) => {
    const line = order.lines.find((each) => each.id === item.id);
    if (!line || (item.quantity === 0 && !item.refund_total)) return [];
    return [{ line, quantity: item.quantity, totalMinor: minor(item.refund_total ?? '0') }];
  });
  const amountMinor = input.amount
    ? minor(input.amount)
    : lines.reduce((sum, line) => sum + line.totalMinor, 0);
  if (amountMinor < 0 || amountMinor > remainingMinor(order)) {
    throw cannotRefund(`Invalid refund amount. ${decimalText(remainingMinor(order), currency)} is left.`);
  }
  if (input.api_refund && !REFUNDING_GATEWAYS.has(order.paymentMethod)) {
    throw cannotRefund(
      order.paymentMethod === ''
        ? 'The payment gateway for this order does not exist.'
        : 'The payment gateway for this order does not support automatic refunds.',
    );
  }
  return {
    amountMinor,
    reason: input.reason ?? '',
    restock: input.api_restock,
    lines,
    moneyReturned: input.api_refund,
    meta: input.meta_data,
  };
}

/** WooCommerce gives WordPress a bare number here instead of `{status}`. */
function cannotRefund(message: string): WordPressError {
  return new WordPressError(500, 'woocommerce_rest_cannot_create_order_refund', message, 500);
}
