/** The part of the sandbox that is not Shopify: customers who buy, staff who count, faults (nodes/kit/sandbox.ts). */
import { Router } from 'express';
import { z } from 'zod';
import type { Catalogue } from './catalogue.ts';
import type { Faults } from './faults.ts';
import { NotBookable, type OrderBook } from './order-book.ts';

const Sku = z.string().min(1).max(255);
const Units = z.int().min(1).max(1_000_000);

const Sale = z.strictObject({
  lines: z
    .array(z.strictObject({ sku: Sku, quantity: Units, price: z.string().max(40).exactOptional() }))
    .min(1),
  customer: z.string().max(200).exactOptional(),
});
const Refund = z.strictObject({
  orderId: z.string().max(40),
  lines: z.array(z.strictObject({ lineId: z.string().max(40), quantity: Units })).min(1),
  restock: z.boolean(),
});
const Count = z.strictObject({ sku: Sku, quantity: z.int().min(-1_000_000_000).max(1_000_000_000) });
const FaultSettings = z.strictObject({
  failNext: z.strictObject({ count: z.int().min(0), status: z.int().min(200).max(599) }).exactOptional(),
  loseNextAnswers: z.int().min(0).exactOptional(),
  duplicateWebhooks: z.boolean().exactOptional(),
  webhookDelayMs: z.int().min(0).max(86_400_000).exactOptional(),
});

export interface ControlParts {
  readonly orders: OrderBook;
  readonly catalogue: Catalogue;
  readonly faults: Faults;
  /** Staff counts a product. @throws {NotBookable} for one that is unknown or not counted. */
  readonly count: (sku: string, quantity: number) => void;
}

/** 200 with JSON; 400 for a request of another shape, 422 for what the shop can't do, both with `{error}`. */
export function controlRouter({ orders, catalogue, faults, count }: ControlParts): Router {
  const router = Router();
  const route = <Input>(
    method: 'post' | 'put',
    path: string,
    shape: z.ZodType<Input>,
    work: (input: Input) => unknown,
  ) =>
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

  route('post', '/sales', Sale, (sale) => orders.sell(sale));
  route('post', '/refunds', Refund, (refund) => orders.refund(refund));
  route('put', '/quantities', Count, ({ sku, quantity }) => count(sku, quantity));
  route('put', '/faults', FaultSettings, (settings) => faults.set(settings));
  router.get('/quantities', (_request, response) => {
    response.json(Object.fromEntries([...catalogue.all()].map(({ sku, quantity }) => [sku, quantity])));
  });
  return router;
}
