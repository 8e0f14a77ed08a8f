import { useState } from 'react';
import type { Graph } from '#runtime/flow/flow.ts';
import type { NodeDescriptions } from '#runtime/flow/node-description.ts';
import { flowEditor as words } from '../../texts/flow-editor.ts';
import { texts } from '../../texts.ts';
import { Button } from '../../ui/button.tsx';
import { fitAll } from './canvas-view.ts';
import { openDialog } from './editor-ui.ts';
import { useTemplates } from './flow-queries.ts';
import { change, useFlow } from './flow-state.ts';

/** As many as leave room to drop a node beside them. */
const OFFERED = 3;

/** Instead of a blank grid: what one can begin with. */
export function EmptyCanvas({ types }: { types: NodeDescriptions }) {
  const { data: templates = [] } = useTemplates();
  const readOnly = useFlow((state) => state.readOnly);
  const [all, setAll] = useState(false);
  if (readOnly)
    return (
      <p className="pointer-events-none absolute inset-0 grid place-items-center text-quiet">
        {texts.canvas.empty}
      </p>
    );
  const offered = all ? templates : templates.slice(0, OFFERED);
  return (
    <div className="pointer-events-none absolute inset-0 z-10 grid place-items-center overflow-y-auto p-4">
      <div className="pointer-events-auto w-full max-w-3xl text-center">
        <h2 className="text-xl font-semibold tracking-tight">{words.emptyTitle}</h2>
        <p className="mt-1 text-quiet">{words.emptyAbout}</p>
        <ul className="mt-6 grid gap-3 text-left sm:grid-cols-3">
          {offered.map(({ id, title, promise, graph }) => (
            <li key={id}>
              <button
                type="button"
                onClick={() => {
                  change(() => graph as Graph);
                  // When it is drawn.
                  setTimeout(fitAll, 60);
                }}
                className="flex h-full w-full flex-col rounded-xl border border-line bg-surface p-4 text-left shadow-card transition-colors hover:border-edge"
              >
                <span className="font-semibold">{title}</span>
                <span className="mt-1 text-sm text-pretty text-quiet">{promise}</span>
              </button>
            </li>
          ))}
        </ul>
        {offered.length < templates.length && (
          <Button look="quiet" className="mt-4" onClick={() => setAll(true)}>
            {words.emptyMore(templates.length - offered.length)}
          </Button>
        )}
        <Button
          look="quiet"
          className="mt-4"
          icon="zoomIn"
          onClick={() => openDialog('add')}
          disabled={types.size === 0}
        >
          {words.emptyOwn}
        </Button>
      </div>
    </div>
  );
}
