/**
 * What the runtime needs of a sales channel. Each channel folder under nodes/ implements it once
 * (`defineChannel` in nodes/kit); the runtime never sees a channel's own field names, URLs or headers.
 */
import type { z } from 'zod';
import type { ConnectionId, LocationId } from '../ids.ts';
import type { ToldBudget } from '../limits/budget.ts';
import type { Order } from '../orders/order.ts';
import type { ConnectWay, KeyRenewal } from './channel-connect.ts';
import type { ConnectionFinding } from './connection-finding.ts';
import type { OrderActions } from './order-action.ts';

/** An account with its secrets opened: lives for the time of one use, is never logged or stored. */
export interface ChannelAccount<Secret = unknown> {
  readonly connectionId: ConnectionId;
  /** Origin of the shop without a slash at the end (`https://shop.example`). A sandbox differs from a real shop in this alone. */
  readonly baseUrl: string;
  readonly secret: Secret;
  /**
   * The secret as it is valid now, for channels whose keys run out: renewed under a lock when it is due, or when
   * `refused` is the one that the channel has just refused. Absent: `secret` is all there is.
   */
  readonly fresh?: (refused?: Secret) => Promise<Secret>;
  /**
   * The shop's locations that are kept in step, each with the location of the ledger that it stands for; the one first that
   * was kept before there were several. Absent or empty: one location, which shows all that is there.
   */
  readonly locations?: readonly LocationLink[];
}

export interface LocationLink {
  /** The channel's own id of the location. */
  readonly id: string;
  readonly location: LocationId;
}

/** A place where a shop keeps stock, as the shop shows it. */
export interface RemoteLocation {
  readonly id: string;
  readonly name: string;
  /** The one that is kept in step as long as nobody has chosen several. */
  readonly first: boolean;
}

/** One thing that is sold on a channel, as the channel shows it. */
export interface RemoteListing {
  /** Unique within the connection, chosen by the channel folder; short plain text. */
  readonly externalId: string;
  /** The channel's own ids that its client needs to write to it (`{ productId: '10' }`). Kept by us, read by the channel only. */
  readonly ref: Readonly<Record<string, string>>;
  /** null: the product has no SKU; a person must match it. */
  readonly sku: string | null;
  readonly title: string;
  /** false: the channel does not count this product; no quantity is ever pushed to it. */
  readonly tracked: boolean;
  /** Units that the channel offers now; null when it is not tracked. Can be below zero where a channel oversold. */
  readonly quantity: number | null;
  /** GTIN, EAN, UPC or ISBN as the channel holds it; absent or null: none. Listings without a known SKU are matched by it. */
  readonly barcode?: string | null;
  /** true: the channel goes on selling when nothing is left (backorders, "continue selling"). */
  readonly oversell?: boolean;
  /** The listing whose count this one shares, by externalId (sizes of a shirt that are counted together). */
  readonly countedBy?: string | null;
  /** The location whose count this is, of a shop that is kept in step at several. */
  readonly location?: LocationId;
  /** The listing of the same thing at the first of these locations, by externalId: what a person said of it holds here too. */
  readonly sameAs?: string;
}

/** One page of all listings. */
export interface ListingPage {
  readonly listings: readonly RemoteListing[];
  /** Where the next page begins, opaque to the runtime; null behind the last one. Stays valid over days and processes. */
  readonly next: string | null;
  /** Share of the whole that is read with this page, from 0 to 1, where the channel tells how much there is. */
  readonly progress?: number;
  /**
   * The earliest moment at which these counts can have been read, where that was before the page was asked for (the channel wrote
   * them to a file): what is sold after it is booked.
   */
  readonly asOf?: Date;
}

export type ListingRef = Pick<RemoteListing, 'externalId' | 'ref'>;

/** How a call of a long sequence is made: once, or patiently (see patience.ts). */
export type Attempt = <Result>(call: () => Promise<Result>) => Promise<Result>;

export interface QuantityChange extends ListingRef {
  /** What we believe the channel shows now: compared by the channel itself where it can. */
  readonly from: number;
  /** What it shall show. Never below zero. */
  readonly to: number;
}

/** What became of one change. Trouble with the whole call (network, limits, keys) is thrown instead. */
export type QuantityOutcome =
  | { readonly kind: 'set' }
  /** The channel did not show `from`: nothing was written for this listing. */
  | { readonly kind: 'stale' }
  /** The channel refuses this listing, whatever the number (deleted, untracked). `fix` says what a person can do. */
  | { readonly kind: 'refused'; readonly reason: string; readonly fix: string };

