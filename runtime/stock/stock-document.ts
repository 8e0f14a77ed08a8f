/** The stored shapes of the ledger. One document holds all that decides about a SKU, so one atomic write decides. */
import type { ClientId, ConnectionId, LocationId, OrderId, Sku } from '../ids.ts';

export type MovementKind =
  /** Sold: units leave. */
  | 'commit'
  /** Units come in: a return, a delivery. */
  | 'receive'
  /** Sold on a channel, but not there: nothing leaves, a person decides. */
  | 'short'
  /** A short sale was cancelled: nothing comes in, only the channel's own count changed. */
  | 'withdraw'
  /** A person or a process corrects by a difference. */
  | 'adjust'
  /** A stock-take: the quantity was counted. */
  | 'count'
  /** A kit was sold on a channel: its components have movements of their own. */
  | 'kit'
  /** The parts of the channels were set. */
  | 'allocate';

/** Why a movement happened: leads from any quantity back to the order or the person. */
export interface MovementCause {
  readonly orderId?: OrderId | undefined;
  readonly orderNumber?: string | undefined;
  readonly lineId?: string | undefined;
  /** `person:<name>`, `import`, `order`. */
  readonly by: string;
  readonly note?: string | undefined;
}

/** One change, as it lies in the journal until it is drained into the movements. */
export interface JournalEntry {
  readonly key: string;
  readonly kind: MovementKind;
  readonly location: LocationId;
  /** Units that the operation was about: never negative. For `count` the counted quantity, for `adjust` its size. */
  readonly units: number;
  /** What it did to the units on hand at its location. */
  readonly onHandChange: number;
  /** Units that the channel took from its own count by this, where a channel's sale or return caused it. */
  readonly channel: { readonly connectionId: ConnectionId; readonly taken: number } | null;
  /** What it did to the parts of the channels, by connection; absent: nothing. */
  readonly quotaChange?: Readonly<Record<string, number>>;
  /** A sale that was short since the channel sold more than its own part. */
  readonly beyondQuota?: boolean;
  readonly cause: MovementCause;
  readonly at: Date;
}

/** The append-only history: one document for each key that was ever applied. Never updated, never deleted. */
export interface MovementDocument extends JournalEntry {
  /** `<client>/<key>` */
  readonly _id: string;
  readonly clientId: ClientId;
  readonly sku: Sku;
  /** The version of the stock item that this movement made: 1, 2, 3, … without a gap for each SKU. */
  readonly sequence: number;
}

export interface LocationStock {
  readonly onHand: number;
  readonly reserved: number;
  /** Always `onHand - reserved`; stored so that one filter can ask for it. */
  readonly available: number;
}

export interface StockDocument {
  /** `<client>/<sku>` */
  readonly _id: string;
  readonly clientId: ClientId;
  readonly sku: Sku;
  readonly title: string;
  readonly onHand: number;
  readonly reserved: number;
  readonly available: number;
  readonly backordered: number;
  readonly locations: Readonly<Record<string, LocationStock>>;
  /** Parts of the channels, by connection. Their sum is never more than `available`. Absent or null: no parts. */
  readonly quotas?: Readonly<Record<string, number>> | null;
  /** See StockLevel. */
  readonly taken: Readonly<Record<string, number>>;
  readonly version: number;
  readonly journal: readonly JournalEntry[];
  readonly journalLength: number;
  /** Grows by one at every drain: a writer with an old epoch can't write. */
  readonly journalEpoch: number;
  readonly changedAt: Date;
}

/** The `_id` of the movement that an operation's key stands for. Keys of different clients never meet. */
export function movementIdOf(clientId: ClientId, key: string): string {
  return `${clientId}/${key}`;
}

/** The `_id` of a SKU's one document. */
export function stockIdOf(clientId: ClientId, sku: Sku): string {
  return `${clientId}/${sku}`;
}

/** A SKU of which nothing is there yet. */
export function emptyStock(clientId: ClientId, sku: Sku, title: string): StockDocument {
  const nothing = { onHand: 0, reserved: 0, available: 0, backordered: 0 };
  const journal = { version: 0, journal: [], journalLength: 0, journalEpoch: 0 };
  const _id = stockIdOf(clientId, sku);
  return {
    _id,
    clientId,
    sku,
    title,
    ...nothing,
    locations: {},
    taken: {},
    ...journal,
    changedAt: new Date(),
  };
}
