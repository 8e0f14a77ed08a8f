/** The part that is the same for every sandbox (nodes/kit/sandbox.ts): customers buy, staff refund and recount. */
import express, { type NextFunction, type Request, type Response, Router } from 'express';
import { z } from 'zod';
import type { SandboxOrder } from '#nodes/kit/sandbox.ts';
import { moneyFromDecimal } from '#runtime/money.ts';
import type { Catalogue } from '../catalogue.ts';
import type { Ground } from '../ground.ts';
import type { OrderBook } from '../order-book.ts';
import { type OrderDesk, remainingMinor, unrefundedUnits } from '../order-desk.ts';
import type { OrderLine, ShopOrder } from '../state.ts';
import { type FaultBox, FaultsInput } from './faults.ts';
import { staffRoutes } from './staff-routes.ts';

const Sale = z.strictObject({
  onlyIfThere: z.boolean().default(false),
  paid: z.boolean().default(true),
  test: z.boolean().default(false),
  lines: z
    .array(
      z.strictObject({
        sku: z.string().min(1),
        quantity: z.int().min(1),
        price: z
          .string()
          .regex(/^\d{1,12}(\.\d+)?$/)
          .optional(),
      }),
    )
    .min(1)
    .max(10_000),
  customer: z.string().max(200).optional(),
});
const Refund = z.strictObject({
  orderId: z.string(),
  lines: z.array(z.strictObject({ lineId: z.string(), quantity: z.int().min(1) })).min(1),
  restock: z.boolean(),
});
const Cancellation = z.strictObject({ orderId: z.string(), restock: z.boolean() });
const Edit = z.strictObject({
  orderId: z.string(),
  lines: z.array(z.strictObject({ lineId: z.string(), quantity: z.int().min(0) })).min(1),
});
const Quantity = z.strictObject({ sku: z.string().min(1), quantity: z.int() });

const CASH = { paymentMethod: 'cod', paymentTitle: 'Cash on delivery' };
/** What WooPayments leaves on an order that was paid in its test mode. */
const TEST_PAYMENT = {
  paymentMethod: 'woocommerce_payments',
  paymentTitle: 'Card (test mode)',
  meta: [{ key: '_wcpay_mode', value: 'test' }],
};

/** What the caller did wrong, as a sentence. */
export class BadRequest extends Error {}

export interface Counter {
  readonly ground: Ground;
  readonly catalogue: Catalogue;
  readonly book: OrderBook;
  readonly desk: OrderDesk;
  readonly faults: FaultBox;
  /** Told when webhooks may be due, or due at another time. */
  readonly afterwards: () => void;
}

export function controlRoutes(counter: Counter): Router {
  const router = Router();
  router.use(express.json({ limit: '8mb' }));
  const does = (work: (body: unknown) => unknown) => (request: Request, response: Response) => {
    const result = work(request.body);
    counter.ground.flush();
    counter.afterwards();
    response.json(result);
  };
  router.post(
    '/sales',
    does((body) => sell(counter, Sale.parse(body))),
  );
  router.post(
    '/refunds',
    does((body) => refund(counter, Refund.parse(body))),
  );
  router.post(
    '/cancellations',
    does((body) => cancel(counter, Cancellation.parse(body))),
  );
  router.post(
    '/edits',
    does((body) => edit(counter, Edit.parse(body))),
  );
  router.get(
    '/calls',
    does(() => counter.faults.calls),
  );
  router.put(
    '/quantities',
    does((body) => recount(counter, Quantity.parse(body))),
  );
  router.get(
    '/quantities',
    does(() => quantities(counter.catalogue)),
  );
  router.put(
    '/faults',
    does((body) => {
      counter.faults.set(FaultsInput.parse(body));
      return {};
    }),
  );
  router.use(staffRoutes(counter, does));
  router.use((error: unknown, _request: Request, response: Response, _next: NextFunction) => {
    response.status(400).json({ error: sentence(error) });
  });
  return router;
}

