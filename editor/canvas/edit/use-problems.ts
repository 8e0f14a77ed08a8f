import { useDeferredValue, useMemo } from 'react';
import { checkFlow } from '#runtime/flow/check-flow.ts';
import type { FlowProblem } from '#runtime/flow/flow-problem.ts';
import type { ConnectionFact, NodeDescriptions } from '#runtime/flow/node-description.ts';
import { useConnections } from '../../api/queries.ts';
import { useFlow } from './flow-state.ts';

/** What is wrong with the flow, by the same code that the server runs before a deploy. Follows what is typed. */
export function useProblems(types: NodeDescriptions): readonly FlowProblem[] {
  const graph = useDeferredValue(useFlow((state) => state.graph));
  const { data } = useConnections();
  const connections = useMemo(
    () => data?.map(({ id, kind }): ConnectionFact => ({ id, kind })) ?? null,
    [data],
  );
  return useMemo(() => checkFlow(graph, { types, connections }), [graph, types, connections]);
}
