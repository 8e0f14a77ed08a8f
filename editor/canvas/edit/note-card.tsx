import { type NodeProps, NodeResizer } from '@xyflow/react';
import { memo } from 'react';
import { flowEditor as words } from '../../texts/flow-editor.ts';
import type { NoteNode } from './cards.ts';
import { changeNote } from './flow-edits.ts';
import { change, useFlow } from './flow-state.ts';
import { HeldBox } from './held-box.tsx';

/** A text on the canvas. It is written in place. */
export const NoteCard = memo(function NoteCard({
  id,
  data,
  selected,
  positionAbsoluteX: x,
  positionAbsoluteY: y,
}: NodeProps<NoteNode>) {
  const readOnly = useFlow((state) => state.readOnly);
  return (
    <HeldBox
      id={id}
      at={{ x, y }}
      className={`flow-card flex h-full flex-col rounded-lg border bg-warn-soft shadow-card ${selected ? 'border-accent' : 'border-line'}`}
    >
      <NodeResizer
        isVisible={selected && !readOnly}
        minWidth={120}
        minHeight={64}
        onResizeEnd={(_event, { x, y, width, height }) =>
          change((graph) =>
            changeNote(graph, id, {
              x: Math.round(x),
              y: Math.round(y),
              width: Math.round(width),
              height: Math.round(height),
            }),
          )
        }
      />
      <div className="h-4 shrink-0 cursor-grab" />
      <textarea
        aria-label={words.note}
        value={data.note.text}
        placeholder={words.noteEmpty}
        maxLength={2000}
        readOnly={readOnly}
        onChange={({ target }) =>
          change((graph) => changeNote(graph, id, { text: target.value }), `note:${id}`)
        }
        className="nodrag nowheel min-h-0 grow resize-none bg-transparent px-3 pb-2 text-sm outline-none placeholder:text-quiet"
      />
    </HeldBox>
  );
});
