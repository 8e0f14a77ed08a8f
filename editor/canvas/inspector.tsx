import { useEffect, useRef } from 'react';
import type { PipelineView } from '#server/api/views.ts';
import { texts } from '../texts.ts';
import { IconButton } from '../ui/button.tsx';
import { Tabs } from '../ui/tabs.tsx';
import { FlowCardIcon } from './flow-card-icon.tsx';
import type { NodeView } from './flow-shape.ts';
import { NodeSettings } from './node-settings.tsx';

const words = texts.canvas;

/** Beside the canvas, never over all of it: what the chosen node is set to, and what it does. */
export function Inspector({
  flow,
  chosen,
  onClose,
}: {
  flow: PipelineView;
  chosen: string | null;
  onClose: () => void;
}) {
  const node = flow.nodes.find(({ id }) => id === chosen);
  if (!node) return null;
  return <Open key={node.id} flow={flow} node={node} onClose={onClose} />;
}

function Open({ flow, node, onClose }: { flow: PipelineView; node: NodeView; onClose: () => void }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);

  function close(): void {
    onClose();
    // Back to the card or the row that opened it.
    const origin = `[data-id="${CSS.escape(node.id)}"]`;
    requestAnimationFrame(() => document.querySelector<HTMLElement>(origin)?.focus());
  }

  return (
    <aside
      aria-label={words.inspector}
      onKeyDown={(event) => event.key === 'Escape' && close()}
      className="z-10 flex flex-col border-line bg-surface max-lg:absolute max-lg:shadow-float max-md:inset-x-0 max-md:bottom-0 max-md:max-h-[70%] max-md:animate-rise max-md:rounded-t-2xl max-md:border-t md:w-[22rem] md:shrink-0 md:border-l md:max-lg:inset-y-0 md:max-lg:right-0"
    >
      <div className="flex items-center gap-3 py-3 pr-2 pl-4">
        <FlowCardIcon node={node} />
        <div className="min-w-0 grow">
          <h2 ref={heading} tabIndex={-1} className="truncate font-semibold">
            {node.name}
          </h2>
          <p className="truncate text-xs text-quiet">{node.summary}</p>
        </div>
        <IconButton icon="close" label={texts.close} onClick={close} />
      </div>
      <Tabs
        label={words.inspector}
        tabs={[
          { id: 'settings', title: words.settings, content: <NodeSettings flow={flow} node={node} /> },
          { id: 'help', title: words.help, content: <NodeHelp node={node} /> },
        ]}
      />
    </aside>
  );
}

const NodeHelp = ({ node }: { node: NodeView }) => (
  <>
    {node.help.split(/\n{2,}/).map((paragraph) => (
      <p key={paragraph} className="mb-3 whitespace-pre-line">
        {paragraph}
      </p>
    ))}
    <p className="font-mono text-xs text-quiet">{node.type}</p>
  </>
);
