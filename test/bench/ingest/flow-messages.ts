/** What the bench of whole flows and its shops tell each other. */
import type { Sandbox } from '#nodes/kit/sandbox.ts';

export type FromFlowShops =
  | { readonly kind: 'open'; readonly accounts: readonly [Sandbox['account'], Sandbox['account']] }
  | {
      readonly kind: 'sold';
      readonly orders: number;
      readonly perSecond: number;
      /** From a sale to the changed count in the other shop, over all lines of the order. */
      readonly p50Ms: number;
      readonly p99Ms: number;
      readonly maxMs: number;
    };

export type ToFlowShops =
  | {
      readonly kind: 'sell';
      readonly seconds: number;
      /** null: as fast as sales are answered, so many at once. */
      readonly perSecond: number | null;
      readonly atOnce: number;
    }
  | { readonly kind: 'close' };
