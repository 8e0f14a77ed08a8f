import { formatCount } from '../format/numbers.ts';
import { count } from './count.ts';

/** The sentences of trying a flow; loaded with its panel. */
export const trial = {
  title: 'Try',
  about: 'Runs the draft without doing anything: nothing is booked, shown, told or sent.',
  close: 'Close',
  on: 'On what?',
  example: 'An example',
  periods: { 1: 'The last hour', 24: 'The last day', 168: 'The last week', 720: 'The last 30 days' },
  onEvent: 'What this run was for',
  upTo: (node: string) => `Only up to “${node}”`,
  go: 'Try it',
  again: 'Try again',
  running: (done: number, total: number) =>
    total === 0 ? 'Starting…' : `${formatCount(done)} of ${formatCount(total)}…`,
  wouldChange: (differing: number, orders: number) =>
    differing === 0
      ? `None of ${count(orders, 'order', 'orders')} would be treated otherwise than now.`
      : `${formatCount(differing)} of ${count(orders, 'order', 'orders')} would change.`,
  more: (n: number) => `There were more events; these are the newest ${formatCount(n)}.`,
  listed: (n: number) => `The first ${formatCount(n)} are listed.`,
  neverDeployed: 'Nothing is deployed yet to compare with.',
  counts: {
    keep: (n: number) => `${count(n, 'order', 'orders')} kept`,
    book: (n: number) => `${count(n, 'booking', 'bookings')} of stock`,
    set: (n: number) => `${count(n, 'time', 'times')} stock set`,
    show: (n: number) => `${count(n, 'quantity', 'quantities')} pushed`,
    alert: (n: number) => `${count(n, 'alert', 'alerts')} told`,
    send: (n: number) => `${count(n, 'message', 'messages')} sent`,
    fail: (n: number) => `${count(n, 'run', 'runs')} failed`,
  },
  wouldDo: 'What would be done',
  nothing: 'Nothing: no trigger of this flow wants it, or it goes nowhere.',
  kinds: {
    keep: 'Orders',
    book: 'Stock',
    set: 'Stock',
    show: 'Channels',
    alert: 'Alerts',
    send: 'Sent',
    fail: 'Failed',
  },
  added: 'New',
  gone: 'No more',
  likeDeployed: 'What is deployed does the same.',
  unlikeDeployed: 'What is deployed does something else:',
  show: (subject: string) => `Show what is done with ${subject}`,
  keepName: 'Name of the test',
  keepSuggested: (subject: string) => `Order ${subject}`,
  keep: 'Keep as a test',
  kept: 'It is a test of this flow now, and is run before each deploy.',
  tests: 'Tests',
  testsAbout: 'Run before each deploy: one that fails stops it.',
  testsNone: 'No test yet. Try the flow on one event, and keep it as a test.',
  testsRun: 'Run the tests',
  passed: 'Passed',
  failed: 'Failed',
  notRun: 'Not run yet',
  removeTest: (name: string) => `Remove the test “${name}”`,
} as const;
