/**
 * A sandbox shop: a real HTTP server on loopback that speaks a channel's own API, for newcomers, tests and
 * what-if runs. The part of it that is not the channel's API (opening the shop, a customer buying) has the
 * same shape for every channel: this file.
 */
import type { ChannelAccount } from '#runtime/sync/channel.ts';

export interface SandboxProduct {
  readonly sku: string;
  readonly title: string;
  /** Decimal text in the shop's currency. */
  readonly price: string;
  /** null: the shop does not count this product. */
  readonly quantity: number | null;
  readonly barcode?: string;
  /** true: the shop goes on selling when nothing is left. Sandboxes sell below zero either way, as a race does. */
  readonly oversell?: boolean;
}

/** A customer's purchase. The shop's own count falls at once, below zero if need be, as a shop that allows backorders does. */
export interface SandboxSale {
  readonly lines: readonly { readonly sku: string; readonly quantity: number; readonly price?: string }[];
  /** Customer's name for the order; the sandbox makes one up without it. */
  readonly customer?: string;
  /** false: the customer has not paid yet, and the shop waits for the money. */
  readonly paid?: boolean;
  /** true: staff try the checkout out. */
  readonly test?: boolean;
  /** Number of the shop's location that ships it, from 0; the first one without it. Only of shops with several. */
  readonly location?: number;
  /** true: a shop that takes no backorders. It refuses the purchase when it shows fewer than are wanted. */
  readonly onlyIfThere?: boolean;
}

/** Staff cancel an order; its units go back on the shelf and into the shop's count when `restock` is true. */
export interface SandboxCancellation {
  readonly orderId: string;
  readonly restock: boolean;
}

/** Staff change how many units of each line the customer gets; 0 takes the line out. Counts move with it. */
export interface SandboxEdit {
  readonly orderId: string;
  readonly lines: readonly { readonly lineId: string; readonly quantity: number }[];
}

/** What a sandbox tells of a sale: `lineIds` in the order of the lines that were sent. */
export interface SandboxOrder {
  readonly id: string;
  readonly number: string;
  readonly lineIds: readonly string[];
}

export interface SandboxRefund {
  readonly orderId: string;
  readonly lines: readonly { readonly lineId: string; readonly quantity: number }[];
  /** true: the units go back on the shop's shelf and into its count. */
  readonly restock: boolean;
}

/** The money of an order that was not paid has come. */
export interface SandboxPayment {
  readonly orderId: string;
}

/** Staff ship units of an order by hand. */
export interface SandboxShipment {
  readonly orderId: string;
  readonly lines: readonly { readonly lineId: string; readonly quantity: number }[];
}

/** Staff change a product's form: what is not named stays. */
export interface SandboxProductChange {
  readonly sku: string;
  readonly newSku?: string;
  readonly title?: string;
  readonly barcode?: string | null;
  readonly oversell?: boolean;
  /** false: the shop no longer counts it. */
  readonly tracked?: boolean;
  /** true: the product is deleted. */
  readonly removed?: boolean;
}

/** Misbehaviour that can be switched on. Each figure counts down or is a share from 0 to 1; all are off at first. */
export interface SandboxFaults {
  /** Answer the next n API calls with this status (429 as the channel does it). */
  readonly failNext?: { readonly count: number; readonly status: number };
  /** Do the next n writes, then close the connection without an answer. */
  readonly loseNextAnswers?: number;
  /** Send every webhook twice. */
  readonly duplicateWebhooks?: boolean;
  /** Milliseconds to wait before a webhook is sent. */
  readonly webhookDelayMs?: number;
  /** Webhooks of what happens from now on are lost: never sent, and nobody is told. */
  readonly dropWebhooks?: boolean;
  /** The shop's API does not answer (503, by the host's own page), while customers buy and staff work in it. */
  readonly away?: boolean;
  /** Calls to the API that are answered within any one second; what is more is refused as the channel does it. */
  readonly callsPerSecondMax?: number;
  /** The keys are revoked, or the app is uninstalled. */
  readonly keysRevoked?: boolean;
}

/** How well a caller kept to the shop's limits: `GET /sandbox/calls`. */
export interface SandboxCalls {
  /** Calls to the channel's API that were let in. */
  readonly answered: number;
  /** Calls that were refused for being too many. */
  readonly refused: number;
  /** Of those refused: calls within the time for which an earlier refusal had asked to wait. */
  readonly tooEarly: number;
}

/** What happened to a count in the shop, in the order in which it happened. */
export interface SandboxCountChange {
  readonly sku: string;
  readonly quantity: number;
  readonly cause: 'sale' | 'refund' | 'api' | 'staff';
  /** The shop's own id of the order, where an order caused it. */
  readonly orderId: string | null;
  /** Milliseconds since the epoch, with fractions. */
  readonly atMs: number;
}

/**
 * Every sandbox also answers these over HTTP, beside the channel's own paths:
 * `POST /sandbox/sales` (SandboxSale → SandboxOrder), `POST /sandbox/refunds` (SandboxRefund),
 * `POST /sandbox/cancellations` (SandboxCancellation), `POST /sandbox/edits` (SandboxEdit),
 * `POST /sandbox/payments` (SandboxPayment), `POST /sandbox/shipments` (SandboxShipment),
 * `PUT /sandbox/products` (SandboxProductChange), `PUT /sandbox/quantities` (`{sku, quantity}`: staff changes a count in the shop's own admin),
 * `GET /sandbox/quantities` (`{[sku]: quantity | null}`; `?location=1`: at another location, where the shop has several), `PUT /sandbox/faults` (SandboxFaults),
 * `GET /sandbox/calls` (SandboxCalls since the last change of the faults).
 * A sale, a refund and a staff edit answer when the shop has booked them; webhooks follow on their own.
 */
export interface Sandbox {
  /** `http://127.0.0.1:<port>` */
  readonly address: string;
  /** What a connection to this shop needs: the base address and valid secrets. */
  readonly account: Pick<ChannelAccount, 'baseUrl' | 'secret'>;
  addProducts(products: readonly SandboxProduct[]): void;
  /** Told of each change of a count, synchronously. */
  onCountChange(listener: (change: SandboxCountChange) => void): void;
  /** Webhooks that were made but not yet answered with success or given up. */
  webhooksWaiting(): number;
  close(): Promise<void>;
}

export interface SandboxOptions {
  /** 0 or absent: any free port. */
  readonly port?: number;
  /** Folder in which the shop keeps its state over restarts; absent: in memory only. */
  readonly stateDir?: string;
  readonly shopName?: string;
  /** ISO 4217; GBP without it. */
  readonly currency?: string;
}
