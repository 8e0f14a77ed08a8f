/** The shapes of what the API says of flows; part of views.ts. */
import { z } from 'zod';
import { byName, fieldsOf, list, moment, part, view } from '../view.ts';

export const PipelineRow = view('PipelineRow', {
  id: z.string(),
  name: z.string(),
  template: z.string(),
  promise: z.string(),
  state: z.enum(['running', 'paused']),
  version: z.int().describe('Grows by one at every deploy; 0: it was never deployed'),
  pausedFor: part({ reason: z.string(), at: moment })
    .nullable()
    .describe('Why SyncFlow paused it, when no person did'),
  wentBack: part({ from: z.int(), to: z.int(), reason: z.string(), at: moment })
    .nullable()
    .describe('It went back by itself from a version after which too much failed'),
  executions: z.int().describe('Over the last hour'),
  failed: z.int(),
});
export type PipelineRow = z.infer<typeof PipelineRow>;

export const PortView = part({
  name: z.string(),
  type: z.string().describe('Port type: `Order`, `StockLevel`, `Alert`, `Event`, …'),
});
export type PortView = z.infer<typeof PortView>;

export const PipelineView = view('Pipeline', {
  ...fieldsOf(PipelineRow),
  nodes: list(
    part({
      id: z.string(),
      type: z.string(),
      name: z.string().describe('The user’s name for the node'),
      summary: z.string().describe('One line written from its settings: "Keeps back 2 units"'),
      help: z.string(),
      trigger: z.boolean(),
      group: z.enum(['Channels', 'Stock', 'Decide', 'Tell', 'Reports']),
      x: z.number(),
      y: z.number(),
      inputs: list(PortView),
      outputs: list(PortView),
      settings: list(part({ title: z.string(), value: z.string() })),
    }),
  ),
  wires: list(
    part({ id: z.string(), from: z.string(), output: z.string(), to: z.string(), type: z.string() }),
  ),
  counts: byName(z.int()).describe('Messages of the last hour by wire id'),
  activity: byName(
    part({ done: z.int(), failed: z.int(), dropped: z.int(), p95Ms: z.number().nullable() }),
  ).describe('By node id, over the last hour'),
});
export type PipelineView = z.infer<typeof PipelineView>;
