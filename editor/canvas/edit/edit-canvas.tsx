import {
  type EdgeMouseHandler,
  type NodeChange,
  type NodeMouseHandler,
  ReactFlow,
  SelectionMode,
  useReactFlow,
  useStore,
} from '@xyflow/react';
import { useCallback, useEffect, useRef, useState } from 'react';
import { flowEditor as words } from '../../texts/flow-editor.ts';
import { CanvasControls } from '../canvas-controls.tsx';
import { fitting } from '../fitting.ts';
import { CanvasGround } from './canvas-ground.tsx';
import { setCanvas } from './canvas-view.ts';
import type { CanvasNode, CanvasWire } from './cards.ts';
import { EditCard } from './edit-card.tsx';
import { EditWire } from './edit-wire.tsx';
import { EmptyCanvas } from './empty-canvas.tsx';
import { FarContext, isFar, openingView } from './far.ts';
import { FlowMap } from './flow-map.tsx';
import { choose, chooseWire, useFlow } from './flow-state.ts';
import { FrameCard } from './frame-card.tsx';
import { letGo } from './hand.ts';
import { KeepInSight } from './keep-in-sight.tsx';
import { NoteCard } from './note-card.tsx';
import { RefusalNote } from './refusal-note.tsx';
import { RunBar } from './run-bar.tsx';
import { TypesContext } from './taking.ts';
import { type CanvasFacts, useCanvasNodes } from './use-canvas-nodes.ts';
import { useDrops } from './use-drops.ts';
import { useEdgePan } from './use-edge-pan.ts';
import { useWiring } from './use-wiring.ts';

const nodeTypes = { card: EditCard, note: NoteCard, frame: FrameCard };
const edgeTypes = { wire: EditWire };
const mapNodesMin = 25;
const drawAllNodesMax = 60;
const snapGrid: [number, number] = [8, 8];
const ariaLabels = {
  'node.a11yDescription.default': words.nodeHint,
  'node.a11yDescription.keyboardDisabled': words.nodeHint,
};

// One and the same each time: with new ones React Flow would draw every card and every wire anew.
const manyKeys = ['Shift', 'Meta', 'Control'];
const chooseEdge: EdgeMouseHandler<CanvasWire> = (_event, { id }) => chooseWire(id);
const chooseNode: NodeMouseHandler<CanvasNode> = ({ shiftKey, metaKey, ctrlKey }, { id, type }) => {
  // Of many that are chosen, a plain click chooses one.
  if (type !== 'frame' && !shiftKey && !metaKey && !ctrlKey) choose([id]);
};

/** The flow as a drawing that can be changed: dragged, wired, chosen; everything by keyboard too (see commands.ts). */
export function EditCanvas({ facts, onOpen }: { facts: CanvasFacts; onOpen: (id: string) => void }) {
  const element = useRef<HTMLElement>(null);
  const { nodes, wires, onNodesChange, onDragStop } = useCanvasNodes(facts);
  const wiring = useWiring(facts.types, element);
  const drops = useDrops(facts.types);
  const name = useFlow((state) => state.name);
  const readOnly = useFlow((state) => state.readOnly);
  const empty = nodes.length === 0;
  const far = useStore(isFar);
  const onDoubleClick: NodeMouseHandler<CanvasNode> = useCallback((_event, { id }) => onOpen(id), [onOpen]);
  const [opening] = useState(() =>
    openingView(useFlow.getState().graph.nodes, { width: innerWidth, height: innerHeight }),
  );
  return (
    <section
      ref={element}
      aria-label={words.drawing(name)}
      className="relative min-h-0 min-w-0 grow"
      onKeyDown={(event) => {
        const card = (event.target as HTMLElement).closest<HTMLElement>('.react-flow__node');
        if (event.key === 'Enter' && card === event.target && card?.dataset.id) onOpen(card.dataset.id);
      }}
      {...drops}
    >
      <TypesContext value={facts.types}>
        <FarContext value={far}>
          <ReactFlow<CanvasNode, (typeof wires)[number]>
            nodes={nodes}
            edges={wires}
            nodeTypes={nodeTypes}
            edgeTypes={edgeTypes}
            onNodesChange={onNodesChange as (changes: NodeChange<CanvasNode>[]) => void}
            onNodeDragStop={onDragStop}
            onSelectionDragStop={onDragStop}
            onEdgeClick={chooseEdge}
            onNodeClick={chooseNode}
            onNodeDoubleClick={onDoubleClick}
            {...wiring}
            connectionRadius={36}
            nodesDraggable={!readOnly}
            nodesConnectable={!readOnly}
            deleteKeyCode={null}
            selectionKeyCode="Shift"
            multiSelectionKeyCode={manyKeys}
            selectionMode={SelectionMode.Partial}
            snapToGrid
            snapGrid={snapGrid}
            edgesFocusable={false}
            elevateNodesOnSelect={false}
            selectNodesOnDrag={false}
            onlyRenderVisibleElements={nodes.length > drawAllNodesMax}
            ariaLabelConfig={ariaLabels}
            minZoom={0.1}
            maxZoom={1.5}
            zoomOnDoubleClick={false}
            fitView={opening === null}
            fitViewOptions={fitting}
            {...(opening && { defaultViewport: opening })}
          >
            <CanvasGround />
            <CanvasControls />
            {nodes.length > mapNodesMin && <FlowMap />}
            <Instance element={element} />
            <KeepInSight />
          </ReactFlow>
        </FarContext>
      </TypesContext>
      {empty && <EmptyCanvas types={facts.types} />}
      <RefusalNote types={facts.types} />
      <RunBar />
    </section>
  );
}

/** Hands the canvas to the commands while it is there, and pans it as it should be. */
function Instance({ element }: { element: React.RefObject<HTMLElement | null> }) {
  const instance = useReactFlow();
  useEdgePan();
  useEffect(() => {
    setCanvas({ instance, element: () => element.current });
    return () => {
      setCanvas(null);
      letGo();
    };
  }, [instance, element]);
  return null;
}
