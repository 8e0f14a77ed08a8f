import type { ConflictStateView, LocationChoiceView, PolicyView } from '#server/api/views.ts';
import { formatCount } from '../format/numbers.ts';
import { count } from './count.ts';

/** The sentences of the conflicts page and of the rules about conflicts. */
export const conflicts = {
  title: 'Conflicts',
  about: 'Orders that met too little stock, and how each was decided.',
  view: 'Which conflicts',
  open: 'Open',
  all: 'All',
  states: {
    open: 'Waits for you',
    cancelling: 'Waits for the shop',
    shipped: 'Ships',
    backordered: 'Backordered',
    filled: 'Backorder filled',
    ignored: 'Left as it is',
    cancelled: 'Cancelled',
    withdrawn: 'Withdrawn',
    first: 'Got the units',
  } satisfies Record<ConflictStateView, string>,
  first: 'Got the last units',
  earlier: 'Was placed first',
  firstUnknown: 'Sold before',
  firstUnknownAbout: 'The last units had gone to earlier orders.',
  late: 'Came too late',
  later: 'Was placed later',
  wanted: (wanted: number, then: number) => `wanted ${formatCount(wanted)}, ${formatCount(then)} left`,
  decidedBy: (by: string) => `Decided by ${by}`,
  choices: 'What shall become of it?',
  choose: (choice: string, order: string) => `${choice}: order ${order}`,
  doing: 'On its way…',
  sure: 'This can’t be taken back.',
  yes: (choice: string) => `Yes: ${choice}`,
  no: 'Not now',
  none: 'No open conflicts',
  noneAtAll: 'No conflicts so far',
  noneAbout:
    'A conflict arises when two channels sell the same last unit at the same moment. The first sale gets it. The later one is kept, and your rules say what becomes of it.',
  showAll: 'See the settled ones',

  rules: {
    title: 'Rules',
    about: 'What becomes of a sale that met too little stock.',
    open: 'Change the rules',
    look: 'See the rules',
    now: {
      hold: 'What comes short waits for you.',
      backorder: 'What comes short is accepted as a backorder.',
      cancel: 'What comes short is cancelled in its shop.',
    } satisfies Record<PolicyView, string>,
    usual: 'For all products',
    names: {
      hold: 'Hold it for me',
      backorder: 'Backorder it',
      cancel: 'Cancel it in the shop',
    } satisfies Record<PolicyView, string>,
    abouts: {
      hold: 'You are warned, and decide on this page.',
      backorder:
        'The line is accepted. What comes in fills backorders, oldest first. Orders that are not paid yet are held for you.',
      cancel:
        'The shop is asked to cancel the later order, or to refund the line when the rest can be shipped. Money goes back and the customer is told.',
    } satisfies Record<PolicyView, string>,
    cannot: (names: string) =>
      `SyncFlow can’t do that in ${names} yet: what comes short there is held for you.`,
    locations: 'Where goods ship from',
    choices: {
      primary: 'The first location',
      'first-that-has-it': 'The first one that has them',
      'most-available': 'The one that has most',
    } satisfies Record<LocationChoiceView, string>,
    order: 'Order of the locations',
    up: (location: string) => `Move ${location} up`,
    save: 'Save',
    saving: 'Saving…',
    saved: 'Saved. It holds for what comes short from now on.',
    exceptions: 'Exceptions',
    exceptionsAbout: 'Single products for which another rule holds.',
    noExceptions: 'None: the same rule holds for all products.',
    sku: 'SKU',
    rule: 'Rule',
    add: 'Add',
    added: (sku: string) => `${sku}: saved.`,
    remove: (sku: string) => `Remove the exception for ${sku}`,
    removed: (sku: string) => `${sku}: the usual rule holds again.`,
    by: (by: string) => `by ${by}`,
    count: (n: number) => count(n, 'exception', 'exceptions'),
  },
} as const;
