import { createContext, useContext } from 'react';
import type { NodeDescriptions } from '#runtime/flow/node-description.ts';
import { judgeWire } from '#runtime/flow/wire-rule.ts';
import { useEditorUi } from './editor-ui.ts';
import { useFlow } from './flow-state.ts';

/** Whether a card can take the wire that is being dragged; null while none is. */
export type Taking = 'yes' | 'no' | null;

/** The node types, for what is drawn deep inside. */
export const TypesContext = createContext<NodeDescriptions>(new Map());

export function useTaking(id: string): Taking {
  const types = useContext(TypesContext);
  const dragging = useEditorUi((state) => state.dragging);
  if (!dragging || dragging.nodeId === id) return null;
  const { graph } = useFlow.getState();
  const { fits } = judgeWire(graph, types, { from: dragging.nodeId, output: dragging.output, to: id });
  return fits ? 'yes' : 'no';
}
