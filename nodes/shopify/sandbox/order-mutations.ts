/** What apps do to orders: ship, cancel, refund, note. Rules as the schema's texts and shopify.dev tell them. */
import type { DatabaseSync } from 'node:sqlite';
import type { GraphQLResolveInfo } from 'graphql';
import { moneyFromDecimal } from '#runtime/money.ts';
import type { AnswerStore } from './answer-store.ts';
import { answeredOnce, idempotencyKey } from './idempotent.ts';
import { fulfillmentLineId, gid, LINES_MAX, lineOf, seqOf } from './ids.ts';
import { locationIndex } from './item-nodes.ts';
import type { JobBook } from './job-book.ts';
import { NotBookable } from './not-bookable.ts';
import type { OrderBook } from './order-book.ts';
import type { OrderNodes } from './order-nodes.ts';
import { figuresOf, isPaid, type OrderRecord, type RemovedUnits, type Tracking } from './order-record.ts';
import { cancelStep, nextMs, shipStep, takeOut, type Units } from './order-steps.ts';
import { paymentGid } from './refund-nodes.ts';

export interface OrderMutationParts {
  readonly database: DatabaseSync;
  readonly orders: OrderBook;
  readonly nodes: OrderNodes;
  readonly jobs: JobBook;
  readonly currency: string;
  readonly locations: readonly string[];
  readonly answers: AnswerStore<RefundAnswer>;
}

interface UserError {
  readonly field: readonly string[] | null;
  readonly message: string;
}
interface RefundAnswer {
  /** Order and place of the refund; null: it was refused. */
  readonly made: readonly [seq: number, index: number] | null;
  readonly userErrors: readonly UserError[];
}

interface FulfillmentInput {
  readonly lineItemsByFulfillmentOrder: readonly {
    readonly fulfillmentOrderId: string;
    readonly fulfillmentOrderLineItems?: readonly { readonly id: string; readonly quantity: number }[] | null;
  }[];
  readonly trackingInfo?: Partial<Tracking> | null;
}
interface RefundInput {
  readonly orderId: string;
  readonly note?: string | null;
  readonly refundLineItems?:
    | readonly {
        readonly lineItemId: string;
        readonly quantity: number;
        readonly restockType?: string | null;
        readonly locationId?: string | null;
      }[]
    | null;
  readonly transactions?:
    | readonly { readonly amount: string; readonly kind: string; readonly parentId?: string | null }[]
    | null;
}

const refusal = (field: string, message: string): UserError[] => [{ field: [field], message }];

export function orderMutations(parts: OrderMutationParts) {
  const { orders, nodes, jobs } = parts;
  return {
    fulfillmentCreate: ({ fulfillment }: { fulfillment: FulfillmentInput }) => {
      try {
        const order = ship(fulfillment, orders);
        const made = (nodes.order(order).fulfillments as (first: object) => unknown[])({}).at(-1);
        return { fulfillment: made, userErrors: [] };
      } catch (error) {
        return { fulfillment: null, userErrors: refusal('fulfillment', sentence(error)) };
      }
    },

    orderCancel: (args: {
      orderId: string;
      reason: string;
      restock: boolean;
      refundMethod?: object | null;
    }) => {
      const order = orders.bySeq(seqOf('Order', args.orderId) ?? 0);
      const wanted = {
        restock: args.restock,
        refund: args.refundMethod != null,
        reason: args.reason.toLowerCase(),
      };
      try {
        if (!order) return cancelRefusal('NOT_FOUND', 'Order does not exist');
        cancelStep(order, wanted);
        // Done a little later, by a job: an answer means "begun".
        const job = jobs.start(() => {
          const now = orders.bySeq(order.seq);
          if (now) orders.happen(now, cancelStep(now, wanted));
        });
        return { job, orderCancelUserErrors: [] };
      } catch (error) {
        return cancelRefusal('INVALID', sentence(error));
      }
    },

    refundCreate: ({ input }: { input: RefundInput }, _context: unknown, info: GraphQLResolveInfo) => {
      const answer = answeredOnce(parts, idempotencyKey(info), input, () => refund(input, parts));
      if (answer === 'mismatch') {
        const text = 'The same idempotency key cannot be used with different operation parameters.';
        return { refund: null, userErrors: refusal('input', text) };
      }
      const order = answer.made && orders.bySeq(answer.made[0]);
      return {
        refund: order && answer.made ? nodes.refund(order, answer.made[1]) : null,
        userErrors: answer.userErrors,
      };
    },

    orderUpdate: ({ input }: { input: { id: string; note?: string | null } }) => {
      const order = orders.bySeq(seqOf('Order', input.id) ?? 0);
      if (!order) return { order: null, userErrors: refusal('id', 'Order does not exist') };
      if (input.note === undefined) return { order: nodes.order(order), userErrors: [] };
      const after = orders.happen(order, { kind: 'note', atMs: nextMs(order), text: input.note ?? '' });
      return { order: nodes.order(after), userErrors: [] };
    },
  };
}

