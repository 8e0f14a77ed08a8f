import { useDeferredValue, useMemo, useRef } from 'react';
import { checkFlow } from '#runtime/flow/check-flow.ts';
import type { FlowProblem } from '#runtime/flow/flow-problem.ts';
import type { ConnectionFact, NodeDescriptions } from '#runtime/flow/node-description.ts';
import { sameJson } from '#runtime/flow/same-json.ts';
import { useConnections } from '../../api/queries.ts';
import { useFlow } from './flow-state.ts';

/**
 * What is wrong with the flow, by the same code that the server runs before a deploy; it follows what is typed. What only
 * the server can tell (whether an expression is one) comes with each save.
 */
export function useProblems(types: NodeDescriptions): readonly FlowProblem[] {
  const graph = useDeferredValue(useFlow((state) => state.graph));
  const { data } = useConnections();
  // They are asked for all the time; which there are changes seldom, and only that makes it worth to look again.
  const known = useRef<readonly ConnectionFact[] | null>(null);
  const connections = useMemo(() => {
    const next = data?.map(({ id, kind, channel }): ConnectionFact => ({ id, kind, type: channel })) ?? null;
    if (!sameJson(known.current, next)) known.current = next;
    return known.current;
  }, [data]);
  const found = useFlow((state) => state.found);
  return useMemo(() => {
    const own = checkFlow(graph, { types, connections });
    if (found?.graph !== graph) return own;
    const told = new Set(own.map(({ text }) => text));
    return [...found.problems.filter(({ text }) => !told.has(text)), ...own];
  }, [graph, types, connections, found]);
}
