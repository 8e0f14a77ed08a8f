/**
 * What the page gets from the REST API v1: the shapes of its answers. The editor imports these types, and
 * nothing else of the server. Times are ISO 8601 in UTC; the page shows them in the reader's zone. Money is
 * in minor units with its currency. Lists are paged by an opaque cursor.
 */

export type * from './conflict-views.ts';
export type * from './execution-views.ts';
export type * from './outbox-views.ts';
export type * from './sharing-views.ts';

export type Tone = 'ok' | 'warn' | 'bad';

export interface MoneyView {
  readonly amount: number;
  readonly currency: string;
}

/** `GET /api/v1/<list>?cursor=&limit=`: `next` is null on the last page. */
export interface PageView<Row> {
  readonly items: readonly Row[];
  readonly next: string | null;
}

/** Errors are problem+json (RFC 9457). `detail` is a sentence for people: what happened, what was kept, what to do. */
export interface ProblemView {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
}

/** Milliseconds from the moment a sale reached us to the moment the other channel confirmed its new count. */
export interface LagView {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly samples: number;
}

/** `GET /api/v1/overview?zone=Europe/Berlin`: days begin at midnight of that zone. */
export interface OverviewView {
  readonly client: { readonly id: string; readonly name: string };
  /** true: sandbox shops with a made-up stream of orders. */
  readonly demo: boolean;
  readonly sentence: { readonly tone: Tone; readonly text: string };
  readonly needs: readonly NeedView[];
  readonly tiles: {
    readonly ordersToday: number;
    readonly ordersWeek: number;
    readonly ordersMonth: number;
    /** Quantities written to channels in the last 24 hours. */
    readonly changesSynced: number;
    readonly lag: LagView | null;
    /** Order lines that met too little stock, in the last 24 hours, and how many of them wait for a person. */
    readonly shortages: { readonly total: number; readonly open: number };
    /** Failed executions and dead letters in the last 24 hours. */
    readonly errors: number;
    /** Calls to channel APIs in the last hour. */
    readonly apiCalls: number;
  };
  /** The last 24 hours, oldest first, one figure an hour. */
  readonly sparks: {
    readonly orders: readonly number[];
    readonly changesSynced: readonly number[];
    readonly lagP95: readonly (number | null)[];
    readonly shortages: readonly number[];
    readonly errors: readonly number[];
    readonly apiCalls: readonly number[];
  };
}

/** Something that a person has to decide or mend, with the page where that is done. */
export interface NeedView {
  readonly kind: 'conflict' | 'dead-letter' | 'outbox' | 'unmatched' | 'connection';
  readonly count: number;
  readonly text: string;
  readonly href: string;
}

/** `GET /api/v1/connections` */
export interface ConnectionView {
  readonly id: string;
  /** `service`: takes messages (webhooks out), has no listings and no orders. */
  readonly kind: 'channel' | 'service';
  readonly name: string;
  readonly channel: string;
  readonly channelTitle: string;
  readonly sandbox: boolean;
  readonly tone: Tone;
  /** "In step", "3 changes wait", "Signed out": stands beside the coloured mark. */
  readonly word: string;
  readonly listings: number;
  readonly lastEventAt: string | null;
  readonly lastPushAt: string | null;
  readonly waiting: number;
  readonly lag: LagView | null;
  /** p95 by the minute over the last half hour, oldest first; null where nothing was pushed. */
  readonly lagSpark: readonly (number | null)[];
  readonly error: {
    readonly reason: string;
    readonly fix: string | null;
    readonly at: string;
    /** What happens next by itself: "Looks again in 12 s; what waits is kept." null when only a person can help. */
    readonly next: string | null;
  } | null;
}

export type OrderLineState =
  | 'waiting'
  | 'reserved'
  | 'committed'
  | 'short'
  | 'cancelling'
  | 'backordered'
  | 'settled'
  | 'returned'
  | 'not-counted'
  | 'unmatched'
  | 'before';

/** `GET /api/v1/orders?cursor&limit&channel=<connection>&state=short&search=` newest first. */
export interface OrderRow {
  readonly id: string;
  readonly number: string;
  readonly connection: { readonly id: string; readonly name: string; readonly channel: string };
  readonly status: 'pending' | 'open' | 'fulfilled' | 'cancelled' | 'refunded';
  readonly placedAt: string;
  readonly receivedAt: string;
  readonly total: MoneyView;
  /** Number of lines and of units, and the first line's title. */
  readonly lines: number;
  readonly units: number;
  readonly firstTitle: string;
  readonly shortLines: number;
}

