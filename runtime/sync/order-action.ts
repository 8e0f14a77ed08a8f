/**
 * What SyncFlow does to an order on its channel. Each is something that goes outside once: the outbox writes it down,
 * does it, and looks for it where an answer was lost. Cancelling is a method of `ChannelClient` of its own.
 */
import { z } from 'zod';

/** The channel's own id of the order. */
const ExternalId = z.string().min(1).max(100);
const UNITS_MAX = 1_000_000;
/** Of some lines of an order. */
export const OrderUnits = z.array(
  z.object({
    /** The channel's own id of the line, as in `OrderLine`. */
    lineId: z.string().min(1).max(64),
    quantity: z.int().min(1).max(UNITS_MAX),
  }),
);

/** Units of an order have been shipped. */
export const Fulfilment = z.object({
  externalId: ExternalId,
  /** null: everything that is not shipped yet. */
  lines: OrderUnits.min(1).nullable(),
  tracking: z
    .object({
      number: z.string().min(1).max(120),
      /** The carrier, as the channel knows it or as people call it: `DHL`. */
      company: z.string().max(80).nullable(),
      url: z
        .url({ protocol: /^https?$/ })
        .max(500)
        .nullable(),
    })
    .nullable(),
  /** The channel tells the customer. */
  notify: z.boolean(),
});
export type Fulfilment = z.infer<typeof Fulfilment>;

/** Units of an order are taken back. */
export const Refund = z.object({
  externalId: ExternalId,
  /** null: everything that is not refunded yet, shipping included. */
  lines: OrderUnits.min(1).nullable(),
  /** The units go back on the shop's shelf and into its count. */
  restock: z.boolean(),
  /** true: the channel sends the money back the way it came. false: only its books say so. */
  payBack: z.boolean(),
  /** Stands in the order's history. */
  reason: z.string().max(200),
  notify: z.boolean(),
});
export type Refund = z.infer<typeof Refund>;

/** Units that are not shipped yet are cancelled: what was paid for them goes back, they go back on the shelf. */
export const UnitsCancellation = z.object({
  externalId: ExternalId,
  lines: OrderUnits.min(1),
  /** `inventory`: there was too little of it. `other`: somebody's decision. */
  reason: z.enum(['inventory', 'other']),
});
export type UnitsCancellation = z.infer<typeof UnitsCancellation>;

/** A line for the shop's staff; customers don't see it. */
export const OrderNote = z.object({ externalId: ExternalId, text: z.string().min(1).max(1_000) });
export type OrderNote = z.infer<typeof OrderNote>;

/** By what one and the same action is known again at every try. */
export interface ActionMark {
  /** A UUID, the same at every try. */
  readonly key: string;
  /** When it was first asked for: what stood there before was not done by it. */
  readonly since: Date;
}

/** One kind of action, as a channel does it. */
export interface OrderAction<Request> {
  /**
   * Does it; what an earlier try did already is not done again where the channel shows it.
   * @returns what the channel calls it, where it says so.
   * @throws {Retryable} with `afterMs` when the channel asked to wait, so it was surely not done; without, nobody knows.
   */
  perform(request: Request, mark: ActionMark): Promise<{ readonly receipt: string | null }>;
  /** Looks whether it was done; null: the channel knows no such order, or can't tell yet. Changes nothing. */
  wasDone(request: Request, mark: ActionMark): Promise<boolean | null>;
  /**
   * Takes back what was done under this mark; where nothing is left of it, nothing happens. Absent: the channel can't.
   * @throws as `perform` does.
   */
  takeBack?(request: Request, mark: ActionMark): Promise<void>;
}

/** What a channel can do to orders, beside cancelling; absent: it can't. */
export interface OrderActions {
  readonly fulfil?: OrderAction<Fulfilment>;
  readonly refund?: OrderAction<Refund>;
  readonly note?: OrderAction<OrderNote>;
  /** Absent: the channel cancels orders as a whole only. */
  readonly cancelUnits?: OrderAction<UnitsCancellation>;
}
