/** The shapes of what the API says of trials of flows; part of views.ts. */
import { z } from 'zod';
import { byName, list, moment, part, view } from '../view.ts';
import { ExecutionView } from './execution-views.ts';

const SimulatedEffectView = part({
  kind: z.enum(['keep', 'book', 'set', 'show', 'alert', 'send', 'fail']),
  text: z.string(),
});

const Lines = { gone: list(z.string()), added: list(z.string()) };

export const FlowTestResultView = view('FlowTestResult', {
  id: z.string(),
  name: z.string(),
  problem: z.string().nullable().describe('null: it passed'),
  ...Lines,
});
export type FlowTestResultView = z.infer<typeof FlowTestResultView>;

const TrialRunView = part({
  effects: list(SimulatedEffectView),
  deployed: list(SimulatedEffectView).nullable().describe('null: nothing is deployed to compare with'),
  run: ExecutionView.describe('As if it had run'),
  keep: part({ event: byName(z.unknown()), expected: list(z.string()) })
    .nullable()
    .describe('To be kept as a test of the flow'),
});

export const TrialView = view('Trial', {
  id: z.string(),
  state: z.enum(['running', 'done', 'failed']),
  done: z.int(),
  total: z.int(),
  problem: z.string().nullable(),
  report: part({
    events: z.int(),
    orders: z.int().describe('Distinct orders among the events'),
    more: z.boolean().describe('The period had more events than were tried'),
    ms: z.number(),
    counts: byName(z.int()).describe('What the draft would do, by kind'),
    differing: z.int().describe('Orders that would be treated otherwise than by what is deployed'),
    differences: list(part({ event: z.string(), subject: z.string(), at: moment, ...Lines })),
    one: TrialRunView.nullable().describe('Of a trial of a single event'),
    tests: list(FlowTestResultView),
  }).nullable(),
});
export type TrialView = z.infer<typeof TrialView>;

export const TrialBegunView = view('TrialBegun', { id: z.string() });
export type TrialBegunView = z.infer<typeof TrialBegunView>;
