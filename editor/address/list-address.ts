/**
 * The state of the list pages, as it stands in the address. Reading never fails: what is unknown falls back
 * to the default. Writing leaves defaults out, so that an address is as short as it can be.
 */

/** What the orders list shows. */
export interface OrdersFilter {
  /** A connection's id, or "" for all. */
  readonly channel: string;
  readonly short: boolean;
  readonly search: string;
}

/** The filter of an address. */
export const readOrders = (params: URLSearchParams): OrdersFilter => ({
  channel: params.get('channel') ?? '',
  short: params.get('state') === 'short',
  search: params.get('search') ?? '',
});

/** The same words serve as the page's address and as the query of the API. */
export const writeOrders = ({ channel, short, search }: OrdersFilter) =>
  filled({ channel, state: short ? 'short' : '', search });

/** The orders in which stock can be read. */
export const stockSorts = ['low', 'available', 'sku', 'changed'] as const;
type StockSort = (typeof stockSorts)[number];

/** What the stock list shows. */
export interface StockFilter {
  readonly search: string;
  readonly low: boolean;
  /** `low` is the server's own order: low ones first. */
  readonly sort: StockSort;
}

/** The filter of an address. */
export const readStock = (params: URLSearchParams): StockFilter => ({
  search: params.get('search') ?? '',
  low: params.get('low') === 'true',
  sort: stockSorts.find((sort) => sort === params.get('sort')) ?? 'low',
});

/** Serves as the page's address and as the query of the API, as for orders. */
export const writeStock = ({ search, low, sort }: StockFilter) =>
  filled({ search, low: low ? 'true' : '', sort: sort === 'low' ? '' : sort });

/** What the conflicts list shows. */
export interface ConflictsFilter {
  readonly state: 'open' | 'all';
}

/** The filter of an address. */
export const readConflicts = (params: URLSearchParams): ConflictsFilter => ({
  state: params.get('state') === 'all' ? 'all' : 'open',
});

/** What the list of executions shows. */
export interface ExecutionsFilter {
  readonly search: string;
  /** A flow's id, or "" for all. */
  readonly pipeline: string;
  readonly failed: boolean;
}

/** The filter of an address. */
export const readExecutions = (params: URLSearchParams): ExecutionsFilter => ({
  search: params.get('search') ?? '',
  pipeline: params.get('pipeline') ?? '',
  failed: params.get('state') === 'failed',
});

/** Serves as the page's address and as the query of the API, as for orders. */
export const writeExecutions = ({ search, pipeline, failed }: ExecutionsFilter) =>
  filled({ search, pipeline, state: failed ? 'failed' : '' });

const outboxStates = ['all', 'needs-you', 'waiting', 'ended'] as const;

/** What the outbox shows. */
export interface OutboxFilter {
  readonly state: (typeof outboxStates)[number];
}

/** The filter of an address. */
export const readOutbox = (params: URLSearchParams): OutboxFilter => ({
  state: outboxStates.find((state) => state === params.get('state')) ?? 'all',
});

export const listingViews = ['to-match', 'duplicates', 'by-hand', 'all'] as const;

/** What the list of the shops' products shows. */
export interface ListingsFilter {
  readonly show: (typeof listingViews)[number];
  /** A connection's id, or "" for all. */
  readonly connection: string;
  readonly search: string;
}

/** The filter of an address. */
export const readListings = (params: URLSearchParams): ListingsFilter => ({
  show: listingViews.find((view) => view === params.get('show')) ?? 'to-match',
  connection: params.get('connection') ?? '',
  search: params.get('search') ?? '',
});

/** Serves as the page's address and as the query of the API, as for orders. */
export const writeListings = ({ show, connection, search }: ListingsFilter) =>
  filled({ show: show === 'to-match' ? '' : show, connection, search });

/** Without the values that are empty. */
function filled(values: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));
}
