/** A known change of "Keep stock in step": orders of more than two units of a product go no further. */
import type { Graph } from '#runtime/pipelines/graph.ts';

/** @throws {Error} when the flow has no trigger for orders with a wire. */
export function withoutLargeOrders({ nodes, wires }: Graph): Graph {
  const config = { condition: 'lines.all(line, line.quantity <= 2)' };
  const filter = { id: 'small', type: 'filter', name: 'Small ones only', config, x: 0, y: 0 };
  const first = wires.find(({ from, output }) => from === 'trigger' && output === 'order');
  if (!first) throw new Error('the template has another shape');
  return {
    nodes: [...nodes, filter],
    wires: [
      ...wires.filter((wire) => wire !== first),
      { ...first, to: 'small' },
      { from: 'small', output: 'match', to: first.to },
    ],
  };
}
