import type { FindingView, ImportView, PollingView } from '#server/api/views.ts';
import { formatCount } from '../format/numbers.ts';
import { count } from './count.ts';

/** The sentences of the page of connections. */
export const connections = {
  title: 'Connections',
  about: 'Your shops, what stands in the way of each, and the one thing that mends it.',
  connect: 'Connect a shop',
  privacy: 'Privacy requests',
  none: 'No shop is connected',
  noneAbout:
    'Connect your first one: SyncFlow reads its products, and writes nothing before a flow tells it to.',
  sandbox: (channel: string) => `Sandbox of ${channel}`,
  listings: (n: number) => count(n, 'listing', 'listings'),
  actions: {
    'connect-again': 'Connect again',
    'look-again': 'Look again',
  } satisfies Record<FindingView['action'], string>,
  actionOne: (action: string, name: string) => `${action}: ${name}`,
  look: 'Look now',
  looked: {
    ok: (name: string) => `${name}: nothing stands in the way.`,
    bad: (name: string, n: number) => `${name}: ${count(n, 'thing stands', 'things stand')} in the way.`,
  },
  test: 'Send a test',
  testSent: (name: string) => `A test goes to ${name}. How it went stands in the outbox.`,
  deliveries: 'Deliveries',
  fix: 'What to do:',
  products: 'Products',
  reading: {
    none: () => 'Not read yet.',
    waiting: () => 'They are read in a moment.',
    running: ({ listings }: ImportView) => `Being read: ${formatCount(listings)} so far.`,
    done: ({ listings }: ImportView) => `${formatCount(listings)} read.`,
    failed: ({ listings }: ImportView) => `Reading stopped after ${formatCount(listings)}.`,
  } satisfies Record<ImportView['state'], (reading: ImportView) => string>,
  progress: (name: string) => `How far the products of ${name} are read`,
  readAgain: 'Read anew',
  readAsked: (name: string) => `${name}: its products are read anew.`,
  locations: {
    title: 'Locations',
    kept: (n: number) => (n === 1 ? 'Kept in step at one.' : `Kept in step at ${formatCount(n)}.`),
    choose: 'Choose locations',
    chooseAt: (name: string) => `Choose locations of ${name}`,
    about:
      'At which of the shop’s locations SyncFlow keeps the counts in step, and which of yours each stands for. With one alone, it shows all that you have.',
    keep: (name: string) => `Keep ${name} in step`,
    yours: (name: string) => `Your location for ${name}`,
    fixed: 'Its stock lies there already.',
    isNew: 'A new location of yours.',
    save: 'Keep these',
    saving: 'Keeping',
    saved: 'The products are read anew by these locations.',
    none: 'The shop has one location.',
  },
  orders: 'Orders',
  polled: 'Asked for changes',
  neverPolled: 'Not asked for changes yet.',
  healed: (n: number) => `${count(n, 'order', 'orders')} came by asking, since no webhook brought them.`,
  before: 'Orders of before',
  beforeAbout:
    'They appear in your list. Those that were placed before the products were first counted change no stock.',
  tells: {
    address: 'What becomes of messages',
    copy: (name: string) => `Copy: address that ${name} may call`,
    addressAbout:
      'Enter this address at the service, so that it tells what arrived, what came back and who wants no more.',
    optOuts: 'Want no more messages',
    optOutsOf: (n: number) => count(n, 'recipient', 'recipients'),
    show: 'Show them',
    showOf: (name: string) => `Show them: who wants no more messages from ${name}`,
    sheet: (name: string) => `Want no more messages from ${name}`,
    sheetAbout:
      'They wrote STOP, unsubscribed, or marked a message as spam. Nothing is sent to them, whatever a flow says.',
    again: 'They asked for messages again',
    againOf: (address: string) => `They asked for messages again: ${address}`,
    allowed: 'Messages go there again. Take the address off the list at the service too, if it keeps one.',
  },
  fetchLast: 'Fetch the last',
  days: 'days',
  fetch: 'Fetch',
  fetchAsked: (name: string, days: number) =>
    `${name}: orders of the last ${count(days, 'day', 'days')} are fetched.`,
  lookBack: {
    running: (orders: number) => `Fetching: ${count(orders, 'order', 'orders')} so far.`,
    done: (orders: number) => `${count(orders, 'order', 'orders')} fetched.`,
  } satisfies Record<NonNullable<PollingView['lookBack']>['state'], (orders: number) => string>,
} as const;
