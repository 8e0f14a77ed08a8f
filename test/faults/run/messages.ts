/** What the harness and the process with the shops tell each other. */
import type { Sandbox } from '#nodes/kit/sandbox.ts';
import type { Sent } from '#server/replay/messages.ts';

export type FromShops =
  | {
      readonly kind: 'open';
      readonly accounts: readonly [Sandbox['account'], Sandbox['account']];
      /** Where the shops send their webhooks: carried on to SyncFlow. */
      readonly hooks: string;
      /** Where SyncFlow sends its own webhooks, and the secret that they are signed with. */
      readonly receiver: { readonly url: string; readonly secret: string };
    }
  | { readonly kind: 'progress'; readonly orders: number; readonly webhooksWaiting: number }
  | { readonly kind: 'sent'; readonly sent: Sent }
  | {
      readonly kind: 'end';
      /** What each shop shows, by SKU. */
      readonly shown: readonly Readonly<Record<string, number | null>>[];
      /** Orders whose webhooks SyncFlow answered with 2xx: `<shop> <order id>`. */
      readonly accepted: readonly string[];
      readonly webhooks: {
        readonly sent: number;
        readonly twice: number;
        readonly late: number;
        readonly refused: number;
      };
      /** How often each of our own messages arrived, by its id. */
      readonly received: Readonly<Record<string, number>>;
      /** Deliveries to the receiver that were not signed as they should. */
      readonly forged: number;
      /** Troubles that were met, by far side. */
      readonly troubles: Readonly<Record<string, Readonly<Record<string, number>>>>;
    };

export type ToShops =
  /** SyncFlow listens here; the schedule begins. */
  { readonly kind: 'begin'; readonly to: string } | { readonly kind: 'end' } | { readonly kind: 'close' };
