/** The shapes of what the API says of flows that are edited; part of views.ts. */
import { z } from 'zod';
import { FlowTest, Graph, GraphNode, Group, Note, Wire } from '#runtime/pipelines/graph.ts';
import { byName, list, moment, part, view } from '../view.ts';

const PortDescription = part({
  name: z.string(),
  type: z.string(),
  isA: list(z.string()).describe('The type and all that it may stand in for'),
  example: z
    .record(z.string(), z.unknown())
    .optional()
    .describe('Of an output: an item that could leave by it'),
});

export const NodeTypeView = view('NodeType', {
  type: z.string(),
  title: z.string(),
  summary: z.string(),
  help: z.string(),
  group: z.enum(['Channels', 'Stock', 'Decide', 'Tell', 'Reports']),
  effect: z.enum(['none', 'orders', 'stock', 'channel', 'message']),
  trigger: z.boolean(),
  input: PortDescription.nullable(),
  outputs: list(PortDescription),
  settings: part({
    type: z.literal('object'),
    properties: byName(z.record(z.string(), z.unknown())),
  }).describe('JSON Schema of its settings, with title, help, unit and more for the form'),
  foreignCode: z.boolean().describe('It runs code that is not ours: only in a runner of the client’s own'),
  address: z.boolean().describe('Others start it at an address of its own'),
  endsLoops: z.boolean(),
  splits: z.boolean().describe('It may send several messages of one'),
  joinsParts: part({ setting: z.string(), value: z.string() })
    .nullable()
    .describe('The setting and its value with which it waits for the parts of a split'),
  waitLimit: z.string().nullable(),
});
export type NodeTypeView = z.infer<typeof NodeTypeView>;

export const HookAddressRow = view('HookAddress', { nodeId: z.string(), url: z.string(), createdAt: moment });
export type HookAddressRow = z.infer<typeof HookAddressRow>;

export const NewHookAddressView = view('NewHookAddress', {
  url: z.string(),
  secret: z.string().describe('Shown here and never again'),
});
export type NewHookAddressView = z.infer<typeof NewHookAddressView>;

export const FlowProblemView = view('FlowProblem', {
  nodeId: z.string(),
  field: z.string().nullable(),
  severity: z.enum(['error', 'warning']),
  text: z.string(),
});

/** A flow as it is kept: the same shape as a draft is saved in. */
export const GraphView = view('Graph', {
  nodes: list(z.strictObject(GraphNode.shape)),
  wires: list(z.strictObject(Wire.shape)),
  notes: list(z.strictObject(Note.shape)).optional(),
  groups: list(z.strictObject(Group.shape)).optional(),
  tests: list(z.strictObject(FlowTest.shape)).optional(),
});

export const DraftView = view('Draft', {
  id: z.string(),
  name: z.string(),
  graph: GraphView,
  revision: z.int().describe('Send it back with a save: a stale one is refused'),
  version: z.int().describe('What is deployed; 0: nothing yet'),
  changed: z.boolean().describe('It differs from what is deployed'),
  deployed: part({ name: z.string(), graph: GraphView }),
  summaries: byName(z.string()).describe('By node id: one line written from its settings'),
  changedAt: moment.nullable(),
  changedBy: z.string().nullable(),
});
export type DraftView = z.infer<typeof DraftView>;

export const DraftBody = z.strictObject({
  revision: z.int().min(0),
  name: z.string().trim().min(1).max(80),
  graph: Graph,
});

export const DraftSavedView = view('DraftSaved', {
  revision: z.int(),
  summaries: byName(z.string()),
  problems: list(FlowProblemView),
});
export type DraftSavedView = z.infer<typeof DraftSavedView>;

export const VersionRow = view('FlowVersion', {
  version: z.int(),
  name: z.string(),
  note: z.string(),
  by: z.string(),
  at: moment,
  current: z.boolean(),
});
export type VersionRow = z.infer<typeof VersionRow>;

export const VersionView = view('FlowVersionWhole', {
  version: z.int(),
  name: z.string(),
  graph: GraphView,
});
export type VersionView = z.infer<typeof VersionView>;

export const MadeView = view('FlowMade', { id: z.string() });
export type MadeView = z.infer<typeof MadeView>;

export const TemplateRow = view('FlowTemplate', {
  id: z.string(),
  title: z.string(),
  promise: z.string(),
  graph: GraphView.describe('Filled in with its defaults'),
});
export type TemplateRow = z.infer<typeof TemplateRow>;

export const DeployedView = view('FlowDeployed', { version: z.int() });
