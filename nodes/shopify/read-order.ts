/** An order as Shopify's webhooks carry it → the unified Order. */
import type { z } from 'zod';
import { Rejected } from '#runtime/errors.ts';
import { Sku } from '#runtime/ids.ts';
import { type Money, moneyFromDecimal } from '#runtime/money.ts';
import { Order, type OrderLine, type OrderStatus } from '#runtime/orders/order.ts';
import type { OrderEvent, OrderReading } from '#runtime/sync/channel.ts';
import { globalId } from './gid.ts';
import { exactId, type LineBody, OrderBody } from './order-body.ts';
import { takenUnits } from './taken-units.ts';

const FIX =
  'Open the order in Shopify and look for what is named here. If it looks right, report this text to SyncFlow, and book the order by hand meanwhile.';

/**
 * Reads the body of an order webhook. Amounts are in the shop's own currency; the total is the one that was
 * agreed, before refunds.
 * @throws {Rejected} when the body is not an order in this shape, or holds what can't be counted exactly.
 */
export function readOrder({ body, connectionId }: OrderEvent): OrderReading {
  return readParsedOrder(parseJson(body), connectionId);
}

/** The same, of a body that was parsed before: orders may be large, and the ingress has little time. */
export function readParsedOrder(body: unknown, connectionId: OrderEvent['connectionId']): OrderReading {
  const read = OrderBody.safeParse(body);
  if (!read.success) throw notAnOrder(read.error.issues);
  const order = read.data;
  if (order.test) return { skipped: 'A test order: no goods and no money move.' };

  const taken = takenUnits(order);
  const checked = Order.safeParse({
    connectionId,
    channel: 'shopify',
    externalId: exactId(order),
    number: (order.name ?? `#${exactId(order)}`).slice(0, 64),
    status: statusOf(order),
    placedAt: new Date(order.processed_at ?? order.created_at),
    updatedAt: stampOf(order),
    ...paymentOf(order),
    total: money(order.total_price_set?.shop_money, order.total_price, order.currency, 'total_price'),
    lines: order.line_items.map((line, index) => ({
      ...lineOf(line, order.currency, `line_items.${index}`),
      taken: taken(line),
    })),
  });
  if (!checked.success) throw notAnOrder(checked.error.issues);
  return { order: checked.data };
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new Rejected("Shopify's order is not JSON.", { code: 'order.unreadable', fix: FIX });
  }
}

/** `pending`: the shop waits for the money (bank transfer, cash on delivery); the goods are taken nonetheless. */
function statusOf(order: OrderBody): OrderStatus {
  if (order.cancelled_at) return 'cancelled';
  if (order.financial_status === 'refunded') return 'refunded';
  if (order.fulfillment_status === 'fulfilled') return 'fulfilled';
  return order.financial_status === 'pending' || order.financial_status === 'expired' ? 'pending' : 'open';
}

const PAID: ReadonlySet<string> = new Set(['paid', 'partially_refunded', 'refunded']);
const FAILED: ReadonlySet<string> = new Set(['failure', 'error']);

/** Edits and cancellations of unpaid orders come as refunds too, but without money. */
function paymentOf(order: OrderBody): Pick<Order, 'paid' | 'refunds'> {
  const withMoney = (order.refunds ?? []).filter(({ transactions }) =>
    transactions?.some(({ kind, status }) => kind === 'refund' && !FAILED.has(status ?? '')),
  );
  return { paid: PAID.has(order.financial_status ?? ''), refunds: withMoney.length };
}

/**
 * Shopify stamps whole seconds, and webhooks overtake each other: of two snapshots with the same stamp the later
 * one must win. Refunds are only ever added and a cancellation is never taken back, so their number orders them;
 * it stands in the stamp as milliseconds.
 */
function stampOf(order: OrderBody): Date {
  const stamp = new Date(order.updated_at);
  if (stamp.getUTCMilliseconds() !== 0) return stamp;
  const steps = (order.refunds?.length ?? 0) + (order.cancelled_at ? 1 : 0);
  return new Date(stamp.getTime() + Math.min(steps, 999));
}

function lineOf(line: LineBody, currency: string, where: string): Omit<OrderLine, 'taken'> {
  const sku = Sku.safeParse(line.sku ?? '');
  return {
    lineId: exactId(line),
    sku: sku.success && sku.data.trim() ? sku.data : null,
    title: [line.title, line.variant_title].filter(Boolean).join(' – ').slice(0, 1000),
    quantity: line.quantity,
    unitPrice: money(line.price_set?.shop_money, line.price, currency, `${where}.price`),
    // Listings are named by the inventory item, which no order tells.
    ...(line.variant_id && { variant: globalId('ProductVariant', line.variant_id) }),
  };
}

/** The `*_set` names its currency; the plain price beside it is in the shop's. */
function money(
  set: { readonly amount: string; readonly currency_code: string } | undefined,
  plain: string,
  currency: string,
  where: string,
): Money {
  try {
    return set ? moneyFromDecimal(set.amount, set.currency_code) : moneyFromDecimal(plain, currency);
  } catch {
    throw new Rejected(`The order has an amount or a currency that can't be read (${where}).`, {
      code: 'order.unreadable',
      fix: FIX,
    });
  }
}

/** Names the fields, never their values: an order is full of personal data. */
function notAnOrder(issues: readonly z.core.$ZodIssue[]): Rejected {
  const where = issues.slice(0, 3).map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`);
  return new Rejected(
    `Shopify's order has not the shape that was expected (${where.join('; ').slice(0, 300)}).`,
    {
      code: 'order.unreadable',
      fix: FIX,
    },
  );
}
