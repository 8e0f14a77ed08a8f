/** The check before a flow runs: the rules of `runtime/flow`, and what only the nodes' own zod schemas know. */
import { z } from 'zod';
import { type CheckFacts, checkFlow } from '../flow/check-flow.ts';
import type { FlowProblem } from '../flow/flow-problem.ts';
import type { ConnectionFact } from '../flow/node-description.ts';
import { describeNodes } from './describe-nodes.ts';
import type { Graph } from './graph.ts';
import type { NodeTypes } from './node-type.ts';

/** What is known of the client besides its connections; what is absent is not checked. */
export type ClientFacts = Pick<CheckFacts, 'flows' | 'ownRunner'>;

/**
 * What keeps a graph from running; an empty list means that it can be deployed.
 * @param connections those of the client; without them, choices of connections are not checked.
 */
export function validateGraph(
  graph: Graph,
  types: NodeTypes,
  connections: readonly ConnectionFact[] | null = null,
  facts: ClientFacts = {},
): FlowProblem[] {
  return examineGraph(graph, types, connections, facts).filter(({ severity }) => severity === 'error');
}

/** As {@link validateGraph}, with the warnings. */
export function examineGraph(
  graph: Graph,
  types: NodeTypes,
  connections: readonly ConnectionFact[] | null,
  facts: ClientFacts = {},
): FlowProblem[] {
  const problems = checkFlow(graph, { types: describeNodes(types), connections, ...facts });
  const told = new Set(problems.map(({ nodeId }) => nodeId));
  for (const { id, name, type, config, disabled } of graph.nodes) {
    if (disabled || told.has(id)) continue;
    const parsed = types.get(type)?.config.safeParse(config);
    if (parsed?.error)
      problems.unshift({
        nodeId: id,
        field: String(parsed.error.issues[0]?.path[0] ?? '') || null,
        severity: 'error',
        text: `The settings of "${name}" are not right: ${z.prettifyError(parsed.error)}`,
      });
  }
  return problems;
}
