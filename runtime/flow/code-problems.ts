/** Code of a flow's author runs only where it can harm nobody else. */
import type { Graph } from '../pipelines/graph.ts';
import { type FlowProblem, problemOf } from './flow-problem.ts';
import type { NodeDescriptions } from './node-description.ts';

/** @param ownRunner whether the client has a runner of its own. */
export function codeProblems({ nodes }: Graph, types: NodeDescriptions, ownRunner: boolean): FlowProblem[] {
  if (ownRunner) return [];
  return nodes
    .filter(({ type }) => types.get(type)?.foreignCode)
    .map(({ id, name, disabled }) =>
      problemOf(
        id,
        `"${name}" runs code that is not SyncFlow's, which only a runner of the client's own may do. Who manages the agency gives the client one under Settings, Clients.`,
        disabled ? 'warning' : 'error',
      ),
    );
}
