/** An order as the sandbox keeps it, and the numbers that follow from it. */
import { lineId, refundLineId } from './ids.ts';

export interface RecordedLine {
  /** Running number of the product. */
  readonly product: number;
  readonly quantity: number;
  /** Minor units. */
  readonly price: number;
}

/** Units that leave an order. `return`: they had been shipped. `no_restock`: they don't go back on the shelf. */
export interface RemovedUnits {
  readonly line: number;
  readonly quantity: number;
  readonly how: 'cancel' | 'return' | 'no_restock';
  /** They had been shipped; else they are no longer to be shipped. */
  readonly shipped: boolean;
  /** Number of the location where they go back on the shelf; absent: the order's own. */
  readonly location?: number;
}

export interface Tracking {
  readonly number: string | null;
  readonly company: string | null;
  readonly url: string | null;
}

/** Something that happened to an order after it was placed. Each changes it once and for good. */
export type OrderStep = { readonly atMs: number } & (
  | { readonly kind: 'paid' }
  | {
      readonly kind: 'refund';
      readonly removed: readonly RemovedUnits[];
      /** Minor units that went back to the customer. */
      readonly amount: number;
      readonly note: string | null;
    }
  | {
      readonly kind: 'cancel';
      readonly removed: readonly RemovedUnits[];
      readonly amount: number;
      readonly reason: string;
    }
  | {
      readonly kind: 'edit';
      readonly removed: readonly RemovedUnits[];
      readonly raised: readonly { readonly line: number; readonly quantity: number }[];
    }
  | {
      readonly kind: 'ship';
      readonly units: readonly { readonly line: number; readonly quantity: number }[];
      readonly tracking: Tracking | null;
    }
  | { readonly kind: 'note'; readonly text: string }
);

/** A step that Shopify shows as a refund: refunds proper, cancellations, and edits that take units out. */
export interface RefundStep {
  readonly atMs: number;
  readonly removed: readonly RemovedUnits[];
  readonly amount: number;
  readonly note: string | null;
}

export interface OrderRecord {
  readonly seq: number;
  readonly placedAtMs: number;
  readonly customer: string;
  readonly paid: boolean;
  /** Staff tried the checkout out. */
  readonly test: boolean;
  /** Number of the location that ships it, from 0. */
  readonly location: number;
  readonly lines: readonly RecordedLine[];
  /** Oldest first; only ever added to, so an earlier state of the order is a shorter list. */
  readonly steps: readonly OrderStep[];
}

/** Units of one line. */
export interface LineFigures {
  /** As sold, edits included; never falls. */
  readonly sold: number;
  /** What the customer still gets or has got. */
  readonly current: number;
  readonly shipped: number;
  readonly toShip: number;
}

export interface OrderFigures {
  readonly name: string;
  readonly updatedAtMs: number;
  /** Minor units: as sold, and without what was taken out. */
  readonly total: number;
  readonly currentTotal: number;
  readonly refunded: number;
  readonly financialStatus: 'pending' | 'paid' | 'partially_refunded' | 'refunded' | 'voided';
  readonly fulfillmentStatus: 'partial' | 'fulfilled' | null;
  readonly cancelled: { readonly atMs: number; readonly reason: string } | null;
  readonly note: string | null;
  readonly lines: readonly LineFigures[];
  readonly refunds: readonly RefundStep[];
}

export const orderName = (seq: number): string => `#${1000 + seq}`;

/** The order as it stood after its first `count` steps. */
export function asOfStep(order: OrderRecord, count: number): OrderRecord {
  return { ...order, steps: order.steps.slice(0, count) };
}

export function figuresOf(order: OrderRecord): OrderFigures {
  const refunds = order.steps.flatMap(refundOf);
  const lines = lineFigures(order);
  const cancel = order.steps.find((step) => step.kind === 'cancel');
  const refunded = sum(refunds.map(({ amount }) => amount));
  const total = sum(order.lines.map((line, index) => (lines[index]?.sold ?? 0) * line.price));
  return {
    name: orderName(order.seq),
    updatedAtMs: order.steps.at(-1)?.atMs ?? order.placedAtMs,
    total,
    currentTotal: sum(order.lines.map((line, index) => (lines[index]?.current ?? 0) * line.price)),
    refunded,
    financialStatus: financialStatus(order, cancel !== undefined, refunded, total),
    fulfillmentStatus: fulfillmentStatus(lines),
    cancelled: cancel ? { atMs: cancel.atMs, reason: cancel.reason } : null,
    note: order.steps.findLast((step) => step.kind === 'note')?.text ?? null,
    lines,
    refunds,
  };
}

function refundOf(step: OrderStep): RefundStep[] {
  const { atMs } = step;
  if (step.kind === 'refund') return [step];
  if (step.kind === 'cancel') return [{ atMs, removed: step.removed, amount: step.amount, note: null }];
  if (step.kind === 'edit' && step.removed.length > 0)
    return [{ atMs, removed: step.removed, amount: 0, note: null }];
  return [];
}

function lineFigures(order: OrderRecord): LineFigures[] {
  const figures = order.lines.map(({ quantity }) => ({ sold: quantity, removed: 0, back: 0, shipped: 0 }));
  for (const step of order.steps) {
    for (const { line, quantity } of step.kind === 'edit' ? step.raised : []) {
      const figure = figures[line];
      if (figure) figure.sold += quantity;
    }
    for (const { line, quantity } of step.kind === 'ship' ? step.units : []) {
      const figure = figures[line];
      if (figure) figure.shipped += quantity;
    }
    for (const { line, quantity, shipped } of 'removed' in step ? step.removed : []) {
      const figure = figures[line];
      if (!figure) continue;
      figure.removed += quantity;
      if (shipped) figure.back += quantity;
    }
  }
  return figures.map(({ sold, removed, back, shipped }) => ({
    sold,
    current: sold - removed,
    shipped: shipped - back,
    toShip: sold - removed - (shipped - back),
  }));
}

function financialStatus(
  order: OrderRecord,
  cancelled: boolean,
  refunded: number,
  total: number,
): OrderFigures['financialStatus'] {
  if (!isPaid(order)) return cancelled ? 'voided' : 'pending';
  if (refunded === 0) return 'paid';
  return refunded >= total ? 'refunded' : 'partially_refunded';
}

export function isPaid(order: OrderRecord): boolean {
  return order.paid || order.steps.some((step) => step.kind === 'paid');
}

function fulfillmentStatus(lines: readonly LineFigures[]): OrderFigures['fulfillmentStatus'] {
  if (lines.every(({ shipped }) => shipped === 0)) return null;
  return lines.every(({ toShip }) => toShip === 0) ? 'fulfilled' : 'partial';
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
export const refundLineIds = (order: OrderRecord, refund: number, count: number): readonly number[] =>
  Array.from({ length: count }, (_, index) => refundLineId(order.seq, refund, index));
