/** The part of the sandbox that is not Shopify: customers who buy, staff at work, faults (nodes/kit/sandbox.ts). */
import { Router } from 'express';
import { z } from 'zod';
import type { SandboxOrder, SandboxSale } from '../../kit/sandbox.ts';
import type { Catalogue, Product, ProductEdit } from './catalogue.ts';
import type { Faults } from './faults.ts';
import { lineId } from './ids.ts';
import { NotBookable } from './not-bookable.ts';
import type { OrderBook } from './order-book.ts';
import type { OrderRecord } from './order-record.ts';
import { cancelStep, editStep, paidStep, refundStep, shipStep, type Units } from './order-steps.ts';

const Sku = z.string().min(1).max(255);
const ManyUnits = z.int().min(1).max(1_000_000);
const OrderId = z.string().max(40);
const LineId = z.string().max(40);
const LineUnits = z.array(z.strictObject({ lineId: LineId, quantity: ManyUnits })).min(1);

const Sale = z.strictObject({
  lines: z
    .array(z.strictObject({ sku: Sku, quantity: ManyUnits, price: z.string().max(40).exactOptional() }))
    .min(1),
  customer: z.string().max(200).exactOptional(),
  paid: z.boolean().exactOptional(),
  test: z.boolean().exactOptional(),
  location: z.int().min(0).max(20).exactOptional(),
  onlyIfThere: z.boolean().exactOptional(),
});
const Refund = z.strictObject({ orderId: OrderId, lines: LineUnits, restock: z.boolean() });
const Cancellation = z.strictObject({ orderId: OrderId, restock: z.boolean() });
const Edit = z.strictObject({
  orderId: OrderId,
  lines: z.array(z.strictObject({ lineId: LineId, quantity: z.int().min(0).max(1_000_000) })).min(1),
});
const Payment = z.strictObject({ orderId: OrderId });
const Shipment = z.strictObject({ orderId: OrderId, lines: LineUnits });
const Count = z.strictObject({
  sku: Sku,
  quantity: z.int().min(-1_000_000_000).max(1_000_000_000),
  /** Number of the shop's location, from 0. */
  location: z.int().min(0).max(20).default(0),
});
const ProductChange = z.strictObject({
  sku: Sku,
  newSku: z.string().max(255).exactOptional(),
  title: z.string().min(1).max(255).exactOptional(),
  barcode: z.string().max(255).nullable().exactOptional(),
  oversell: z.boolean().exactOptional(),
  tracked: z.boolean().exactOptional(),
  removed: z.boolean().exactOptional(),
});
const FaultSettings = z.strictObject({
  failNext: z.strictObject({ count: z.int().min(0), status: z.int().min(200).max(599) }).exactOptional(),
  loseNextAnswers: z.int().min(0).exactOptional(),
  duplicateWebhooks: z.boolean().exactOptional(),
  webhookDelayMs: z.int().min(0).max(86_400_000).exactOptional(),
  dropWebhooks: z.boolean().exactOptional(),
  away: z.boolean().exactOptional(),
  callsPerSecondMax: z.int().min(1).exactOptional(),
  keysRevoked: z.boolean().exactOptional(),
});

export interface ControlParts {
  readonly orders: OrderBook;
  readonly catalogue: Catalogue;
  readonly faults: Faults;
  /** Staff count a product. @throws {NotBookable} for one that is unknown or not counted. */
  readonly count: (sku: string, quantity: number, location: number) => void;
  /** Units at a location; null: not counted. */
  readonly countAt: (product: Product, location: number) => number | null;
  /** Staff change a product's form. */
  readonly change: (sku: string, edit: ProductEdit) => void;
}

type Work<Input> = (input: Input) => unknown;

/** 200 with JSON; 400 for a request of another shape, 422 for what the shop can't do, both with `{error}`. */
export function controlRouter({ orders, catalogue, faults, count, countAt, change }: ControlParts): Router {
  const router = Router();
  const route = <Input>(method: 'post' | 'put', path: string, shape: z.ZodType<Input>, work: Work<Input>) =>
    router[method](path, (request, response) => {
      const input = shape.safeParse(request.body);
      if (!input.success) return void response.status(400).json({ error: z.prettifyError(input.error) });
      try {
        response.json(work(input.data) ?? {});
      } catch (error) {
        if (!(error instanceof NotBookable)) throw error;
        response.status(422).json({ error: error.message });
      }
    });

  route('post', '/sales', Sale, (sale): SandboxOrder => orders.sell(sale satisfies SandboxSale));
  route('post', '/refunds', Refund, ({ orderId, lines, restock }) => {
    const order = orders.byId(orderId);
    orders.happen(order, refundStep(order, placesOf(order, lines), restock));
  });
  route('post', '/cancellations', Cancellation, ({ orderId, restock }) => {
    const order = orders.byId(orderId);
    orders.happen(order, cancelStep(order, { restock, refund: true, reason: 'customer' }));
  });
  route('post', '/edits', Edit, ({ orderId, lines }) => {
    const order = orders.byId(orderId);
    orders.happen(order, editStep(order, placesOf(order, lines)), 'staff');
  });
  route('post', '/payments', Payment, ({ orderId }) => {
    const order = orders.byId(orderId);
    orders.happen(order, paidStep(order));
  });
  route('post', '/shipments', Shipment, ({ orderId, lines }) => {
    const order = orders.byId(orderId);
    orders.happen(order, shipStep(order, placesOf(order, lines), null));
  });
  route('put', '/quantities', Count, ({ sku, quantity, location }) => count(sku, quantity, location));
  route('put', '/products', ProductChange, ({ sku, newSku, ...edit }) =>
    change(sku, newSku === undefined ? edit : { ...edit, sku: newSku }),
  );
  route('put', '/faults', FaultSettings, (settings) => faults.set(settings));
  router.get('/calls', (_request, response) => {
    response.json(faults.calls());
  });
  router.get('/quantities', (request, response) => {
    const location = Number(request.query.location ?? 0);
    response.json(
      Object.fromEntries([...catalogue.all()].map((product) => [product.sku, countAt(product, location)])),
    );
  });
  return router;
}

function placesOf(order: OrderRecord, lines: readonly { lineId: string; quantity: number }[]): Units {
  const first = lineId(order.seq, 0);
  return lines.map(({ lineId: id, quantity }) => {
    const line = Number(id) - first;
    if (!order.lines[line]) throw new NotBookable(`the order has no line ${id}`);
    return { line, quantity };
  });
}
