import { Background, MiniMap, type NodeChange, ReactFlow, useReactFlow, useStore } from '@xyflow/react';
import { useEffect, useMemo } from 'react';
import type { PipelineView } from '#server/api/views.ts';
import { texts } from '../texts.ts';
import { bestLayout } from './best-layout.ts';
import { CanvasControls } from './canvas-controls.tsx';
import { fitting } from './fitting.ts';
import { FlowCard } from './flow-card.tsx';
import { type FlowNode, flowNodes, flowWires } from './flow-graph.ts';
import { FlowWire } from './flow-wire.tsx';

const nodeTypes = { card: FlowCard };
const edgeTypes = { wire: FlowWire };
const mapNodesMin = 25;
const drawAllNodesMax = 100;

const ariaLabels = {
  'node.a11yDescription.default': texts.canvas.nodeHint,
  'node.a11yDescription.keyboardDisabled': texts.canvas.nodeHint,
  'minimap.ariaLabel': texts.canvas.map,
};

/** The flow as a drawing. It can be read, not changed: choosing a card opens the inspector. */
export function FlowCanvas({
  flow,
  room,
  chosen,
  onChoose,
}: {
  flow: PipelineView;
  /** What the page has for the canvas when no inspector is open: the layout stays when one is. */
  room: { readonly width: number; readonly height: number };
  chosen: string | null;
  onChoose: (node: string | null) => void;
}) {
  const { nodes: shapes, wires: joints } = flow;
  const layout = useMemo(() => bestLayout({ nodes: shapes, wires: joints }, room), [shapes, joints, room]);
  const nodes = useMemo(() => flowNodes(flow, layout, chosen), [flow, layout, chosen]);
  const wires = useMemo(() => flowWires(flow, layout), [flow, layout]);

  function onNodesChange(changes: readonly NodeChange<FlowNode>[]): void {
    const choices = changes.filter((change) => change.type === 'select');
    if (choices.length === 0) return;
    onChoose(choices.find(({ selected }) => selected)?.id ?? null);
  }

  return (
    <section aria-label={texts.canvas.label(flow.name)} className="min-h-0 min-w-0 grow">
      <ReactFlow
        nodes={nodes}
        edges={wires}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        onNodesChange={onNodesChange}
        nodesDraggable={false}
        nodesConnectable={false}
        edgesFocusable={false}
        deleteKeyCode={null}
        selectionKeyCode={null}
        multiSelectionKeyCode={null}
        onlyRenderVisibleElements={nodes.length > drawAllNodesMax}
        ariaLabelConfig={ariaLabels}
        minZoom={0.2}
        maxZoom={1.5}
        fitView
        fitViewOptions={fitting}
      >
        <Background gap={24} size={1.5} color="var(--canvas-dots)" />
        <CanvasControls />
        {nodes.length > mapNodesMin && <MiniMap pannable zoomable nodeColor="var(--color-edge)" />}
        <Refit />
      </ReactFlow>
    </section>
  );
}

/** Fits the drawing again when the room for it changes, as when the inspector opens. */
function Refit() {
  const { fitView } = useReactFlow();
  const when = useStore(({ width, height }) => `${width} ${height}`);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `when` is the reason to fit, not a value to fit by.
  useEffect(() => void fitView(fitting), [fitView, when]);
  return null;
}
