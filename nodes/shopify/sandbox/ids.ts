/**
 * The sandbox's ids: numbers in the ranges of real shops, derived from running numbers (`seq`, from 1), so that
 * none has to be stored. Global ids (`gid://shopify/Order/…`) wrap them.
 */
const BASES = {
  Product: 8_000_000_000_000,
  ProductVariant: 44_000_000_000_000,
  InventoryItem: 46_000_000_000_000,
  Order: 5_500_000_000_000,
  FulfillmentOrder: 6_700_000_000_000,
  WebhookSubscription: 1_100_000_000_000,
  BulkOperation: 4_000_000_000_000,
  Location: 70_000_000_000,
} as const;

export const SHOP_ID = 60_000_000_001;
/** The shop's first location, from which it sells. */
export const LOCATION_ID = 70_000_000_001;
export const LOCATION_GID = gid('Location', LOCATION_ID);

/** Room for lines in an order and for what happens to an order. */
export const LINES_MAX = 10_000;
export const STEPS_MAX = 1000;

export type NumberedType = keyof typeof BASES;

export const idOf = (type: NumberedType, seq: number): number => BASES[type] + seq;
export const lineId = (order: number, line: number): number => 14_000_000_000_000 + order * LINES_MAX + line;
export const fulfillmentLineId = (order: number, line: number): number =>
  13_000_000_000_000 + order * LINES_MAX + line;
export const fulfillmentId = (order: number, index: number): number =>
  5_000_000_000_000 + order * STEPS_MAX + index;
export const transactionId = (order: number, index: number): number =>
  6_600_000_000_000 + order * STEPS_MAX + index;
export const refundId = (order: number, refund: number): number =>
  900_000_000_000 + order * STEPS_MAX + refund;
export const refundLineId = (order: number, refund: number, line: number): number =>
  400_000_000_000_000 + (order * STEPS_MAX + refund) * LINES_MAX + line;

export function gid(type: string, id: number): string {
  return `gid://shopify/${type}/${id}`;
}

/** The running number behind a global id; null when it is none of this type. */
export function seqOf(type: NumberedType, globalId: string): number | null {
  const match = /^gid:\/\/shopify\/(\w+)\/(\d{1,15})$/.exec(globalId);
  return match?.[1] === type ? seqOfNumber(type, match[2] ?? '') : null;
}

/** The running number behind a plain id. */
export function seqOfNumber(type: NumberedType, id: string): number | null {
  const seq = /^\d{1,15}$/.test(id) ? Number(id) - BASES[type] : 0;
  return seq > 0 ? seq : null;
}

/** The place of a line in its order, by the line's global id. */
export function lineOf(order: number, globalId: string): number | null {
  const id = /^gid:\/\/shopify\/LineItem\/(\d{1,15})$/.exec(globalId)?.[1];
  const line = id ? Number(id) - lineId(order, 0) : -1;
  return line >= 0 && line < LINES_MAX ? line : null;
}
