/** An order as WooCommerce's REST API v3 shows it → the unified Order. Facts: recordings of 11.0.1. */
import { z } from 'zod';
import { Rejected } from '#runtime/errors.ts';
import { Sku } from '#runtime/ids.ts';
import { type Money, moneyFromDecimal } from '#runtime/money.ts';
import { Order, type OrderLine } from '#runtime/orders/order.ts';
import type { OrderEvent, OrderReading } from '#runtime/sync/channel.ts';
import { isDraft, orderStatus } from './order-status.ts';
import { takenAt } from './taken-at.ts';
import { takenUnits } from './taken-units.ts';

const decimal = z.union([z.string(), z.number()]);

const Line = z.object({
  id: z.int().positive(),
  name: z.string().nullish(),
  /** 0 when the product was deleted. */
  product_id: z.int().nullish(),
  /** 0 unless it is a variation. */
  variation_id: z.int().nullish(),
  /** `''` or null when the product has none or was deleted (its product_id is 0 then). */
  sku: z.string().nullish(),
  quantity: z.int('SyncFlow counts whole units').min(0),
  /** One unit without tax, after discounts: a JSON number, the one price in the body that is not text. */
  price: decimal,
  /** Without it nobody can tell what the line took from stock: missing is refused and not taken for empty. */
  meta_data: z.union([z.array(z.unknown()), z.record(z.string(), z.unknown())]),
});
type Line = z.infer<typeof Line>;

const Body = z.object({
  id: z.int().positive(),
  number: decimal.nullish(),
  status: z.string().min(1).max(100),
  currency: z.string(),
  date_created: z.string().nullish(),
  date_created_gmt: z.string().nullish(),
  date_modified: z.string().nullish(),
  date_modified_gmt: z.string().nullish(),
  /** null: the money has not come in. */
  date_paid_gmt: z.string().nullish(),
  payment_method: z.string().nullable().catch(null),
  created_via: z.string().nullable().catch(null),
  total: decimal,
  refunds: z.array(z.unknown()).catch([]),
  meta_data: z.array(z.unknown()).catch([]),
  line_items: z.array(Line),
});

const FIX =
  'Open the order in WooCommerce and look for what is named here; if a plugin changes orders in its API, update it or switch it off. Then retry.';

/**
 * Reads the body that a webhook brought; shipping, fees and taxes are part of `total` alone.
 * @throws {Rejected} when the body is not an order in this shape, or holds what can't be counted exactly.
 */
export function readOrder({ body, connectionId }: OrderEvent): OrderReading {
  const read = Body.safeParse(parseJson(body));
  if (!read.success) throw notAnOrder(read.error.issues);
  const order = read.data;
  if (isDraft(order.status)) return { skipped: 'A cart that is not an order yet.' };
  if (order.meta_data.some(isTestMark)) return { skipped: 'An order in test mode.' };

  const number = String(order.number ?? order.id).slice(0, 63);
  const placedAt = dateOf(order.date_created_gmt, order.date_created);
  const taken = placedAt && takenAtOf(order, placedAt);
  const checked = Order.safeParse({
    connectionId,
    channel: 'woocommerce',
    externalId: String(order.id),
    number: number.startsWith('#') ? number : `#${number}`,
    status: orderStatus(order.status),
    placedAt,
    ...(taken && { takenAt: taken }),
    updatedAt: stampOf(order) ?? placedAt,
    ...(order.date_paid_gmt !== undefined && { paid: order.date_paid_gmt !== null }),
    refunds: order.refunds.length,
    total: money(order.total, order.currency, 'total'),
    lines: order.line_items.map((line, index) => lineOf(line, order.currency, `line_items.${index}`)),
  });
  if (!checked.success) throw notAnOrder(checked.error.issues);
  return { order: checked.data };
}

function takenAtOf(order: z.infer<typeof Body>, placedAt: Date): Date | undefined {
  const { payment_method: method, created_via: createdVia } = order;
  // Local time would stand hours off a creation that is told in UTC.
  const paidAt = dateOf(order.date_paid_gmt, null) ?? null;
  return takenAt({ placedAt, paidAt, method, createdVia });
}

/** WooPayments notes in which mode an order was paid; no other payment method of note does. */
function isTestMark(meta: unknown): boolean {
  return z.object({ key: z.literal('_wcpay_mode'), value: z.literal('test') }).safeParse(meta).success;
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new Rejected("The shop's order is not JSON.", { code: 'order.unreadable', fix: FIX });
  }
}

function lineOf(line: Line, currency: string, where: string): OrderLine {
  const sku = Sku.safeParse(line.sku ?? '');
  const listing = line.variation_id || line.product_id || 0;
  return {
    lineId: String(line.id),
    sku: sku.success ? sku.data : null,
    title: (line.name ?? '').slice(0, 1000),
    quantity: line.quantity,
    taken: takenUnits(line.meta_data, where),
    unitPrice: money(line.price, currency, `${where}.price`),
    ...(listing > 0 ? { listing: String(listing) } : {}),
  };
}

function money(value: string | number, currency: string, where: string): Money {
  try {
    // Six places hold what a float of PHP means (6.633333333333334); a number's own text may be "1e-7".
    return moneyFromDecimal(typeof value === 'number' ? value.toFixed(6) : value, currency);
  } catch {
    throw new Rejected(`The order has an amount or a currency that can't be read (${where}).`, {
      code: 'order.unreadable',
      fix: FIX,
    });
  }
}

/**
 * The `_gmt` dates carry no zone: they are UTC. Bodies of 11.0.1 have them for creation and change; where a
 * plugin drops them, the shop's local time is read as if it were UTC. That may be hours off as a time of day,
 * but snapshots of one shop still sort rightly among themselves, and no order is lost over it.
 */
function dateOf(gmt: string | null | undefined, local: string | null | undefined): Date | undefined {
  const text = gmt || local;
  if (!text || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(text)) return undefined;
  const date = new Date(`${text}Z`);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/**
 * When the order was changed. WooCommerce counts whole seconds and delivers in parallel, so the number of refunds,
 * which only grows, goes into the milliseconds: of two snapshots of one second the one with more refunds is newer.
 */
function stampOf(order: z.infer<typeof Body>): Date | undefined {
  const second = dateOf(order.date_modified_gmt, order.date_modified);
  return second && new Date(second.getTime() + Math.min(order.refunds.length, 999));
}

/** Names the fields, never their values: an order is full of personal data. */
function notAnOrder(issues: readonly z.core.$ZodIssue[]): Rejected {
  const where = issues.slice(0, 3).map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`);
  return new Rejected(`The shop's order is not in WooCommerce's shape (${where.join('; ').slice(0, 300)}).`, {
    code: 'order.unreadable',
    fix: FIX,
  });
}
