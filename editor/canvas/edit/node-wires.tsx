import type { GraphNode, Wire } from '#runtime/flow/flow.ts';
import type { NodeDescriptions } from '#runtime/flow/node-description.ts';
import { typesOfOutput } from '#runtime/flow/port-of-wire.ts';
import { wireIdOf } from '#runtime/flow/wire-id.ts';
import { flowEditor as words } from '../../texts/flow-editor.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { PortShape } from '../port-shape.tsx';
import { showNode } from './canvas-view.ts';
import { openDialog } from './editor-ui.ts';
import { disconnect } from './flow-edits.ts';
import { change, choose, useFlow } from './flow-state.ts';

/** The wires of one node in words: each can be followed and removed, and new ones be made. */
export function NodeWires({ node, types }: { node: GraphNode; types: NodeDescriptions }) {
  const graph = useFlow((state) => state.graph);
  const readOnly = useFlow((state) => state.readOnly);
  const wires = graph.wires.filter(({ from, to }) => from === node.id || to === node.id);
  const nameOf = (id: string) => graph.nodes.find((one) => one.id === id)?.name ?? id;
  const row = (wire: Wire) => {
    const out = wire.from === node.id;
    const other = out ? wire.to : wire.from;
    const text = out ? words.wireTo(wire.output, nameOf(other)) : words.wireFrom(wire.output, nameOf(other));
    return (
      <li key={wireIdOf(wire)} className="flex items-center gap-2 text-sm">
        <PortShape type={typesOfOutput(graph, types, wire.from, wire.output)?.[0] ?? 'Any'} />
        <button
          type="button"
          className="min-h-6 min-w-0 grow truncate rounded text-left hover:underline"
          onClick={() => {
            choose([other]);
            showNode(other);
          }}
        >
          {text}
        </button>
        {!readOnly && (
          <IconButton
            icon="close"
            className="size-7"
            label={words.wireRemove(nameOf(wire.from), nameOf(wire.to))}
            onClick={() => change((now) => disconnect(now, new Set([wireIdOf(wire)])))}
          />
        )}
      </li>
    );
  };
  const sends = (types.get(node.type)?.outputs.length ?? 0) > 0;
  return (
    <section aria-label={words.wires}>
      <h3 className="mb-1 text-xs font-medium text-quiet">{words.wires}</h3>
      {wires.length === 0 && <p className="text-sm text-quiet">{words.wireNone}</p>}
      <ul className="grid gap-0.5">{wires.map(row)}</ul>
      {sends && !readOnly && (
        <Button
          icon="link"
          className="mt-2"
          onClick={() => {
            choose([node.id]);
            openDialog('connect');
          }}
        >
          {words.wireAdd}
        </Button>
      )}
    </section>
  );
}
