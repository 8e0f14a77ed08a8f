/** A pipeline as a graph of typed nodes: what the editor draws, what is validated, what compiles to a Node-RED tab. */
import { z } from 'zod';

const NodeId = z.string().regex(/^[a-z0-9-]{1,40}$/, 'must be 1 to 40 small letters, digits or -');

export const GraphNode = z.object({
  id: NodeId,
  /** The type's name; the pipelines module checks that it exists. */
  type: z.string().min(1).max(64),
  /** The user's name for it. */
  name: z.string().min(1).max(80),
  config: z.record(z.string(), z.unknown()),
  x: z.int(),
  y: z.int(),
  /** Switched off: it stays in the drawing, but no message comes to it. */
  disabled: z.boolean().optional(),
});

/** A text on the canvas. */
export const Note = z.object({
  id: NodeId,
  text: z.string().max(2_000),
  x: z.int(),
  y: z.int(),
  width: z.int().min(80).max(2_000),
  height: z.int().min(40).max(2_000),
});

/** A frame with a name around nodes that belong together. */
export const Group = z.object({
  id: NodeId,
  name: z.string().max(80),
  nodes: z.array(NodeId).max(1_000),
});

export const Wire = z.object({
  from: NodeId,
  /** The output's name. */
  output: z.string().min(1).max(40),
  to: NodeId,
});

const TEST_CHARACTERS_MAX = 100_000;

/** An event, and what it shall lead to: kept with the flow, and run before each deploy. */
export const FlowTest = z.object({
  id: NodeId,
  name: z.string().min(1).max(80),
  /** A `SampleEvent` of runtime/trial as JSON: read when the test is run. */
  event: z
    .record(z.string(), z.unknown())
    .refine(
      (event) => JSON.stringify(event).length <= TEST_CHARACTERS_MAX,
      'is too large to be kept as a test',
    ),
  /** Effects, each as the one line in which the page shows it. */
  expected: z.array(z.string().max(500)).max(200),
});

export const Graph = z.object({
  nodes: z.array(GraphNode).max(1_000),
  wires: z.array(Wire).max(5_000),
  notes: z.array(Note).max(500).optional(),
  groups: z.array(Group).max(200).optional(),
  tests: z.array(FlowTest).max(100).optional(),
});
export type FlowTest = z.infer<typeof FlowTest>;
export type Note = z.infer<typeof Note>;
export type Group = z.infer<typeof Group>;
export type GraphNode = z.infer<typeof GraphNode>;
export type Wire = z.infer<typeof Wire>;
export type Graph = z.infer<typeof Graph>;

export { wireIdOf } from '../flow/wire-id.ts';
