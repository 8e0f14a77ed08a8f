import { applyNodeChanges, type NodeChange, type NodePositionChange } from '@xyflow/react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { compareFlows } from '#runtime/flow/compare-flows.ts';
import type { FlowProblem } from '#runtime/flow/flow-problem.ts';
import type { NodeDescriptions } from '#runtime/flow/node-description.ts';
import { judgeWire } from '#runtime/flow/wire-rule.ts';
import type { PipelineView } from '#server/api/views.ts';
import type { Place } from '../layout.ts';
import { type CanvasNode, canvasNodes, canvasWires, countedWires } from './cards.ts';
import { move } from './flow-edits.ts';
import { change, choose, useFlow } from './flow-state.ts';
import { hold, isHeld, isHolding, letGo } from './hand.ts';

const placesOf = (changes: readonly NodePositionChange[]): ReadonlyMap<string, Place> =>
  new Map(changes.flatMap(({ id, position }) => (position ? [[id, position]] : [])));

export interface CanvasFacts {
  readonly types: NodeDescriptions;
  readonly problems: readonly FlowProblem[];
  /** What runs, with its counts. */
  readonly live: PipelineView;
}

/**
 * What React Flow draws, and what it does to it. While a card is dragged it is in the hand (hand.ts), and its place here stays;
 * the flow hears of it when it is let go, so that a drag is one step to undo.
 */
export function useCanvasNodes({ types, problems, live }: CanvasFacts) {
  const graph = useFlow((state) => state.graph);
  const deployed = useFlow((state) => state.deployed.graph);
  const version = useFlow((state) => state.version);
  const summaries = useFlow((state) => state.summaries);
  const chosen = useFlow((state) => state.chosen);
  const chosenWire = useFlow((state) => state.chosenWire);

  const byNode = useMemo(() => {
    const map = new Map<string, FlowProblem[]>();
    for (const problem of problems) map.set(problem.nodeId, [...(map.get(problem.nodeId) ?? []), problem]);
    return map;
  }, [problems]);
  const changed = useMemo(
    () => new Set(version === 0 ? [] : compareFlows(deployed, graph).nodes.map(({ nodeId }) => nodeId)),
    [deployed, graph, version],
  );

  const known = useRef<ReadonlyMap<string, CanvasNode>>(new Map());
  const drawn = useMemo(() => {
    const paused = live.state === 'paused';
    const facts = { types, summaries, activity: live.activity, problems: byNode, changed, paused };
    const next = canvasNodes(graph, facts, known.current);
    known.current = new Map(next.map((node) => [node.id, node]));
    return next;
  }, [graph, types, summaries, live.activity, live.state, byNode, changed]);

  const [nodes, setNodes] = useState<CanvasNode[]>(drawn);
  useEffect(() => {
    const marked = new Set(chosen);
    setNodes(
      drawn.map((node) => {
        const [selected, dragging] = [marked.has(node.id), isHeld(node.id)];
        const same = selected === (node.selected ?? false) && !dragging;
        return same ? node : { ...node, selected, dragging };
      }),
    );
  }, [drawn, chosen]);

  const onNodesChange = useCallback((changes: NodeChange<CanvasNode>[]) => {
    const placed = changes.filter((one) => one.type === 'position');
    const picked = changes.filter((one) => one.type === 'select');
    const held = placed.filter(({ dragging }) => dragging);
    const first = held.length > 0 && !isHolding();
    if (held.length > 0) hold(placesOf(held));
    const told = changes.filter(
      ({ type }) => type === 'dimensions' || (type === 'position' && (first || held.length === 0)),
    );
    if (told.length > 0) setNodes((now) => applyNodeChanges(told, now));
    const final = placed.filter(({ dragging }) => dragging === false);
    if (final.length > 0) {
      // By the arrow keys nothing is dragged: then the place is final.
      if (isHolding()) letGo();
      else change((flow) => move(flow, placesOf(final)), 'move');
    }
    if (picked.length > 0) {
      const now = new Set(useFlow.getState().chosen);
      for (const { id, selected } of picked) selected ? now.add(id) : now.delete(id);
      choose([...now]);
    }
  }, []);

  const onDragStop = useCallback((_event: unknown, first: unknown, all?: readonly CanvasNode[]) => {
    const moved = all ?? (first as readonly CanvasNode[]);
    change((flow) => move(flow, new Map(moved.map(({ id, position }) => [id, position]))));
  }, []);

  // Judged when the flow changes, and not each time that something was counted.
  const judged = useMemo(
    () => canvasWires(graph, types, (wire) => !judgeWire(graph, types, wire).fits),
    [graph, types],
  );
  const wires = useMemo(() => countedWires(judged, live.counts), [judged, live.counts]);
  const marked = useMemo(
    () =>
      chosenWire === null
        ? wires
        : wires.map((wire) => (wire.id === chosenWire ? { ...wire, selected: true } : wire)),
    [wires, chosenWire],
  );
  return { nodes, wires: marked, onNodesChange, onDragStop };
}
