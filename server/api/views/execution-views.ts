/** The shapes of what the API says of executions; part of views.ts. */
import { z } from 'zod';
import { fieldsOf, list, moment, part, view } from '../view.ts';

export const ExecutionRow = view('ExecutionRow', {
  id: z.string(),
  event: z.string().describe('What it ran for: to be tried on a draft'),
  at: moment.describe('When it ended'),
  pipeline: part({ id: z.string(), name: z.string() }),
  state: z.enum(['done', 'failed']),
  ms: z.number(),
  tries: z.int(),
  subject: z.string().describe('What it dealt with: "#1001", or SKUs; empty when nothing tells'),
  messages: z.int().describe('Messages that nodes worked on, over all nodes'),
  failure: part({
    where: z.string(),
    reason: z.string(),
    fix: z.string().nullable(),
    code: z.string().describe('Of docs/reference/errors.md'),
    meaning: z.string(),
  }).nullable(),
});
export type ExecutionRow = z.infer<typeof ExecutionRow>;

export const ExecutionStepView = part({
  nodeId: z.string(),
  name: z.string(),
  atMs: z.number().describe('Milliseconds after the run began'),
  ms: z.number(),
  failed: z.boolean(),
  reason: z.string().nullable(),
  input: z.string().describe('JSON text, shortened'),
  outputs: list(part({ name: z.string(), item: z.string() })),
});
export type ExecutionStepView = z.infer<typeof ExecutionStepView>;

export const ExecutionView = view('Execution', {
  ...fieldsOf(ExecutionRow),
  startedAt: moment,
  nodes: list(
    part({ id: z.string(), name: z.string(), done: z.int(), failed: z.int(), ms: z.number() }),
  ).describe('In the order of the flow, those that were not reached among them'),
  steps: list(ExecutionStepView)
    .nullable()
    .describe('null: what went in and out of this run was not kept, or not any more'),
  more: z.int().describe('Steps that were left out since there were too many'),
});
export type ExecutionView = z.infer<typeof ExecutionView>;

export const ExecutionOfClient = view('ExecutionOfClient', {
  client: part({ id: z.string(), name: z.string() }),
  execution: ExecutionRow,
});
export type ExecutionOfClient = z.infer<typeof ExecutionOfClient>;
