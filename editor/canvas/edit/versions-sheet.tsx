import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { compareFlows } from '#runtime/flow/compare-flows.ts';
import type { Graph } from '#runtime/flow/flow.ts';
import type { NodeDescriptions } from '#runtime/flow/node-description.ts';
import type { DraftView, VersionRow } from '#server/api/views.ts';
import { sentenceOf } from '../../api/problem.ts';
import { getJson, post } from '../../api/request.ts';
import { flowEditor as words } from '../../texts/flow-editor.ts';
import { Button } from '../../ui/button.tsx';
import { QueryPart } from '../../ui/query-part.tsx';
import { Sheet } from '../../ui/sheet.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { StatusBadge } from '../../ui/status-mark.tsx';
import { Ago } from '../../ui/time.tsx';
import { say } from '../../ui/toast.tsx';
import { closeDialog } from './editor-ui.ts';
import { FlowChanges } from './flow-changes.tsx';
import { flowPath, useVersion, useVersions } from './flow-queries.ts';
import { openFlow, useFlow } from './flow-state.ts';
import { saveNow } from './save-draft.ts';

/** What was deployed, by whom and why; each can be compared with the draft, and restored. */
export function VersionsSheet({ types }: { types: NodeDescriptions }) {
  const id = useFlow((state) => state.id);
  const [open, setOpen] = useState<number | null>(null);
  return (
    <Sheet title={words.versions} about={words.versionsAbout} onClose={closeDialog}>
      <QueryPart query={useVersions(id)} skeleton={<SkeletonRows rows={4} />}>
        {(versions) =>
          versions.length === 0 ? (
            <p className="p-5 text-quiet">{words.versionsNone}</p>
          ) : (
            <ol className="grid gap-3 p-5">
              {versions.map((row) => (
                <li key={row.version} className="rounded-xl border border-line">
                  <button
                    type="button"
                    aria-expanded={open === row.version}
                    onClick={() => setOpen(open === row.version ? null : row.version)}
                    className="block w-full rounded-xl px-4 py-3 text-left hover:bg-sunken"
                  >
                    <span className="flex items-center gap-2">
                      <span className="font-semibold">{words.version(row.version)}</span>
                      {row.current && <StatusBadge tone="ok">{words.current}</StatusBadge>}
                      <Ago at={row.at} className="ml-auto text-xs text-quiet" />
                    </span>
                    <span className="mt-0.5 block text-sm text-pretty">{row.note || words.noNote}</span>
                    <span className="block text-xs text-quiet">{row.by}</span>
                  </button>
                  {open === row.version && <Version id={id} row={row} types={types} />}
                </li>
              ))}
            </ol>
          )
        }
      </QueryPart>
    </Sheet>
  );
}

function Version({ id, row, types }: { id: string; row: VersionRow; types: NodeDescriptions }) {
  const draft = useFlow((state) => state.graph);
  const readOnly = useFlow((state) => state.readOnly);
  const client = useQueryClient();
  const query = useVersion(id, row.version);

  async function restore(): Promise<void> {
    try {
      await saveNow();
      await post(flowPath(id, `/versions/${row.version}/restore`), {});
      openFlow(await getJson<DraftView>(flowPath(id, '/draft'), {}, AbortSignal.timeout(10_000)));
      say('ok', words.restored(row.version));
      closeDialog();
      await client.invalidateQueries({ queryKey: ['pipelines'] });
    } catch (error) {
      say('bad', sentenceOf(error));
    }
  }

  return (
    <div className="border-t border-line px-4 py-3">
      <QueryPart query={query} skeleton={<SkeletonRows rows={2} />}>
        {({ graph }) => {
          const comparison = compareFlows(graph as Graph, draft);
          return (
            <div className="grid gap-3">
              <p className="text-sm text-quiet">
                {comparison.same ? words.sameAsDraft : words.compareWith(row.version)}
              </p>
              <FlowChanges comparison={comparison} types={types} />
              {!comparison.same && !readOnly && (
                <div>
                  <Button icon="retry" onClick={() => void restore()}>
                    {words.restore}
                  </Button>
                </div>
              )}
            </div>
          );
        }}
      </QueryPart>
    </div>
  );
}
