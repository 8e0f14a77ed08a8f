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
});

export const Wire = z.object({
  from: NodeId,
  /** The output's name. */
  output: z.string().min(1).max(40),
  to: NodeId,
});

export const Graph = z.object({
  nodes: z.array(GraphNode).max(1_000),
  wires: z.array(Wire).max(5_000),
});
export type GraphNode = z.infer<typeof GraphNode>;
export type Wire = z.infer<typeof Wire>;
export type Graph = z.infer<typeof Graph>;

/** Names a wire within its pipeline; also the name under which its messages are counted. */
export function wireIdOf({ from, output, to }: Wire): string {
  return `${from}:${output}:${to}`;
}
