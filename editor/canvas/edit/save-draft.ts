/** Saves by itself what is changed, and puts together what two people changed at once. */
import type { Graph } from '#runtime/flow/flow.ts';
import { mergeFlows } from '#runtime/flow/merge-flows.ts';
import type { DraftSavedView, DraftView } from '#server/api/views.ts';
import { client } from '../../api/client.ts';
import { Problem } from '../../api/problem.ts';
import { getJson, putForJson } from '../../api/request.ts';
import { flowEditor as words } from '../../texts/flow-editor.ts';
import { say } from '../../ui/toast.tsx';
import { flowPath } from './flow-queries.ts';
import { type FlowState, takeMerged, useFlow } from './flow-state.ts';

const REST_MS = 500;
const AGAIN_MS = 4_000;
const CONFLICT = 409;
const TURNS_MAX = 20;

let timer: ReturnType<typeof setTimeout> | undefined;
let running: Promise<void> | null = null;
/** The flow that was left while it was being saved, with its newest revision. */
let left: { readonly id: string; readonly revision: number } | null = null;

/** Saves when changes rest for a moment. Returns the way to stop; what is unsaved then is saved at once. */
export function startSaving(): () => void {
  const stop = useFlow.subscribe((state, before) => {
    if (state.save !== 'unsaved' || (state.graph === before.graph && state.name === before.name)) return;
    later(REST_MS);
  });
  const warn = (event: BeforeUnloadEvent) => {
    if (useFlow.getState().save !== 'saved') event.preventDefault();
  };
  addEventListener('beforeunload', warn);
  return () => {
    stop();
    removeEventListener('beforeunload', warn);
    void saveNow();
  };
}

function later(ms: number): void {
  clearTimeout(timer);
  timer = setTimeout(() => void saveNow(), ms);
}

/** Saves what is not saved yet, and ends when all of it is; a failure shows in the state, and is tried again. */
export async function saveNow(): Promise<void> {
  clearTimeout(timer);
  const asked = useFlow.getState();
  for (let turn = 0; turn < TURNS_MAX; turn += 1) {
    while (running) await running;
    const { id, save: state } = useFlow.getState();
    // Another flow was opened meanwhile: what was left is saved as it was.
    if (id !== asked.id) return await saveLeft(asked);
    if (state === 'saved' || (state === 'failed' && turn > 0)) return;
    running = save().finally(() => {
      running = null;
    });
    await running;
  }
}

/** The last change of a flow that is open no longer. */
async function saveLeft({ id, name, graph, revision, save: state }: FlowState): Promise<void> {
  if (state === 'saved') return;
  const known = left?.id === id ? left.revision : revision;
  try {
    await putForJson<DraftSavedView>(flowPath(id, '/draft'), { revision: known, name, graph });
    await client.invalidateQueries({ queryKey: ['pipelines', 'draft', id] });
  } catch (error) {
    say('bad', error instanceof Problem ? error.detail : words.save.failed);
  }
}

async function save(): Promise<void> {
  const { id, name, graph, revision } = useFlow.getState();
  useFlow.setState({ save: 'saving' });
  try {
    const saved = await putForJson<DraftSavedView>(flowPath(id, '/draft'), { revision, name, graph });
    const now = useFlow.getState();
    if (now.id !== id) {
      left = { id, revision: saved.revision };
      return;
    }
    const rest = now.graph !== graph || now.name !== name;
    useFlow.setState({
      revision: saved.revision,
      base: { name, graph },
      summaries: saved.summaries,
      found: { graph, problems: saved.problems },
      save: rest ? 'unsaved' : 'saved',
    });
    keepInCache(id, saved, name, graph);
    if (rest) later(REST_MS);
  } catch (error) {
    if (useFlow.getState().id !== id) return;
    if (error instanceof Problem && error.status === CONFLICT) await mergeWithServer(id);
    else {
      useFlow.setState({ save: 'failed' });
      later(AGAIN_MS);
    }
  }
}

/** Whoever opens the flow again finds what was saved. */
function keepInCache(id: string, { revision, summaries }: DraftSavedView, name: string, graph: Graph): void {
  client.setQueryData<DraftView>(['pipelines', 'draft', id], (known) =>
    known ? { ...known, revision, summaries, name, graph, changed: true } : known,
  );
}

/** Somebody else saved meanwhile: both changes become one. */
async function mergeWithServer(id: string): Promise<void> {
  try {
    const server = await getJson<DraftView>(flowPath(id, '/draft'), {}, AbortSignal.timeout(10_000));
    mergeIn(server);
  } catch {
    useFlow.setState({ save: 'failed' });
  }
  if (useFlow.getState().save !== 'saved') later(REST_MS);
}

/** Takes up a state that the server has and we have not. */
export function mergeIn(server: DraftView): void {
  const { id, name, graph, base, save: state } = useFlow.getState();
  if (server.id !== id) return;
  const merged = mergeFlows(base.graph, graph, server.graph as Graph);
  takeMerged(merged.graph, name === base.name ? server.name : name, server);
  // Who has changed nothing here has nothing to be told of: the drawing follows.
  if (state !== 'saved')
    say('ok', merged.clashes.length > 0 ? words.clashed(merged.clashes.join(', ')) : words.merged);
}
