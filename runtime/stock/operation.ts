/** What can be asked of the ledger, checked at the border, and what it answers. */
import { z } from 'zod';
import { ConnectionId, LocationId, OrderId, Sku } from '../ids.ts';
import type { FilledBackorder, SaleMark } from './stock-document.ts';
import type { StockLevel } from './stock-level.ts';

const UNITS_MAX = 1_000_000_000;
const units = z.int().max(UNITS_MAX, 'more than a thousand million units can only be a mistake');
const someUnits = units.min(1, 'at least one unit');
/** More connections than this sell one SKU nowhere. */
const QUOTAS_MAX = 100;

/** Names the cause, so that the same cause is applied once: `con_1:order:17:line:3:1:commit`. Per client and SKU. */
const OperationKey = z.string().min(1).max(400);

const common = z.object({
  key: OperationKey,
  sku: Sku,
  /** Where it happens. What only counts or divides (`withdraw`, `kit`, `allocate`) names any. */
  location: LocationId,
  cause: z.object({
    orderId: OrderId.optional(),
    orderNumber: z.string().max(64).optional(),
    lineId: z.string().max(64).optional(),
    by: z.string().min(1).max(100),
    note: z.string().max(500).optional(),
  }),
});

const ofChannel = {
  /**
   * The connection whose own count already changed by this; null when no channel was involved, or when its count
   * changed before: a channel that takes units from its count when the order is placed, and not when it is paid,
   * is named at `reserve` and not again at the `commit` of that reservation.
   */
  connectionId: ConnectionId.nullable(),
  /** Where the channel's own count changed, of a channel that is kept in step at several locations. */
  shelf: LocationId.exactOptional(),
};

export const StockOperation = z.discriminatedUnion('kind', [
  /**
   * Sells units, all or none: `short` when fewer are available. Of a reservation: these were promised before, may be
   * fewer than were promised, and leave from the location at which they were.
   */
  common.extend({
    kind: z.literal('commit'),
    units: someUnits,
    ...ofChannel,
    reservation: OperationKey.optional(),
  }),
  /** Promises units, all or none: `short` when fewer are available. The operation's key names the reservation. */
  common.extend({ kind: z.literal('reserve'), units: someUnits, ...ofChannel }),
  /** Takes a promise back, in whole or in part. */
  common.extend({
    kind: z.literal('release'),
    units: someUnits,
    ...ofChannel,
    reservation: OperationKey,
  }),
  /** Sells units whether they are there or not: what is there leaves, the rest is owed. Its key names the backorder. */
  common.extend({ kind: z.literal('backorder'), units: someUnits, ...ofChannel }),
  /** Takes units in. */
  common.extend({ kind: z.literal('receive'), units: someUnits, ...ofChannel }),
  /** Takes back a sale that was short, or what is still owed of a backorder: nothing comes in. */
  common.extend({
    kind: z.literal('withdraw'),
    units: someUnits,
    ...ofChannel,
    backorder: OperationKey.optional(),
  }),
  /** Corrects by a difference, up or down, never below zero available. */
  common.extend({
    kind: z.literal('adjust'),
    change: units.min(-UNITS_MAX).refine((change) => change !== 0, 'a change of 0 is none'),
  }),
  /** Sets the counted quantity, unless the SKU changed since `seenVersion`. */
  common.extend({ kind: z.literal('count'), quantity: units.min(0), seenVersion: z.int().min(0) }),
  /** Carries available units from `location` to another one. */
  common
    .extend({ kind: z.literal('transfer'), units: someUnits, to: LocationId })
    .refine(({ location, to }) => location !== to, 'from and to are the same location'),
  /** A kit was sold by a channel: its components leave by operations of their own; only the channel's count changes. */
  common.extend({ kind: z.literal('kit'), units: someUnits, ...ofChannel }),
  /**
   * Sets the parts of the channels, unless the SKU changed since `seenVersion`. `short` when they are more than what is
   * available. No part at all: every channel sells from all of it again.
   */
  common.extend({
    kind: z.literal('allocate'),
    quotas: z
      .record(ConnectionId, units.min(0))
      .refine((quotas) => Object.keys(quotas).length <= QUOTAS_MAX, `at most ${QUOTAS_MAX} parts`),
    seenVersion: z.int().min(0),
  }),
]);
export type StockOperation = z.infer<typeof StockOperation>;
export type ChannelOperation = Extract<StockOperation, { readonly connectionId: ConnectionId | null }>;

/** What can be expected is a typed outcome; what is a mistake of the caller is an error. */
export type StockResult = Recorded | Refusal | { readonly outcome: 'unknown-sku' };

/** The operation stands in the history under its key. `repeated`: it stood there before; nothing changed now. */
type Recorded =
  | {
      readonly outcome: 'applied';
      readonly repeated: boolean;
      readonly level: StockLevel;
      /** Backorders that it filled, oldest first; their units have left the location already. */
      readonly filled: readonly FilledBackorder[];
      /** Of a backorder: units that were not there. Later operations say when they are filled. */
      readonly owed: number;
    }
  /** Too little for a commit or a reserve: nothing left, and that is recorded. */
  | {
      readonly outcome: 'short';
      readonly repeated: boolean;
      readonly level: StockLevel;
      /** The newest sale before this one: who got the units. */
      readonly winner: SaleMark | null;
      /** There were units, but not in the channel's own part: it sold more than it was given. */
      readonly beyondQuota: boolean;
    };

/** Not possible as things stand. Nothing changed and nothing was recorded: the key may be used again. */
export type Refusal = { readonly level: StockLevel } & (
  | { readonly outcome: 'too-few' }
  /** A count or an allocation came too late: the SKU has changed since it was seen. */
  | { readonly outcome: 'stale' }
  /** Nothing can be corrected downwards, or carried away, where the SKU never lay. (A sale there is short.) */
  | { readonly outcome: 'unknown-location' }
  /** No reservation, or backorder, of this key has so many units open (at this location). `open`: how many it has. */
  | { readonly outcome: 'unknown-reservation'; readonly open: number }
  | { readonly outcome: 'unknown-backorder'; readonly open: number }
  /** The SKU has as many open reservations, open backorders or locations as one document may hold. */
  | { readonly outcome: 'full' }
);

/** The same key came with another content. That is a mistake of the caller, and is shown to a person. */
export class KeyReused extends Error {
  override readonly name = 'KeyReused';
  constructor(key: string, before: string, now: string) {
    super(
      `the stock operation "${key}" was booked before as ${before} and came again as ${now}; nothing was changed`,
    );
  }
}
