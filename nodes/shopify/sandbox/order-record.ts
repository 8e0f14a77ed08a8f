/** An order as the sandbox keeps it, and the numbers that follow from it. */
import { lineId, refundLineId } from './ids.ts';

interface RecordedLine {
  /** Running number of the product. */
  readonly product: number;
  readonly quantity: number;
  /** Minor units. */
  readonly price: number;
}

export interface RecordedRefund {
  readonly atMs: number;
  readonly restock: boolean;
  readonly lines: readonly { readonly line: number; readonly quantity: number }[];
}

export interface OrderRecord {
  readonly seq: number;
  readonly placedAtMs: number;
  readonly customer: string;
  readonly lines: readonly RecordedLine[];
  /** Oldest first; only ever added to, so an earlier state of the order is a shorter list. */
  readonly refunds: readonly RecordedRefund[];
}

export interface OrderFigures {
  readonly name: string;
  readonly updatedAtMs: number;
  /** Minor units: as sold, and without what was refunded. */
  readonly total: number;
  readonly currentTotal: number;
  readonly financialStatus: 'paid' | 'partially_refunded' | 'refunded';
  /** Units of each line that were not refunded. */
  readonly currentQuantities: readonly number[];
}

export const orderName = (seq: number): string => `#${1000 + seq}`;

/** The order as it stood after its first `count` refunds. */
export function asOfRefund(order: OrderRecord, count: number): OrderRecord {
  return { ...order, refunds: order.refunds.slice(0, count) };
}

export function figuresOf(order: OrderRecord): OrderFigures {
  const current = order.lines.map((line) => line.quantity);
  for (const { line, quantity } of order.refunds.flatMap((refund) => refund.lines)) {
    current[line] = (current[line] ?? 0) - quantity;
  }
  const total = sum(order.lines.map((line) => line.quantity * line.price));
  const currentTotal = sum(order.lines.map((line, index) => (current[index] ?? 0) * line.price));
  return {
    name: orderName(order.seq),
    updatedAtMs: order.refunds.at(-1)?.atMs ?? order.placedAtMs,
    total,
    currentTotal,
    financialStatus: financialStatus(order, current),
    currentQuantities: current,
  };
}

function financialStatus(order: OrderRecord, current: readonly number[]): OrderFigures['financialStatus'] {
  if (order.refunds.length === 0) return 'paid';
  return current.some((units) => units > 0) ? 'partially_refunded' : 'refunded';
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** Shopify's stamps have whole seconds. */
export function stamp(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19)}Z`;
}

export const lineIds = (order: OrderRecord): readonly string[] =>
  order.lines.map((_line, index) => String(lineId(order.seq, index)));

/** The ids of a refund's lines, in their order. */
export const refundLineIds = (order: OrderRecord, refund: number): readonly number[] =>
  (order.refunds[refund]?.lines ?? []).map((_line, index) => refundLineId(order.seq, refund, index));