/** `GET /api/v1/orders/:id` */
export interface OrderView extends OrderRow {
  readonly items: readonly {
    readonly lineId: string;
    readonly sku: string | null;
    readonly title: string;
    readonly quantity: number;
    readonly state: OrderLineState;
    readonly unitPrice: MoneyView;
  }[];
  readonly timeline: readonly { readonly at: string; readonly tone: Tone; readonly text: string }[];
}

/** `GET /api/v1/stock?cursor&limit&search=&low=true&sort=available|sku|changed` (low ones first by default) */
export interface StockRow {
  readonly sku: string;
  readonly title: string;
  readonly onHand: number;
  readonly reserved: number;
  readonly available: number;
  readonly low: boolean;
  readonly changedAt: string;
  readonly listings: readonly {
    readonly id: string;
    readonly connectionId: string;
    /** What the channel shows, as far as we know. */
    readonly shown: number;
    readonly desired: number;
    readonly state: 'in-step' | 'waiting' | 'checking' | 'refused';
  }[];
}

/** `GET /api/v1/alerts?cursor&limit` newest first. */
export interface AlertRow {
  readonly id: string;
  readonly at: string;
  readonly level: 'info' | 'warning' | 'urgent';
  readonly title: string;
  readonly text: string;
  readonly pipelineId: string | null;
}

/** `GET /api/v1/pipelines` */
export interface PipelineRow {
  readonly id: string;
  readonly name: string;
  readonly template: string;
  readonly promise: string;
  readonly state: 'running' | 'paused';
  /** Over the last hour. */
  readonly executions: number;
  readonly failed: number;
}

export interface PortView {
  readonly name: string;
  /** Port type: `Order`, `StockLevel`, `Alert`, `Event`, … */
  readonly type: string;
}

/** `GET /api/v1/pipelines/:id` */
export interface PipelineView extends PipelineRow {
  readonly nodes: readonly {
    readonly id: string;
    readonly type: string;
    /** The user's name for the node. */
    readonly name: string;
    /** One line written from its settings: "Keeps back 2 units". */
    readonly summary: string;
    readonly help: string;
    readonly trigger: boolean;
    readonly group: 'Channels' | 'Stock' | 'Decide' | 'Tell' | 'Reports';
    readonly x: number;
    readonly y: number;
    readonly inputs: readonly PortView[];
    readonly outputs: readonly PortView[];
    readonly settings: readonly { readonly title: string; readonly value: string }[];
  }[];
  readonly wires: readonly {
    readonly id: string;
    readonly from: string;
    readonly output: string;
    readonly to: string;
    readonly type: string;
  }[];
  /** Messages of the last hour by wire id. */
  readonly counts: Readonly<Record<string, number>>;
  /** By node id, over the last hour. */
  readonly activity: Readonly<
    Record<string, { readonly done: number; readonly failed: number; readonly p95Ms: number | null }>
  >;
}

/** `GET /api/v1/dead-letters?cursor&limit` newest first; `POST /api/v1/dead-letters/:id/retry`. */
export interface DeadLetterRow {
  readonly id: string;
  readonly at: string;
  readonly connectionName: string;
  readonly subject: string;
  readonly reason: string;
  readonly fix: string | null;
  readonly tries: number;
}

/**
 * socket.io, event `changed`: something of these topics changed; what shows them asks again. At most four a
 * second for each page. Event `wires`: counts to add to what `GET /pipelines/:id` said.
 */
export interface ChangedMessage {
  readonly topics: readonly (
    | 'overview'
    | 'orders'
    | 'stock'
    | 'conflicts'
    | 'alerts'
    | 'connections'
    | 'pipelines'
    | 'dead-letters'
    | 'outbox'
    | 'executions'
  )[];
}
export interface WiresMessage {
  readonly pipelineId: string;
  readonly counts: Readonly<Record<string, number>>;
}

/** `GET /api/v1/session`: 401 without one. */
export interface SessionView {
  readonly client: { readonly id: string; readonly name: string };
  readonly version: string;
}