/** One HTTP call that a client made, for the limiter, the health page and the metrics. */
export interface ChannelCall {
  readonly name: string;
  readonly ms: number;
  /** HTTP status, or 0 when there was no answer. */
  readonly status: number;
  /** Where the channel tells a budget: what is left of it, how fast it comes back, and what this call cost. */
  readonly budget?: ToldBudget;
  /** How the answer began, where a person may want to read it. No secrets. */
  readonly answer?: string;
}

/**
 * The only place that speaks a channel's HTTP. Every method throws `Retryable` for what may pass (network,
 * limits, 5xx, an HTML page where JSON was due) and `Rejected` for what a person must mend (keys, scopes).
 */
export interface ChannelClient {
  /**
   * All listings, page by page.
   * @param attempt does one call; a patient one waits and asks again, so that a limit on the way costs time and
   * not the pages before it. Without it, each call is made once.
   */
  listings(attempt?: Attempt): AsyncIterable<readonly RemoteListing[]>;
  /** The quantity that the channel shows now, by externalId; null: not tracked or gone. Asks past caches. */
  readQuantities(listings: readonly ListingRef[]): Promise<Map<string, number | null>>;
  /**
   * Writes up to `batchMax` quantities. The same `key` (a UUID) with the same changes may be sent again after a
   * crash: a channel that knows idempotency keys then answers as it did before.
   */
  setQuantities(changes: readonly QuantityChange[], key: string): Promise<Map<string, QuantityOutcome>>;
  /**
   * Makes sure that the channel sends its events to `address`; leaves subscriptions of others alone. Asked for again
   * every few minutes: what the channel has switched off or lost is made anew, and nothing is written when all is well.
   */
  subscribe(address: string): Promise<void>;
  /** One page of all listings, so that an import goes on after a crash where it was. `cursor` null: the first page. */
  listingPage?(cursor: string | null): Promise<ListingPage>;
  /** The listings of one product as they are now, by the id that `listing.changed` told; null: the product is gone. */
  listingsOf?(product: string): Promise<readonly RemoteListing[] | null>;
  /**
   * Orders that were changed at or after a moment of the channel's own clock, oldest change first, of every state.
   * Orders that change while the pages are read may come twice, but none may be left out.
   */
  ordersChanged?(query: OrdersQuery): Promise<OrdersPage>;
  /** Orders that were placed in a period, oldest first, for a first look back. */
  ordersPlaced?(query: OrdersQuery & { readonly until: Date }): Promise<OrdersPage>;
  /**
   * Cancels an order for good, as staff would in the shop's own admin: what was paid goes back, what was taken goes
   * back on the shelf, the customer is told. `key` is a UUID, the same at every try. An order that is cancelled
   * already counts as done.
   */
  cancelOrder?(
    order: { readonly externalId: string; readonly reason: 'inventory' | 'other' },
    key: string,
  ): Promise<void>;
  /** Looks whether an order is cancelled now; null: the channel knows no such order, or can't tell yet. */
  isCancelled?(externalId: string): Promise<boolean | null>;
  /** Where this shop keeps stock, of a channel that can be kept in step at several locations. */
  locations?(): Promise<readonly RemoteLocation[]>;
  /**
   * From where the shop ships each line of an order, by `lineId`; lines that it does not say so of are left out, and so are
   * locations that are not kept in step. Absent: the shop is kept at one location.
   */
  shelvesOf?(externalId: string): Promise<ReadonlyMap<string, LocationId>>;
  /** Shipping, refunding and noting, for the outbox. */
  readonly orderActions?: OrderActions;
  /** The order as the shop shows it now, by its own id or by the number that people call it; null: there is none. */
  findOrder?(idOrNumber: string): Promise<PolledEvent | null>;
  /**
   * Looks at the connection as a whole: are the keys good, is every right there, does anything in the shop stand in the
   * way? Harmless and cheap. @throws as every other method when it can't even be asked.
   */
  check?(): Promise<readonly ConnectionFinding[]>;
}

export interface OrdersQuery {
  readonly since: Date;
  /** From the page before; null: the first page. */
  readonly cursor: string | null;
}

export interface OrdersPage {
  readonly events: readonly PolledEvent[];
  /**
   * Every change up to this moment of the channel's clock stands in the pages so far, or in later pages of the same
   * query; null: this page says nothing of it. The next poll begins a little before the newest such moment.
   */
  readonly reached: Date | null;
  /** null behind the last page. Stays valid over days and processes. */
  readonly next: string | null;
}

