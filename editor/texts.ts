import type { OrderLineState, OrderRow, StockRow } from '#server/api/views.ts';
import { formatCount } from './format/numbers.ts';
import { account } from './texts/account.ts';
import { alerts } from './texts/alerts.ts';
import { canvas } from './texts/canvas.ts';
import { count } from './texts/count.ts';
import { dashboard } from './texts/dashboard.ts';
import { matching } from './texts/matching.ts';

const units = (n: number): string => count(n, 'unit', 'units');

/**
 * Every sentence of the page, in one place. What the server writes (sentences of the status, of conflicts, of
 * problems) comes ready from there.
 */
export const texts = {
  product: 'SyncFlow',
  loading: 'Loading',
  close: 'Close',
  tryAgain: 'Try again',
  loadMore: 'Load more',
  loadingMore: 'Loading more…',
  showNewer: 'There is something newer. Show it',
  listEnd: (n: number) => `That is all: ${formatCount(n)}.`,
  clearFilter: 'Clear the filter',
  export: 'Export',
  exporting: 'Exporting…',
  skip: 'Skip to the page',
  units,

  problem: {
    title: 'That did not work',
    unexpected:
      'SyncFlow answered in a way that this page does not understand. Nothing was changed. Try again; if it stays so, look at the log in the terminal.',
    noAnswerTitle: 'SyncFlow does not answer',
    noAnswer:
      'The page can’t reach SyncFlow. What your shops send meanwhile is kept by them and fetched later. Check that SyncFlow runs, then try again.',
    stale: 'Could not be refreshed; this is what was known before.',
    crashedTitle: 'This page has a fault',
    crashed:
      'Your data is not touched by it. Load the page again; if it stays so, please tell us what you did.',
    reload: 'Load again',
    notFoundTitle: 'There is no such page',
    notFound: 'The address may be mistyped, or what it showed is gone.',
    toDashboard: 'To the dashboard',
  },

  theme: { legend: 'Theme', system: 'System', light: 'Light', dark: 'Dark' },

  live: {
    on: 'Live',
    off: 'Reconnecting',
    out: (time: string) =>
      `SyncFlow does not answer. This is how things stood at ${time}; the page keeps asking.`,
    offNote: 'Reconnecting. Until then the page asks every 10 seconds.',
  },

  nav: {
    label: 'Pages',
    dashboard: 'Dashboard',
    orders: 'Orders',
    stock: 'Stock',
    conflicts: 'Conflicts',
    alerts: 'Alerts',
    deadLetters: 'Dead letters',
    outbox: 'Outbox',
    executions: 'Executions',
    connections: 'Connections',
    flows: 'Flows',
    more: 'More',
    settings: 'Settings',
    waiting: (n: number) => `${formatCount(n)} waiting`,
    account: 'Settings and sign-out',
    signOut: 'Sign out',
    version: (version: string) => `SyncFlow ${version}`,
  },

  demo: {
    mark: 'Demo',
    line: 'Two sandbox shops and a made-up pace, with the orders of a real gift shop (UCI Online Retail, CC BY 4.0).',
  },

  account,

  dashboard,

  orders: {
    title: 'Orders',
    about: 'All channels in one list, newest first.',
    search: 'Number, SKU or title',
    channel: 'Channel',
    allChannels: 'All channels',
    allStatuses: 'All statuses',
    sort: 'Sort by',
    sorts: { newest: 'Newest first', oldest: 'Oldest first', total: 'Largest first' },
    from: 'From',
    until: 'To',
    file: 'orders.csv',
    short: 'Short only',
    order: 'Order',
    content: 'Content',
    total: 'Total',
    status: 'Status',
    placed: 'Placed',
    statuses: {
      pending: 'Awaits payment',
      open: 'Open',
      fulfilled: 'Fulfilled',
      cancelled: 'Cancelled',
      refunded: 'Refunded',
    } satisfies Record<OrderRow['status'], string>,
    shortLines: (n: number) => `${formatCount(n)} short`,
    lines: (n: number) => count(n, 'line', 'lines'),
    andMore: (n: number) => `+ ${count(n, 'more line', 'more lines')}`,
    none: 'No orders yet',
    noneAbout: 'An order appears here as soon as its channel reports it.',
    noneFound: 'No order fits this filter',
    noneFoundAbout: 'Search finds beginnings of words: of order numbers, SKUs and titles.',
    one: (number: string) => `Order ${number}`,
    oneAbout: (channel: string, at: string) => `${channel} · placed ${at}`,
    items: 'Lines',
    timeline: 'What happened',
    noSku: 'no SKU',
    each: 'each',
    lineStates: {
      waiting: 'Waiting',
      reserved: 'Reserved',
      committed: 'Booked',
      short: 'Short',
      cancelling: 'Being cancelled',
      backordered: 'Backordered',
      settled: 'Settled by hand',
      returned: 'Returned',
      'not-counted': 'Not counted',
      unmatched: 'No match',
      before: 'Counted before',
    } satisfies Record<OrderLineState, string>,
  },

  stock: {
    title: 'Stock',
    about: 'What there is, and what each channel shows of it.',
    search: 'SKU or title',
    low: 'Low only',
    sort: 'Sort by',
    sorts: {
      low: 'Scarce first',
      available: 'Fewest available',
      sku: 'SKU',
      changed: 'Last changed',
    },
    product: 'Product',
    available: 'Available',
    onHand: 'On hand',
    reserved: 'Reserved',
    channels: 'On the channels',
    changed: 'Changed',
    lowMark: 'Low',
    outMark: 'Out',
    shows: (n: number) => `shows ${formatCount(n)}`,
    wants: (n: number) => `should show ${formatCount(n)}`,
    ofWhich: (onHand: number, reserved: number) =>
      `${formatCount(onHand)} on hand${reserved > 0 ? `, ${formatCount(reserved)} reserved` : ''}`,
    states: {
      'in-step': 'In step',
      waiting: 'Waiting',
      checking: 'Checking',
      refused: 'Refused',
    } satisfies Record<StockRow['listings'][number]['state'], string>,
    none: 'No stock yet',
    noneAbout: 'SyncFlow reads the products of the channels when they are connected. That takes a moment.',
    noneFound: 'Nothing fits this filter',
    noneFoundAbout: 'Search finds beginnings of words: of SKUs and titles.',
    unlisted: 'on no channel',
    why: (channel: string) => `Why does ${channel} show this?`,
    rules: 'Sharing rules',
    products: 'Products of the shops',
    more: 'More about stock',
    import: 'Import',
    take: 'Stock-take',
    file: 'stock.csv',
  },

  matching,

  alerts,

  flows: {
    title: 'Flows',
    about: 'Each flow keeps one promise.',
    states: { running: 'Running', paused: 'Paused' },
    executions: (n: number) => count(n, 'execution', 'executions'),
    failed: (n: number) => `${formatCount(n)} failed`,
    lastHour: 'in the last hour',
    resume: 'Resume',
    resumeOne: (name: string) => `Resume: ${name}`,
    resumed: (name: string) => `${name}: runs again now, and so does what waited for it.`,
    pausedFor: (reason: string) => `SyncFlow paused it: ${reason}`,
    make: 'New flow',
    setUp: 'Set up step by step',
    newName: 'New flow',
    neverDeployed: 'Never deployed',
    none: 'No flows yet',
    noneAbout: 'A flow begins with a template or with an empty canvas. Make one.',
  },

  canvas,
} as const;
