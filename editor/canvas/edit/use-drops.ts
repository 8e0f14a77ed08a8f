import { useReactFlow } from '@xyflow/react';
import { type DragEvent, useMemo } from 'react';
import type { NodeDescriptions } from '#runtime/flow/node-description.ts';
import { cardWidth } from '../flow-shape.ts';
import { focusNode } from './canvas-view.ts';
import { addNode } from './flow-edits.ts';
import { change, choose, useFlow } from './flow-state.ts';

/** What the palette puts on a drag. */
export const DRAGGED_TYPE = 'application/x-syncflow-node';

/** Takes nodes that are dragged from the palette. */
export function useDrops(types: NodeDescriptions) {
  const { screenToFlowPosition } = useReactFlow();
  return useMemo(
    () => ({
      onDragOver: (event: DragEvent) => {
        if (!event.dataTransfer.types.includes(DRAGGED_TYPE)) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = 'copy';
      },
      onDrop: (event: DragEvent) => {
        const type = types.get(event.dataTransfer.getData(DRAGGED_TYPE));
        if (!type) return;
        event.preventDefault();
        const { x, y } = screenToFlowPosition({ x: event.clientX, y: event.clientY });
        const added = addNode(useFlow.getState().graph, type, { x: x - cardWidth / 2, y: y - 32 });
        change(() => added.graph);
        choose([added.id]);
        focusNode(added.id);
      },
    }),
    [types, screenToFlowPosition],
  );
}
