/** The shapes of what the API says of dead letters; part of views.ts. */
import { z } from 'zod';
import { fieldsOf, list, moment, part, view } from '../view.ts';
import { ExecutionRow } from './execution-views.ts';

export const DeadLetterRow = view('DeadLetterRow', {
  id: z.string(),
  at: moment,
  connectionName: z.string(),
  subject: z.string(),
  reason: z.string(),
  fix: z.string().nullable(),
  tries: z.int(),
  waitsFor: z
    .string()
    .nullable()
    .describe('It runs again by itself when this is well again; null: only a person runs it again'),
});
export type DeadLetterRow = z.infer<typeof DeadLetterRow>;

export const DeadLetterView = view('DeadLetter', {
  ...fieldsOf(DeadLetterRow),
  receivedAt: moment,
  payload: z.string().describe('As text; what is no text is shown as base64. Cut off where it is very long'),
  payloadBytes: z.int(),
  code: z.string().describe('Of docs/reference/errors.md'),
  meaning: z.string(),
  runs: list(ExecutionRow).describe('The newest run of each flow'),
});
export type DeadLetterView = z.infer<typeof DeadLetterView>;

export const RetriedView = part({ retried: z.int().describe('How many run again') });
export type RetriedView = z.infer<typeof RetriedView>;
