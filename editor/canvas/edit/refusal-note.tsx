import { useEffect, useRef } from 'react';
import type { NodeDescriptions } from '#runtime/flow/node-description.ts';
import { flowEditor as words } from '../../texts/flow-editor.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { useEditorUi } from './editor-ui.ts';
import { connect } from './flow-edits.ts';
import { change, choose, useFlow } from './flow-state.ts';
import { insertOnWire } from './insert-node.ts';

const noteWidth = 320;
const close = () => useEditorUi.setState({ refusal: null });

/** Why a wire was refused, where it was dropped, with the node that would make it fit. */
export function RefusalNote({ types }: { types: NodeDescriptions }) {
  const refusal = useEditorUi((state) => state.refusal);
  const note = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!refusal) return;
    const onPress = (event: PointerEvent) => !note.current?.contains(event.target as Node) && close();
    document.addEventListener('pointerdown', onPress);
    return () => document.removeEventListener('pointerdown', onPress);
  }, [refusal]);
  if (!refusal) return null;
  const { text, at, wire, converter } = refusal;
  const between = converter ? types.get(converter) : undefined;
  return (
    <div
      ref={note}
      role="alert"
      style={{
        left: `clamp(8px, ${at.x - noteWidth / 2}px, calc(100% - ${noteWidth + 8}px))`,
        top: at.y + 12,
        width: noteWidth,
      }}
      className="absolute z-20 animate-rise rounded-xl border border-line bg-surface p-3 shadow-float"
    >
      <div className="flex items-start gap-2.5">
        <Icon name="refused" className="mt-0.5 text-bad" />
        <div className="min-w-0 grow">
          <p className="font-semibold">{words.refused}</p>
          <p className="text-sm text-pretty text-quiet">{text}</p>
        </div>
        <IconButton icon="close" label={words.dismiss} onClick={close} className="-mt-1.5 -mr-1.5" />
      </div>
      {between && (
        <Button
          className="mt-2.5 ml-7"
          icon="zoomIn"
          onClick={() => {
            const { graph } = useFlow.getState();
            const added = insertOnWire(connect(graph, wire), types, wire, between);
            change(() => added.graph);
            choose([added.id]);
            close();
          }}
        >
          {words.putBetween(between.title)}
        </Button>
      )}
    </div>
  );
}