function sell({ catalogue, desk, ground }: Counter, sale: z.infer<typeof Sale>): SandboxOrder {
  const { currency } = ground.settings;
  const [first = 'Ada', ...rest] = (sale.customer ?? 'Ada Sandbox').split(' ');
  const address = { first_name: first, last_name: rest.join(' '), country: 'GB' };
  const order = desk.place({
    createdVia: 'checkout',
    status: sale.paid ? 'processing' : 'pending',
    paid: sale.paid,
    billing: address,
    shipping: address,
    ...(sale.test ? TEST_PAYMENT : CASH),
    lines: sale.lines.map(({ sku, quantity, price }) => {
      const product = catalogue.bySku(sku);
      if (!product)
        throw new BadRequest(`There is no product with the SKU ${JSON.stringify(sku)} in this shop.`);
      if (sale.onlyIfThere && (catalogue.countedBy(product)?.quantity ?? quantity) < quantity)
        throw new BadRequest(`There are not ${quantity} of ${JSON.stringify(sku)} in this shop.`);
      const unitMinor = moneyFromDecimal(price ?? (product.price || '0'), currency).amount;
      return { product, quantity, unitMinor };
    }),
    shippingLines: [],
  });
  return {
    id: String(order.id),
    number: String(order.id),
    lineIds: order.lines.map((line) => String(line.id)),
  };
}

/** @throws {BadRequest} */
export function orderOf(book: OrderBook, id: string): ShopOrder {
  const order = book.byId(Number(id));
  if (!order) throw new BadRequest(`There is no order ${id} in this shop.`);
  return order;
}

/** @throws {BadRequest} */
export function lineOf(order: ShopOrder, lineId: string): OrderLine {
  const line = order.lines.find((each) => String(each.id) === lineId);
  if (!line) throw new BadRequest(`Order ${order.id} has no line ${lineId}.`);
  return line;
}

function cancel({ book, desk }: Counter, input: z.infer<typeof Cancellation>): object {
  const order = orderOf(book, input.orderId);
  if (input.restock) desk.setStatus(order, 'cancelled');
  else desk.cancelWithoutRestock(order);
  return {};
}

function edit({ book, desk }: Counter, input: z.infer<typeof Edit>): object {
  const order = orderOf(book, input.orderId);
  const lines = input.lines.map(({ lineId, quantity }) => ({ line: lineOf(order, lineId), quantity }));
  desk.editLines(order, lines);
  return {};
}

function refund({ book, desk }: Counter, input: z.infer<typeof Refund>): object {
  const order = orderOf(book, input.orderId);
  const lines = input.lines.map(({ lineId, quantity }) => {
    const line = lineOf(order, lineId);
    const left = unrefundedUnits(order, line.id);
    if (quantity > left) throw new BadRequest(`Only ${left} of line ${lineId} can be refunded still.`);
    return { line, quantity, totalMinor: quantity * line.unitMinor };
  });
  if (new Set(lines.map(({ line }) => line.id)).size < lines.length) {
    throw new BadRequest('Each line can stand in a refund once.');
  }
  const totalMinor = lines.reduce((sum, line) => sum + line.totalMinor, 0);
  const amountMinor = Math.min(totalMinor, remainingMinor(order));
  const made = desk.refund(order, { amountMinor, reason: '', restock: input.restock, lines });
  return { id: String(made.id) };
}

function recount({ catalogue }: Counter, { sku, quantity }: z.infer<typeof Quantity>): object {
  const product = catalogue.bySku(sku);
  const counted = product && catalogue.countedBy(product);
  if (!counted) throw new BadRequest(`The shop counts no product with the SKU ${JSON.stringify(sku)}.`);
  catalogue.setQuantity(counted, quantity, 'staff');
  return {};
}

function quantities(catalogue: Catalogue): Record<string, number | null> {
  const entries = [...catalogue.withSku].map((product) => [
    product.sku,
    catalogue.countedBy(product)?.quantity ?? null,
  ]);
  return Object.fromEntries(entries);
}

function sentence(error: unknown): string {
  if (error instanceof z.ZodError) return z.prettifyError(error);
  return error instanceof Error ? error.message : String(error);
}
