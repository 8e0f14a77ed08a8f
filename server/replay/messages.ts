/** What the replay and its shops process tell each other. */
import type { Sandbox } from '#nodes/kit/sandbox.ts';
import type { Plan } from './plan.ts';

/** What was really sent: the measure for what must have arrived. */
export interface Sent {
  readonly orders: readonly { readonly shop: number; readonly id: string; readonly lines: number }[];
  /** Units that each shop sold, less those that came back, by SKU. */
  readonly taken: readonly [Record<string, number>, Record<string, number>];
  readonly refunds: number;
  readonly corrections: { readonly done: number; readonly refused: number };
  /** Sum of the corrections that were accepted, by SKU. */
  readonly corrected: Record<string, number>;
}

export interface Lags {
  readonly samples: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** Sales that changed nothing in the other shop before the end (a return came at the same moment). */
  readonly unanswered: number;
}

export type FromShops =
  | {
      readonly kind: 'open';
      readonly accounts: readonly [Sandbox['account'], Sandbox['account']];
      readonly counts: Plan['counts'];
      readonly steps: number;
      readonly opening: Record<string, number | null>;
    }
  | { readonly kind: 'progress'; readonly steps: number; readonly webhooksWaiting: number }
  | { readonly kind: 'sent'; readonly sent: Sent }
  | { readonly kind: 'lags'; readonly lags: Lags };

export type ToShops =
  /** Begin; corrections are sent to the API with this key. */
  | { readonly kind: 'begin'; readonly url: string; readonly key: string }
  /** How much waits on our side: the shops hold back while it is too much. */
  | { readonly kind: 'waiting'; readonly events: number; readonly listings: number }
  /** Lines that were held back, as `<shop> <order id> <sku>`: they change nothing in the other shop. */
  | { readonly kind: 'short'; readonly lines: readonly string[] }
  | { readonly kind: 'close' };
