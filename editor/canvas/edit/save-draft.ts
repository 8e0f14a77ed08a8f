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
import { takeMerged, useFlow } from './flow-state.ts';

const REST_MS = 500;
const AGAIN_MS = 4_000;
const CONFLICT = 409;

let timer: ReturnType<typeof setTimeout> | undefined;
let running: Promise<void> | null = null;

/** Saves when changes rest for a moment. Returns the way to stop; what is unsaved then is saved at once. */
export function startSaving(): () => void {
  const stop = useFlow.subscribe((state, before) => {
    if (state.save !== 'unsaved' || (state.graph === before.graph && state.name === before.name)) return;
    later(REST_MS);
  });
  return () => {
    stop();
    void saveNow();
  };
}

function later(ms: number): void {
  clearTimeout(timer);
  timer = setTimeout(() => void saveNow(), ms);
}

/** Saves what is not saved yet, and ends when it is; a failure shows in the state, and is tried again. */
export async function saveNow(): Promise<void> {
  clearTimeout(timer);
  while (running) await running;
  if (useFlow.getState().save === 'saved') return;
  running = save().finally(() => {
    running = null;
  });
  await running;
}

async function save(): Promise<void> {
  const { id, name, graph, revision } = useFlow.getState();
  useFlow.setState({ save: 'saving' });
  try {
    const saved = await putForJson<DraftSavedView>(flowPath(id, '/draft'), { revision, name, graph });
    const now = useFlow.getState();
    if (now.id !== id) return;
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
  const { id, name, graph, base } = useFlow.getState();
  if (server.id !== id) return;
  const merged = mergeFlows(base.graph, graph, server.graph as Graph);
  takeMerged(merged.graph, name === base.name ? server.name : name, server);
  say('ok', merged.clashes.length > 0 ? words.clashed(merged.clashes.join(', ')) : words.merged);
}
