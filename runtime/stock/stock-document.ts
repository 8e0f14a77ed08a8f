/** The stored shapes of the ledger. One document holds all that decides about a SKU, so one atomic write decides. */
import type { Binary } from 'mongodb';
import type { ClientId, ConnectionId, LocationId, OrderId, Sku } from '../ids.ts';
import { wordsOf } from '../search/words.ts';
import type { Quotas } from './quotas.ts';

export type MovementKind =
  /** Sold: units leave. */
  | 'commit'
  /** Promised: units stay, but nobody else gets them. */
  | 'reserve'
  /** A promise is taken back. */
  | 'release'
  /** Sold, whether there or not: what is missing is owed. */
  | 'backorder'
  /** Units come in: a return, a delivery. */
  | 'receive'
  /** Sold or promised on a channel, but not there: nothing leaves, a person or a policy decides. */
  | 'short'
  /** A short sale, or what is owed of a backorder, was cancelled: nothing comes in. */
  | 'withdraw'
  /** A person or a process corrects by a difference. */
  | 'adjust'
  /** A stock-take: the quantity was counted. */
  | 'count'
  /** Units were carried from one location to another. */
  | 'transfer'
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

/** One change, as it lies in the journal until it is drained into the movements. What it did: `effect.ts`. */
export interface JournalEntry {
  readonly key: string;
  readonly kind: MovementKind;
  readonly location: LocationId;
  /** Units that the operation was about: never negative. For `count` the counted quantity, for `adjust` its size. */
  readonly units: number;
  /** What it did to the units on hand at its location, but for the backorders that it filled. */
  readonly onHandChange: number;
  /** What it did to the promised units at its location; absent: nothing. */
  readonly reservedChange?: number;
  /** Where transferred units went. */
  readonly to?: LocationId;
  /** The key of the reservation that was used up or released, by so many units. */
  readonly reservation?: string;
  /** The key of the backorder of which so many units were withdrawn. */
  readonly backorder?: string;
  /** Of a backorder: units that were not there. */
  readonly owed?: number;
  /** Backorders that were filled, in part or in whole, by what this brought in. */
  readonly filled?: readonly FilledBackorder[];
  /** Units that the channel took from its own count by this, where a channel's sale or return caused it. */
  readonly channel: ChannelTake | null;
  /** `allocate`: the parts as they were set. */
  readonly quotas?: Quotas;
  /** What it did to the parts of the channels, by connection; absent: nothing. */
  readonly quotaChange?: Quotas;
  /** Of a short sale: there were units, but they are the parts of other channels. */
  readonly beyondQuota?: boolean;
  /** Of a short sale: what was asked for, if it was not a commit. */
  readonly asked?: 'reserve';
  /** Of a short sale: the newest sale before it; null: there was none. */
  readonly lostTo?: SaleMark | null;
  readonly cause: MovementCause;
  readonly at: Date;
}

export interface ChannelTake {
  readonly connectionId: ConnectionId;
  readonly taken: number;
  /** Which of its counts changed, of a channel that counts at several locations. */
  readonly shelf?: LocationId;
}

/** A sale, as far as one needs to know it to say who got the units. */
export type SaleMark = Pick<JournalEntry, 'key' | 'location' | 'units' | 'channel' | 'cause' | 'at'>;

export interface FilledBackorder {
  /** The key of the backorder. */
  readonly key: string;
  readonly location: LocationId;
  /** Units that left the location for it now. */
  readonly units: number;
  /** Units that are still owed after that. */
  readonly left: number;
  readonly cause: MovementCause;
}

/** The append-only history: one document for each operation that was ever applied. Never updated, never deleted. */
export interface MovementDocument extends JournalEntry {
  /** `<client>/<sku>/<key>` */
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

/** Units that are promised and neither committed nor released yet. */
export interface OpenReservation {
  /** The key of the operation that reserved them. */
  readonly key: string;
  readonly location: LocationId;
  readonly units: number;
}

/** Units that are owed: sold, but not there yet. */
export interface OpenBackorder {
  /** The key of the operation that sold them. */
  readonly key: string;
  /** Where they will leave from. */
  readonly location: LocationId;
  readonly units: number;
  readonly cause: MovementCause;
}

export interface StockDocument {
  /** `<client>/<sku>` */
  readonly _id: string;
  readonly clientId: ClientId;
  readonly sku: Sku;
  readonly title: string;
  /** By which it is found in lists. */
  readonly words: readonly string[];
  readonly onHand: number;
  readonly reserved: number;
  /** Below zero only after a count that found fewer units than are promised. */
  readonly available: number;
  readonly backordered: number;
  readonly locations: Readonly<Record<string, LocationStock>>;
  /** Parts of the channels, by connection. Their sum is never more than `available`. null: no parts. */
  readonly quotas: Quotas | null;
  readonly reservations: readonly OpenReservation[];
  /** Oldest first. */
  readonly backorders: readonly OpenBackorder[];
  /** See StockLevel. */
  readonly taken: Readonly<Record<string, number>>;
  /** The newest sale. */
  readonly lastSale: SaleMark | null;
  readonly version: number;
  readonly journal: readonly JournalEntry[];
  readonly journalLength: number;
  /** Grows by one at every drain: a writer with an old epoch can't write. */
  readonly journalEpoch: number;
  /** Marks of every key that was drained (key-filter.ts); null: none was, or too many were to be marked. */
  readonly keyFilter: Binary | null;
  readonly changedAt: Date;
}

/** A stock document without its journal. */
export type StockHead = Omit<StockDocument, 'journal' | 'journalLength' | 'journalEpoch' | 'keyFilter'>;

/**
 * The `_id` of the movement that an operation's key stands for. Keys of different clients never meet; nor do those of
 * different SKUs, since no single write could hold two documents against each other.
 */
export function movementIdOf(clientId: ClientId, sku: Sku, key: string): string {
  return `${clientId}/${sku}/${key}`;
}

/** The `_id` of a SKU's one document. */
export function stockIdOf(clientId: ClientId, sku: Sku): string {
  return `${clientId}/${sku}`;
}

/** A SKU of which nothing is there yet. */
export function emptyStock(clientId: ClientId, sku: Sku, title: string): StockDocument {
  return {
    _id: stockIdOf(clientId, sku),
    clientId,
    sku,
    title,
    words: wordsOf([sku, title]),
    onHand: 0,
    reserved: 0,
    available: 0,
    backordered: 0,
    locations: {},
    quotas: null,
    reservations: [],
    backorders: [],
    taken: {},
    lastSale: null,
    version: 0,
    journal: [],
    journalLength: 0,
    journalEpoch: 0,
    keyFilter: null,
    changedAt: new Date(),
  };
}
