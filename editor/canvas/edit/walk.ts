/** Going from node to node along the wires, by keyboard. */
import { showNode } from './canvas-view.ts';
import { choose, useFlow } from './flow-state.ts';

/** Chooses the next node along a wire, the one before, or the next one that the same node sends to. */
export function goAlong(way: 'forward' | 'back' | 'branch'): void {
  const { graph, chosen } = useFlow.getState();
  const here = chosen.at(-1);
  const y = new Map(graph.nodes.map((node) => [node.id, node.y]));
  const byHeight = (ids: readonly string[]) =>
    [...new Set(ids)].sort((a, b) => (y.get(a) ?? 0) - (y.get(b) ?? 0));
  const forward = (id: string | undefined) =>
    byHeight(graph.wires.filter(({ from }) => from === id).map(({ to }) => to));
  const back = (id: string | undefined) =>
    byHeight(graph.wires.filter(({ to }) => to === id).map(({ from }) => from));
  const [to] =
    way === 'forward' ? forward(here) : way === 'back' ? back(here) : nextOf(here, forward(back(here)[0]));
  if (!to) return;
  choose([to]);
  showNode(to);
}

function nextOf(here: string | undefined, among: readonly string[]): readonly string[] {
  const next = among[(among.indexOf(here ?? '') + 1) % Math.max(among.length, 1)];
  return next === undefined ? [] : [next];
}
