/** What can be asked of the ledger, checked at the border, and what it answers. */
import { z } from 'zod';
import { ConnectionId, LocationId, OrderId, Sku } from '../ids.ts';
import type { JournalEntry } from './stock-document.ts';
import type { StockLevel } from './stock-level.ts';

const UNITS_MAX = 1_000_000_000;
const units = z.int().max(UNITS_MAX, 'more than a thousand million units can only be a mistake');

const common = z.object({
  /** Names the cause, so that the same cause is applied once: `con_1:order:17:line:3:1:commit`. */
  key: z.string().min(1).max(400),
  sku: Sku,
  location: LocationId,
  cause: z.object({
    orderId: OrderId.optional(),
    orderNumber: z.string().max(64).optional(),
    lineId: z.string().max(64).optional(),
    by: z.string().min(1).max(100),
    note: z.string().max(500).optional(),
  }),
});

const ofChannel = z.object({
  /** The connection whose own count already changed by this sale or return; null when no channel was involved. */
  connectionId: ConnectionId.nullable(),
});

export const StockOperation = z.discriminatedUnion('kind', [
  /** Sells units, all or none: `short` when fewer are available. */
  common.extend({ kind: z.literal('commit'), units: units.min(1), ...ofChannel.shape }),
  /** Takes units in. */
  common.extend({ kind: z.literal('receive'), units: units.min(1), ...ofChannel.shape }),
  /** Takes back a sale that was short: only the channel's own count changes. */
  common.extend({ kind: z.literal('withdraw'), units: units.min(1), ...ofChannel.shape }),
  /** Corrects by a difference, up or down, never below zero on hand. */
  common.extend({
    kind: z.literal('adjust'),
    change: units.min(-UNITS_MAX).refine((change) => change !== 0, 'a change of 0 is none'),
  }),
  /** A kit was sold by a channel: its components leave by operations of their own; only the channel's count changes here. */
  common.extend({ kind: z.literal('kit'), units: units.min(1), ...ofChannel.shape }),
  /**
   * Sets the parts of the channels, unless the SKU changed since `seenVersion`. `short` when they are more than what is
   * available. No part at all: every channel sells from all of it again.
   */
  common.extend({
    kind: z.literal('allocate'),
    quotas: z.record(ConnectionId, units.min(0)),
    seenVersion: z.int().min(0),
  }),
  /** Sets the counted quantity, unless the SKU changed since `seenVersion`. */
  common.extend({ kind: z.literal('count'), quantity: units.min(0), seenVersion: z.int().min(0) }),
]);
export type StockOperation = z.infer<typeof StockOperation>;
export type ChannelOperation = Extract<StockOperation, { readonly connectionId: ConnectionId | null }>;

export type StockResult =
  /** `repeated`: the key was applied before; nothing changed now. */
  | { readonly outcome: 'applied'; readonly repeated: boolean; readonly level: StockLevel }
  /** Not enough. A commit is then recorded as short; an adjust below zero is not recorded at all. */
  | {
      readonly outcome: 'short';
      readonly repeated: boolean;
      readonly level: StockLevel;
      /** There were units, but not in the channel's own part: it sold more than it was given. */
      readonly beyondQuota?: boolean;
      /** The newest sale before this one, by the journal: who got the units. */
      readonly winner: JournalEntry | null;
    }
  /** A count or an allocation came too late: the SKU has changed since it was seen. Nothing changed. */
  | { readonly outcome: 'stale'; readonly level: StockLevel }
  /** The ledger holds no such SKU. */
  | { readonly outcome: 'unknown-sku' };

/** The same key came with another content. That is a mistake of the caller, and is shown to a person. */
export class KeyReused extends Error {
  override readonly name = 'KeyReused';
  constructor(key: string, before: string, now: string) {
    super(
      `the stock operation "${key}" was booked before as ${before} and came again as ${now}; nothing was changed`,
    );
  }
}
