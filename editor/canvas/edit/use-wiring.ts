import type { Connection, FinalConnectionState, IsValidConnection, OnConnectStart } from '@xyflow/react';
import { useReactFlow } from '@xyflow/react';
import { type RefObject, useCallback } from 'react';
import type { Wire } from '#runtime/flow/flow.ts';
import type { NodeDescriptions } from '#runtime/flow/node-description.ts';
import { judgeWire } from '#runtime/flow/wire-rule.ts';
import type { CanvasWire } from './cards.ts';
import { openAdd, useEditorUi } from './editor-ui.ts';
import { connect } from './flow-edits.ts';
import { change, useFlow } from './flow-state.ts';

const wireOf = ({ source, sourceHandle, target }: Connection | CanvasWire): Wire => ({
  from: source,
  output: sourceHandle ?? '',
  to: target,
});

/** Dragging wires: what can take it shows so, a wrong drop says why, and a drop on empty ground offers what fits. */
export function useWiring(types: NodeDescriptions, element: RefObject<HTMLElement | null>) {
  const { screenToFlowPosition } = useReactFlow();

  const isValidConnection: IsValidConnection<CanvasWire> = useCallback(
    (connection) => judgeWire(useFlow.getState().graph, types, wireOf(connection)).fits,
    [types],
  );

  const onConnect = useCallback((connection: Connection) => {
    change((graph) => connect(graph, wireOf(connection)));
  }, []);

  const onConnectStart: OnConnectStart = useCallback((_event, { nodeId, handleId, handleType }) => {
    const dragging = nodeId && handleId && handleType === 'source' ? { nodeId, output: handleId } : null;
    useEditorUi.setState({ dragging, refusal: null });
  }, []);

  const onConnectEnd = useCallback(
    (event: MouseEvent | TouchEvent, { isValid, fromNode, fromHandle, toNode }: FinalConnectionState) => {
      useEditorUi.setState({ dragging: null });
      if (isValid || !fromNode || !fromHandle?.id) return;
      const at = 'changedTouches' in event ? event.changedTouches[0] : event;
      if (!at) return;
      const over = document
        .elementFromPoint(at.clientX, at.clientY)
        ?.closest<HTMLElement>('.react-flow__node-card');
      const other = toNode?.id ?? over?.dataset.id;
      if (other === fromNode.id && over === undefined) return;
      if (!other) {
        // From an input there is no flow onward: only from outputs one goes on.
        if (fromHandle.type !== 'source') return;
        const place = screenToFlowPosition({ x: at.clientX, y: at.clientY });
        openAdd({
          from: { nodeId: fromNode.id, output: fromHandle.id },
          at: { x: place.x, y: place.y - 32 },
        });
        return;
      }
      const backwards = fromHandle.type === 'target';
      const source = backwards ? other : fromNode.id;
      const output = backwards
        ? (types.get(useFlow.getState().graph.nodes.find(({ id }) => id === source)?.type ?? '')?.outputs[0]
            ?.name ?? '')
        : fromHandle.id;
      const wire = { from: source, output, to: backwards ? fromNode.id : other };
      const verdict = judgeWire(useFlow.getState().graph, types, wire);
      if (verdict.fits) {
        change((graph) => connect(graph, wire));
        return;
      }
      const box = element.current?.getBoundingClientRect();
      useEditorUi.setState({
        refusal: {
          text: verdict.reason,
          converter: verdict.converter,
          wire,
          at: { x: at.clientX - (box?.left ?? 0), y: at.clientY - (box?.top ?? 0) },
        },
      });
    },
    [types, element, screenToFlowPosition],
  );
  return { isValidConnection, onConnect, onConnectStart, onConnectEnd };
}