/**
 * What a poll found: goes through the same inbox as a webhook. `dedupeKey` is that of the webhook of the same state,
 * where one can be made, so that what came both ways is worked off once; `body` is something that `readOrder` reads.
 */
export interface PolledEvent {
  readonly topic: 'order.changed';
  readonly dedupeKey: string;
  readonly partition: string;
  readonly body: Buffer;
}

/** A webhook as it came in: header names in lower case, the body's raw bytes. */
export interface WebhookDelivery {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
}

/** The topics that pipelines listen to, whatever a channel calls its own. */
export type ChannelTopic = 'order.changed' | 'listing.changed' | 'connection.notice';

export type WebhookReading =
  | {
      readonly kind: 'event';
      readonly topic: ChannelTopic;
      /** The same delivery or event always gives the same key; unique within the connection. */
      readonly dedupeKey: string;
      /** Events of one partition run one after another: `order:<id>`. */
      readonly partition: string;
      /** What is kept in place of the raw bytes, for topics whose bodies are the runtime's own (listing-news.ts, connection-notice.ts). */
      readonly body?: Buffer;
      /**
       * Of `listing.changed`, where the body tells everything of the product's only listing: when we hold exactly that,
       * nothing but its count has changed, and it is treated as a `count`.
       */
      readonly listing?: RemoteListing;
    }
  /**
   * Genuine, and tells no more than how many the channel shows of a listing now: compared with what we expect, and not
   * kept. `ref`: only for the listing whose own ref holds these. Answered with 200.
   */
  | {
      readonly kind: 'count';
      readonly externalId: string;
      /** What the listing is called where the shop is kept at several locations. */
      readonly externalIdThere?: string;
      readonly ref: Readonly<Record<string, string>>;
      readonly quantity: number | null;
    }
  /** Genuine, but its body does not tell what changed (`{"id":7}`): the connection is polled at once. Answered with 200. */
  | { readonly kind: 'hint'; readonly reason: string }
  /** Genuine, but nothing to keep: a ping, a draft cart, a topic that nobody listens to. Answered with 200. */
  | { readonly kind: 'ignored'; readonly reason: string }
  /** Not believed (401) or not readable (400). Nothing is kept. */
  | { readonly kind: 'refused'; readonly status: 400 | 401; readonly reason: string };

export interface OrderEvent {
  readonly topic: 'order.changed';
  /** The raw body that `readWebhook` accepted. */
  readonly body: Buffer;
  readonly connectionId: ConnectionId;
}

/** An order, or the reason why this event is none for us (a test order, a draft). */
export type OrderReading = { readonly order: Order } | { readonly skipped: string };

export interface Channel<Secret = unknown> {
  /** `shopify`: stands in ids, addresses and saved flows; never changes. */
  readonly type: string;
  readonly title: string;
  /** Checks what the vault holds for a connection. */
  readonly secret: z.ZodType<Secret>;
  /** true: `setQuantities` compares `from` on the channel's side, so a sale in between is never overwritten. */
  readonly comparesAndSets: boolean;
  /** It can be kept in step at several of a shop's locations: its client tells which there are. Absent: at one. */
  readonly severalLocations?: true;
  /** Most changes in one `setQuantities`, and most listings in one `readQuantities`. */
  readonly batchMax: number;
  open(account: ChannelAccount<Secret>, observe?: (call: ChannelCall) => void): ChannelClient;
  /** Checks the signature on the raw bytes, in constant time, before anything is parsed. Never throws. */
  readWebhook(delivery: WebhookDelivery, secret: Secret): WebhookReading;
  /** @throws {Rejected} when the body is not an order in the channel's shape. */
  readOrder(event: OrderEvent): OrderReading;
  /**
   * A kept body with nothing in it of the person who bought: `readOrder` reads it as before. Absent: this channel can't
   * tell, and nothing of the body is left where personal data has to go.
   */
  withoutPersonalData?(body: Buffer): Buffer;
  /** The ways to connect a real account, best first. */
  readonly connect?: readonly ConnectWay<Secret>[];
  /** Absent: the keys of this channel never run out. */
  readonly renewal?: KeyRenewal<Secret>;
  /** An account was connected anew: what of its old secret stays of use. Absent: nothing. */
  reconnected?(before: Secret, after: Secret): Secret;
}
