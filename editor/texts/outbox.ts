import type { OutboxDecisionView, OutboxRow } from '#server/api/views.ts';
import { count } from './count.ts';

/** The sentences of the outbox page. */
export const outbox = {
  title: 'Outbox',
  about: 'What your flows send outside. Each message is kept until it is known what became of it.',
  view: 'Which messages',
  views: { all: 'All', 'needs-you': 'Needs you', waiting: 'Waiting', ended: 'Ended' },
  states: {
    queued: 'Waiting',
    sending: 'Sending',
    'in-doubt': 'In doubt',
    sent: 'Sent',
    undone: 'Taken back',
    dead: 'Failed',
    dropped: 'Dropped',
  } satisfies Record<OutboxRow['state'], string>,
  tries: (n: number) => (n === 0 ? 'not tried yet' : `tried ${count(n, 'time', 'times')}`),
  fix: 'What to do',
  decisions: {
    done: 'It arrived',
    again: 'Send again',
    drop: 'Drop',
    undo: 'Take back',
  } satisfies Record<OutboxDecisionView, string>,
  decideOne: (decision: string, subject: string) => `${decision}: ${subject}`,
  decided: {
    done: (subject: string) => `${subject}: noted as sent.`,
    again: (subject: string) => `${subject}: is sent again now.`,
    drop: (subject: string) => `${subject}: dropped.`,
    undo: (subject: string) => `${subject}: is taken back now.`,
  } satisfies Record<OutboxDecisionView, (subject: string) => string>,
  none: {
    all: 'Nothing was sent yet',
    'needs-you': 'Nothing needs your word',
    waiting: 'Nothing waits',
    ended: 'Nothing was sent yet',
  },
  noneAbout:
    'Flows send webhooks and cancel orders from here. When an answer is lost, SyncFlow looks before it does anything again.',
} as const;
