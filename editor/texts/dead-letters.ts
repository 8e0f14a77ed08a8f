import { formatCount } from '../format/numbers.ts';
import { count } from './count.ts';

/** The sentences of the dead letters page. */
export const deadLetters = {
  title: 'Dead letters',
  about: 'Events that could not be dealt with. Each is kept whole until it is.',
  fix: 'What to do',
  waitsFor: (name: string) => `Runs again by itself when “${name}” is well again.`,
  tries: (n: number) => `tried ${count(n, 'time', 'times')}`,
  retry: 'Retry',
  retryOne: (subject: string) => `Retry: ${subject}`,
  retrying: 'Retrying…',
  retried: (subject: string) => `${subject}: runs again now.`,
  retryAll: 'Retry all',
  retriedAll: 'All of them run again now.',
  choose: (subject: string) => `Choose: ${subject}`,
  retryMany: (n: number) => `Retry ${formatCount(n)}`,
  retriedMany: (n: number) => `${count(n, 'event runs', 'events run')} again now.`,
  onDraft: 'Try on the draft',
  details: 'What came in, and its runs',
  received: (at: string, bytes: number) => `Received ${at}, ${formatCount(bytes)} bytes`,
  runs: 'Runs',
  noRuns: 'No run of it was noted.',
  none: 'No dead letters',
  noneAbout:
    'What fails is tried again by itself, for about a day. Only what still fails then, or can’t succeed without you, comes here.',
} as const;
