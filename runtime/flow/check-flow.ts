/**
 * Everything that can be wrong with a flow, found before Node-RED sees it: the runtime itself would fail late or in
 * silence. The page runs this while one edits, the server before it deploys, and a runner before it starts.
 */
import type { Graph, GraphNode } from '../pipelines/graph.ts';
import { callProblems, type FlowFacts } from './call-problems.ts';
import { codeProblems } from './code-problems.ts';
import { type FlowProblem, problemOf } from './flow-problem.ts';
import { loopProblems } from './loop-problems.ts';
import type { ConnectionFact, NodeDescription, NodeDescriptions } from './node-description.ts';
import { partProblems } from './part-problems.ts';
import { reachProblems } from './reach-problems.ts';
import { settingProblems } from './setting-problems.ts';
import { judgeWire } from './wire-rule.ts';

export interface CheckFacts {
  readonly types: NodeDescriptions;
  /** Those of the client; null where they are not known. */
  readonly connections: readonly ConnectionFact[] | null;
  /** The other flows of the client; absent where they are not known: then calls of them are not checked. */
  readonly flows?: FlowFacts | null;
  /** Whether the client has a runner of its own; absent where it is not known: then it is not demanded. */
  readonly ownRunner?: boolean | null;
}

/** All problems, errors first. No error: it can be deployed. */
export function checkFlow(
  graph: Graph,
  { types, connections, flows, ownRunner = null }: CheckFacts,
): FlowProblem[] {
  const problems = [
    ...doubledIds(graph),
    ...graph.nodes.flatMap((node) => problemsOfNode(node, types.get(node.type), connections)),
    ...wireProblems(graph, types),
    ...reachProblems(graph, types),
    ...loopProblems(graph, types),
    ...(flows ? callProblems(graph, types, flows) : []),
    ...(ownRunner === null ? [] : codeProblems(graph, types, ownRunner)),
    ...partProblems(graph, types),
    ...unheard(graph, types),
  ];
  return problems.sort((a, b) => rank(a) - rank(b));
}

const rank = ({ severity }: FlowProblem): number => (severity === 'error' ? 0 : 1);

function doubledIds({ nodes }: Graph): FlowProblem[] {
  const seen = new Set<string>();
  return nodes.flatMap(({ id, name }) => {
    if (seen.has(id)) return [problemOf(id, `Two nodes have the id "${id}"; rename "${name}".`)];
    seen.add(id);
    return [];
  });
}

function problemsOfNode(
  node: GraphNode,
  type: NodeDescription | undefined,
  connections: readonly ConnectionFact[] | null,
): FlowProblem[] {
  if (!type)
    return [problemOf(node.id, `"${node.name}" is of the type "${node.type}", which is not installed.`)];
  const found = settingProblems(node, type, connections);
  const limit = type.waitLimit;
  if (limit !== null && !(Number(node.config[limit] ?? type.settings.properties[limit]?.default ?? 0) > 0)) {
    found.push({
      nodeId: node.id,
      field: limit,
      severity: 'error',
      text: `"${node.name}" would wait for ever when a part is missing: set a time after which it goes on.`,
    });
  }
  // What is switched off may be unfinished.
  return node.disabled ? found.map((problem) => ({ ...problem, severity: 'warning' })) : found;
}

function wireProblems(graph: Graph, types: NodeDescriptions): FlowProblem[] {
  return graph.wires.flatMap((wire) => {
    const verdict = judgeWire(graph, types, wire);
    if (!verdict.fits) return [problemOf(wire.from, verdict.reason)];
    return verdict.warning ? [problemOf(wire.to, verdict.warning, 'warning')] : [];
  });
}

/** A trigger whose messages go nowhere. */
function unheard({ nodes, wires }: Graph, types: NodeDescriptions): FlowProblem[] {
  const heard = new Set(wires.map(({ from }) => from));
  return nodes
    .filter(({ id, type, disabled }) => types.get(type)?.trigger && !disabled && !heard.has(id))
    .map(({ id, name }) =>
      problemOf(id, `Nothing happens with what "${name}" sends: wire it on.`, 'warning'),
    );
}
