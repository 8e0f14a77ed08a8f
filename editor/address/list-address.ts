/**
 * The state of the list pages, as it stands in the address. Reading never fails: what is unknown falls back
 * to the default. Writing leaves defaults out, so that an address is as short as it can be.
 */

export const orderSorts = ['newest', 'oldest', 'total'] as const;
export const orderStatuses = ['pending', 'open', 'fulfilled', 'cancelled', 'refunded'] as const;

/** What the orders list shows. */
export interface OrdersFilter {
  /** A connection's id, or "" for all. */
  readonly channel: string;
  readonly status: (typeof orderStatuses)[number] | '';
  readonly short: boolean;
  readonly search: string;
  /** Days of the reader's calendar, as `2026-11-27`; "" for no limit. */
  readonly from: string;
  readonly until: string;
  readonly sort: (typeof orderSorts)[number];
}

const dayIn = (params: URLSearchParams, name: string): string => {
  const text = params.get(name) ?? '';
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) ? text : '';
};

/** The filter of an address. */
export const readOrders = (params: URLSearchParams): OrdersFilter => ({
  channel: params.get('channel') ?? '',
  status: orderStatuses.find((status) => status === params.get('status')) ?? '',
  short: params.get('state') === 'short',
  search: params.get('search') ?? '',
  from: dayIn(params, 'from'),
  until: dayIn(params, 'until'),
  sort: orderSorts.find((sort) => sort === params.get('sort')) ?? 'newest',
});

/** The page's address. */
export const writeOrders = ({ channel, status, short, search, from, until, sort }: OrdersFilter) =>
  filled({
    channel,
    status,
    state: short ? 'short' : '',
    search,
    from,
    until,
    sort: sort === 'newest' ? '' : sort,
  });

/** The query of the API: the same, but for days, which begin and end at the reader's midnights. */
export function queryOfOrders(filter: OrdersFilter) {
  const { from, until } = filter;
  return {
    ...writeOrders(filter),
    ...(from !== '' && { from: midnightOf(from, 0) }),
    ...(until !== '' && { until: midnightOf(until, 1) }),
  };
}

function midnightOf(day: string, daysAfter: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date + daysAfter).toISOString();
}

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