function cancelRefusal(code: string, message: string) {
  return { job: null, orderCancelUserErrors: [{ code, field: ['orderId'], message }] };
}

function sentence(error: unknown): string {
  if (error instanceof NotBookable) return error.message;
  throw error;
}

function ship(
  { lineItemsByFulfillmentOrder: groups, trackingInfo }: FulfillmentInput,
  orders: OrderBook,
): OrderRecord {
  const [group, ...others] = groups;
  const order = orders.bySeq(seqOf('FulfillmentOrder', group?.fulfillmentOrderId ?? '') ?? 0);
  if (!group || !order || others.length > 0) throw new NotBookable('Fulfillment order does not exist');
  const { cancelled, lines } = figuresOf(order);
  if (cancelled) throw new NotBookable('Fulfillment order has an unfulfillable status= cancelled');
  const all = lines.flatMap(({ toShip }, line) => (toShip > 0 ? [{ line, quantity: toShip }] : []));
  if (all.length === 0) throw new NotBookable('Fulfillment order has an unfulfillable status= closed');
  const named = group.fulfillmentOrderLineItems ?? [];
  const units = named.map(({ id, quantity }) => ({ line: fulfillmentLineOf(order, id), quantity }));
  const tracking = trackingInfo && { number: null, company: null, url: null, ...trackingInfo };
  return orders.happen(order, shipStep(order, named.length > 0 ? units : all, tracking ?? null));
}

function fulfillmentLineOf(order: OrderRecord, id: string): number {
  const line = Number(/\/(\d{1,15})$/.exec(id)?.[1] ?? -1) - fulfillmentLineId(order.seq, 0);
  if (
    line < 0 ||
    line >= LINES_MAX ||
    id !== gid('FulfillmentOrderLineItem', fulfillmentLineId(order.seq, line))
  )
    throw new NotBookable('Fulfillment order line item does not exist');
  return line;
}

function refund(input: RefundInput, parts: OrderMutationParts): RefundAnswer {
  const refused = (field: string, message: string): RefundAnswer => ({
    made: null,
    userErrors: refusal(field, message),
  });
  const order = parts.orders.bySeq(seqOf('Order', input.orderId) ?? 0);
  if (!order) return refused('orderId', 'Order does not exist');
  const figures = figuresOf(order);
  try {
    const removed: RemovedUnits[] = [];
    for (const line of input.refundLineItems ?? [])
      removed.push(...removedBy(line, order, removed, parts.locations));
    const amount = (input.transactions ?? []).reduce((total, transaction) => {
      if (transaction.kind !== 'REFUND' || transaction.parentId !== paymentGid(order))
        throw new NotBookable('Transactions must refer to a payment of the order');
      return total + moneyFromDecimal(transaction.amount, parts.currency).amount;
    }, 0);
    if (!isPaid(order) && amount > 0) throw new NotBookable('The order was not paid');
    if (amount > figures.total - figures.refunded)
      throw new NotBookable('Refund amount cannot be greater than the amount that was paid');
    if (removed.length === 0 && amount === 0) throw new NotBookable('Nothing to refund');
    parts.orders.happen(order, {
      kind: 'refund',
      atMs: nextMs(order),
      removed,
      amount,
      note: input.note ?? null,
    });
    return { made: [order.seq, figures.refunds.length], userErrors: [] };
  } catch (error) {
    return refused('refundLineItems', sentence(error));
  }
}

type RefundLine = NonNullable<RefundInput['refundLineItems']>[number];

function removedBy(
  { lineItemId, quantity, restockType, locationId }: RefundLine,
  order: OrderRecord,
  before: readonly RemovedUnits[],
  locations: readonly string[],
): RemovedUnits[] {
  const line = lineOf(order.seq, lineItemId);
  if (line === null) throw new NotBookable('Line item does not exist');
  const how = (restockType ?? 'NO_RESTOCK').toLowerCase();
  const location = locationIndex(locationId ?? '', locations);
  if (how !== 'no_restock' && location === null) throw new NotBookable('A location is needed to restock at');
  const step = { kind: 'refund', atMs: 0, removed: before, amount: 0, note: null } as const;
  const units: Units = [{ line, quantity }];
  const removed = takeOut({ ...order, steps: [...order.steps, step] }, units, how !== 'no_restock');
  if (how === 'cancel' && removed.some(({ shipped }) => shipped))
    throw new NotBookable('Units that were shipped cannot be restocked as cancelled');
  return removed.map((units) => ({
    ...units,
    ...(how === 'return' && { how }),
    ...(location !== null && { location }),
  }));
}
