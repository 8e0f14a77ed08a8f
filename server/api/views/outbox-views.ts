/** The shapes of what the API says of the outbox; part of views.ts. */
import { z } from 'zod';
import { list, moment, view } from '../view.ts';
import { ConnectionNameView } from './basic-views.ts';

export const OutboxDecisionView = z.enum(['done', 'again', 'drop', 'undo']);
export type OutboxDecisionView = z.infer<typeof OutboxDecisionView>;

export const OutboxRow = view('OutboxMessage', {
  id: z.string(),
  at: moment,
  subject: z.string(),
  kind: z.string().describe('"Webhook", "Cancel an order"'),
  connection: ConnectionNameView,
  state: z.enum(['queued', 'sending', 'in-doubt', 'sent', 'undone', 'dead', 'dropped']),
  tries: z.int(),
  repeats: z.int().describe('Calls that were made again although an earlier one may have arrived'),
  knownBy: z.enum(['answer', 'look', 'report', 'person']).nullable(),
  endedAt: moment.nullable(),
  code: z
    .string()
    .nullable()
    .describe('Of docs/reference/errors.md; null: nothing went wrong, or nobody knows'),
  reason: z.string().nullable(),
  fix: z.string().nullable(),
  sentence: z.string(),
  needsPerson: z.boolean(),
  decisions: list(OutboxDecisionView).describe('What a person may decide now'),
});
export type OutboxRow = z.infer<typeof OutboxRow>;
