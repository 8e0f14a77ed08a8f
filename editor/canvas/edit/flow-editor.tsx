import { ReactFlowProvider } from '@xyflow/react';
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useSearchParams } from 'react-router';
import type { NodeDescriptions } from '#runtime/flow/node-description.ts';
import type { DraftView, PipelineView } from '#server/api/views.ts';
import { useMay } from '../../api/queries.ts';
import { flowEditor as words } from '../../texts/flow-editor.ts';
import { IconButton } from '../../ui/button.tsx';
import type { CommandContext } from './commands.ts';
import { EditCanvas } from './edit-canvas.tsx';
import { EditHeader } from './edit-header.tsx';
import { EditInspector, loadForm } from './edit-inspector.tsx';
import { closeDialog, useEditorUi } from './editor-ui.ts';
import { choose, openFlow, useFlow } from './flow-state.ts';
import { Palette } from './palette.tsx';
import { usePresence } from './presence.tsx';
import { openRun, showRun } from './run-on-canvas.ts';
import { mergeIn, startSaving } from './save-draft.ts';
import { closeTrial, openTrial, useTrialPanel } from './trial-panel-state.ts';
import { useKeys } from './use-keys.ts';
import { useProblems } from './use-problems.ts';
import { WentBackNote } from './went-back-note.tsx';

const loadDialogs = () => import('./flow-dialogs.tsx');
const FlowDialogs = lazy(loadDialogs);
const TrialPanel = lazy(() => import('./trial/trial-panel.tsx'));
const EditOutline = lazy(async () => ({ default: (await import('./edit-outline.tsx')).EditOutline }));

/** The editor of one flow: palette, canvas or outline, inspector, and the lists and sheets that open over them. */
export function FlowEditor({
  draft,
  live,
  types,
}: {
  draft: DraftView;
  live: PipelineView;
  types: NodeDescriptions;
}) {
  const [params, setParams] = useSearchParams();
  const outline = (params.get('view') ?? defaultView()) === 'outline';
  const opened = useOpenedFlow(draft, params);
  const readOnly = useFlow((state) => state.readOnly);
  const problems = useProblems(types);
  const { dialog, palette } = useEditorUi();
  const { open: trying, event: tried, here } = useTrialPanel();
  const [focus, setFocus] = useState(0);
  const latest = useRef(setParams);
  latest.current = setParams;
  const context = useMemo(
    (): CommandContext => ({
      types,
      toggleView: () =>
        latest.current((now) => {
          const next = new URLSearchParams(now);
          const view = next.get('view') ?? defaultView();
          next.set('view', view === 'outline' ? 'drawing' : 'outline');
          return next;
        }),
    }),
    [types],
  );
  useKeys(context);
  usePresence(draft.id);
  // Whoever begins to work here will soon want one of them. Not at the press: a drag may begin with it.
  useEffect(() => {
    const load = () => void Promise.all([loadDialogs(), loadForm()]).catch(() => undefined);
    for (const name of ['pointerup', 'keydown'] as const)
      document.addEventListener(name, load, { once: true });
    return () => {
      for (const name of ['pointerup', 'keydown'] as const) document.removeEventListener(name, load);
    };
  }, []);
  useChoiceInAddress();
  // Enter opens the settings of a card: its inspector takes the focus.
  const open = useCallback((id: string) => {
    choose([id]);
    setFocus((times) => times + 1);
  }, []);
  if (!opened) return null;

  return (
    <>
      <EditHeader live={live} problems={problems} outline={outline} context={context} />
      {live.wentBack && <WentBackNote went={live.wentBack} />}
      <div className="relative flex min-h-0 grow">
        {trying ? (
          <Suspense>
            <TrialPanel key={`${tried} ${here}`} />
          </Suspense>
        ) : readOnly ? null : palette ? (
          <Palette types={types} />
        ) : (
          <IconButton
            icon="right"
            look="plain"
            label={words.showPalette}
            className="absolute top-3 left-3 z-10 max-lg:hidden"
            onClick={() => useEditorUi.setState({ palette: true })}
          />
        )}
        {outline ? (
          <Suspense>
            <EditOutline types={types} problems={problems} live={live} onOpen={open} />
          </Suspense>
        ) : (
          <ReactFlowProvider>
            <EditCanvas facts={{ types, problems, live }} onOpen={open} />
          </ReactFlowProvider>
        )}
        <EditInspector context={context} problems={problems} focus={focus} />
      </div>
      {dialog !== null && (
        <Suspense>
          <FlowDialogs context={context} problems={problems} />
        </Suspense>
      )}
    </>
  );
}

/** On a phone a flow is read best as an outline. */
const defaultView = (): string => (globalThis.matchMedia('(width < 40rem)').matches ? 'outline' : 'drawing');

/** Opens the draft in the store once, saves what is changed, and takes up what others save meanwhile. */
function useOpenedFlow(draft: DraftView, params: URLSearchParams): boolean {
  const [node, run, event] = ['node', 'run', 'try'].map((name) => params.get(name));
  const id = useFlow((state) => state.id);
  const builds = useMay('build');
  // biome-ignore lint/correctness/useExhaustiveDependencies: opened once for each flow; later drafts are merged in below.
  useEffect(() => {
    openFlow(draft, !builds);
    if (node) choose([node]);
    closeDialog();
    openRun(null);
    closeTrial();
    if (event && builds) openTrial({ event });
    if (run) void showRun(run);
    return startSaving();
  }, [draft.id]);
  useEffect(() => {
    const { id: open, revision, save } = useFlow.getState();
    if (open === draft.id && draft.revision > revision && save !== 'saving') mergeIn(draft);
  }, [draft]);
  return id === draft.id;
}

/** The one chosen node stands in the address: a link shows what one sees. */
function useChoiceInAddress(): void {
  const chosen = useFlow((state) => state.chosen);
  const [params, setParams] = useSearchParams();
  const one = chosen.length === 1 ? (chosen[0] ?? null) : null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: follows the choice alone; the address does not choose later on.
  useEffect(() => {
    if (params.get('node') === one) return;
    const next = new URLSearchParams(params);
    if (one === null) next.delete('node');
    else next.set('node', one);
    setParams(next, { replace: true });
  }, [one]);
}
