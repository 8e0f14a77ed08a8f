import type { NeedView, OrderLineState, OrderRow, StockRow } from '#server/api/views.ts';
import { formatCount } from './format/numbers.ts';
import { account } from './texts/account.ts';
import { alerts } from './texts/alerts.ts';
import { canvas } from './texts/canvas.ts';
import { conflicts } from './texts/conflicts.ts';
import { connect } from './texts/connect.ts';
import { connections } from './texts/connections.ts';
import { count } from './texts/count.ts';
import { deadLetters } from './texts/dead-letters.ts';
import { executions } from './texts/executions.ts';
import { matching } from './texts/matching.ts';
import { outbox } from './texts/outbox.ts';
import { privacy } from './texts/privacy.ts';
import { settings } from './texts/settings.ts';
import { webhooks } from './texts/webhooks.ts';
import { sharing, why } from './texts-of-sharing.ts';

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
  settings,
  webhooks,

  dashboard: {
    title: 'Dashboard',
    needs: 'What needs you',
    needActions: {
      conflict: 'Decide',
      'dead-letter': 'Look and retry',
      outbox: 'Decide',
      proof: 'Look',
      unmatched: 'Match',
      connection: 'Mend',
    } satisfies Record<NeedView['kind'], string>,
    nothing: 'Nothing needs you.',
    nothingAbout: 'SyncFlow settles by itself what it can. When a person has to decide, it stands here.',
    figures: 'Figures',
    ordersToday: 'Orders today',
    ordersDetail: (week: string, month: string) =>
      `${week}\u00a0this\u00a0week · ${month}\u00a0this\u00a0month`,
    synced: 'Changes synced',
    syncedDetail: 'quantities in 24 hours',
    lag: 'Lag, p95',
    lagDetail: (p50: string, p99: string) => `p50\u00a0${p50} · p99\u00a0${p99}`,
    noLag: 'nothing measured yet',
    none: '–',
    shortages: 'Shortages',
    shortagesDetail: (open: number) =>
      open === 0 ? 'in 24 hours' : `${formatCount(open)} open, in 24 hours`,
    errors: 'Errors',
    errorsDetail: 'failed in 24 hours',
    apiCalls: 'API calls',
    apiCallsDetail: 'in the last hour',
    spark: (name: string, highest: string) =>
      `${name} by the hour over the last 24 hours; highest ${highest}`,
    proof: {
      title: 'Do the books agree?',
      check: 'Check now',
      checking: 'Checking…',
      asked: 'The check runs. What it finds appears here.',
      none: 'Not checked yet. It is checked every night, and now if you like.',
      waiting: (n: number) => `${count(n, 'line was', 'lines were')} on the way and left out.`,
      took: (time: string) => `took ${time}`,
      more: (n: number) => `and ${formatCount(n)} more`,
      unsettled: (what: string) => `${what} changed too fast to be judged. Check again.`,
      clean: 'They agree',
      wrong: 'They differ',
    },
    channels: 'Channels',
    lagSpark: (name: string) => `Lag of ${name} by the minute over the last half hour`,
    lastEvent: 'Last event',
    lastPush: 'Last push',
    never: 'none yet',
    waiting: 'Waiting',
    findings: (n: number) => `${count(n, 'thing', 'things')} to look at`,
    drifts: (n: number) => `${count(n, 'number', 'numbers')} put right in 24 hours`,
    listings: (n: number) => count(n, 'listing', 'listings'),
    sandbox: 'Sandbox',
    p95: (lag: string) => `p95\u00a0${lag}`,
    orders: 'Orders, newest first',
    stock: 'Stock, scarce first',
    alerts: 'Latest alerts',
    all: 'All',
    noChannels: 'No channel is connected',
    noChannelsAbout: 'Connect your first shop, or start SyncFlow with the demo, and it appears here.',
    noAlerts: 'No alerts so far. They come from the flows, for example when something runs low.',
  },

  orders: {
    title: 'Orders',
    about: 'All channels in one list, newest first.',
    search: 'Order number, SKU or title',
    channel: 'Channel',
    allChannels: 'All channels',
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
    noneFoundAbout: 'Search looks at order numbers, SKUs and titles.',
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
      `${formatCount(onHand)} on hand, ${formatCount(reserved)} reserved`,
    states: {
      'in-step': 'In step',
      waiting: 'Waiting',
      checking: 'Checking',
      refused: 'Refused',
    } satisfies Record<StockRow['listings'][number]['state'], string>,
    none: 'No stock yet',
    noneAbout: 'SyncFlow reads the products of the channels when they are connected. That takes a moment.',
    noneFound: 'Nothing fits this filter',
    noneFoundAbout: 'Search looks at SKUs and titles.',
    unlisted: 'on no channel',
    why: (channel: string) => `Why does ${channel} show this?`,
    rules: 'Sharing rules',
    products: 'Products of the shops',
    more: 'More about stock',
  },

  why,
  sharing,
  matching,
  connections,
  privacy,
  connect,
  conflicts,

  alerts,

  deadLetters,

  executions,

  outbox,

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
    newName: 'New flow',
    neverDeployed: 'Never deployed',
    none: 'No flows yet',
    noneAbout: 'A flow begins with a template or with an empty canvas. Make one.',
  },

  canvas,
} as const;
