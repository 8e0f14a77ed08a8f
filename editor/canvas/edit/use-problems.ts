import { useDeferredValue, useMemo } from 'react';
import { checkFlow } from '#runtime/flow/check-flow.ts';
import type { FlowProblem } from '#runtime/flow/flow-problem.ts';
import type { ConnectionFact, NodeDescriptions } from '#runtime/flow/node-description.ts';
import { useConnections } from '../../api/queries.ts';
import { useFlow } from './flow-state.ts';

/**
 * What is wrong with the flow, by the same code that the server runs before a deploy; it follows what is typed. What only
 * the server can tell (whether an expression is one) comes with each save.
 */
export function useProblems(types: NodeDescriptions): readonly FlowProblem[] {
  const graph = useDeferredValue(useFlow((state) => state.graph));
  const { data } = useConnections();
  const connections = useMemo(
    () => data?.map(({ id, kind, channel }): ConnectionFact => ({ id, kind, type: channel })) ?? null,
    [data],
  );
  const found = useFlow((state) => state.found);
  return useMemo(() => {
    const own = checkFlow(graph, { types, connections });
    if (found?.graph !== graph) return own;
    const told = new Set(own.map(({ text }) => text));
    return [...found.problems.filter(({ text }) => !told.has(text)), ...own];
  }, [graph, types, connections, found]);
}
