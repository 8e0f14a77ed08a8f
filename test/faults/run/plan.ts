/** What will happen in a run, and when: made of a seed, so that the same seed makes the same run. */

/** The processes that get killed. The web process takes its runners and its database with it. */
export const VICTIMS = ['web', 'runner', 'database'] as const;
export type Victim = (typeof VICTIMS)[number];

/** Whose calls go wrong: the two shops, and the receiver of our own webhooks. */
export const FAR_SIDES = ['shopify', 'woocommerce', 'receiver'] as const;
export type FarSide = (typeof FAR_SIDES)[number];

/**
 * `429`, `500`: answered so, nothing done. `cut`: nothing done, and no answer for some seconds. `lost`: done, and the
 * answer lost. `twice`: done twice, as a network does that repeats a packet.
 */
export const TROUBLES = ['429', '500', 'cut', 'lost', 'twice'] as const;
export type Trouble = (typeof TROUBLES)[number];

export interface PlannedOrder {
  readonly atMs: number;
  readonly shop: 0 | 1;
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[];
  /** The first line comes back so many milliseconds after the sale; null: nothing does. */
  readonly refundAfterMs: number | null;
}

export interface FaultPlan {
  readonly seed: number;
  readonly orders: readonly PlannedOrder[];
  readonly kills: readonly { readonly atMs: number; readonly victim: Victim }[];
  readonly troubles: readonly {
    readonly atMs: number;
    readonly where: FarSide;
    readonly trouble: Trouble;
    /** So many calls one after another. */
    readonly calls: number;
  }[];
}

export interface RunSize {
  readonly seed: number;
  readonly orders: number;
  readonly ordersPerSecond: number;
  readonly kills: number;
}

const SKUS = 40;
const LINES_MAX = 3;
const REFUNDED_SHARE = 0.06;
const REFUND_AFTER_MS_MAX = 15_000;
const TROUBLE_EVERY_MS = 1_200;
const TROUBLE_CALLS_MAX = 3;
/** The first kill comes when all is at work. */
const QUIET_MS = 1_500;

export const skuOf = (index: number): string => `SKU-${String(index).padStart(2, '0')}`;
/** Most products never run out; every tenth does soon, so that some orders come too late. */
export const PRODUCTS = Array.from({ length: SKUS }, (_, index) => ({
  sku: skuOf(index),
  title: `Product ${index}`,
  price: '2.95',
  quantity: index % 10 === 9 ? 30 : 50_000,
}));

export function planRun({ seed, orders, ordersPerSecond, kills }: RunSize): FaultPlan {
  const random = randomOf(seed);
  const pick = <One>(list: readonly One[]): One => list[Math.floor(random() * list.length)] as One;
  const lastsMs = (orders / ordersPerSecond) * 1_000;
  return {
    seed,
    orders: Array.from({ length: orders }, (_, index) => ({
      atMs: (index / ordersPerSecond) * 1_000,
      shop: random() < 0.5 ? 0 : 1,
      lines: Array.from({ length: 1 + Math.floor(random() * LINES_MAX) }, () => ({
        sku: skuOf(Math.floor(random() * SKUS)),
        quantity: 1 + Math.floor(random() * 2),
      })),
      refundAfterMs:
        random() < REFUNDED_SHARE ? Math.floor(random() * Math.min(REFUND_AFTER_MS_MAX, lastsMs / 4)) : null,
    })),
    // Spread evenly, each within its own part of the time, so that there are as many as were asked for.
    kills: Array.from({ length: kills }, (_, index) => ({
      atMs: QUIET_MS + ((index + random()) / kills) * (lastsMs - QUIET_MS),
      victim: pick(VICTIMS),
    })),
    troubles: Array.from({ length: Math.floor(lastsMs / TROUBLE_EVERY_MS) }, (_, index) => ({
      atMs: (index + random()) * TROUBLE_EVERY_MS,
      where: pick(FAR_SIDES),
      trouble: pick(TROUBLES),
      calls: 1 + Math.floor(random() * TROUBLE_CALLS_MAX),
    })),
  };
}

/** Numbers from 0 up to 1, the same for the same seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
