/** A run of the flow, laid over its drawing: what it touched, how long that took, and where one stands in it. */
import { create } from 'zustand';
import type { ExecutionView } from '#server/api/views.ts';
import { sentenceOf } from '../../api/problem.ts';
import { getJson } from '../../api/request.ts';
import { flowEditor as words } from '../../texts/flow-editor.ts';
import { say } from '../../ui/toast.tsx';
import { showNode } from './canvas-view.ts';
import { choose } from './flow-state.ts';

interface RunOnCanvas {
  readonly run: ExecutionView | null;
  /** Index of the step that is looked at; -1: none yet. */
  readonly at: number;
}

export const useRun = create<RunOnCanvas>(() => ({ run: null, at: -1 }));

/** The run that is being fetched: whoever opens another one meanwhile does not want it any more. */
let fetching: AbortController | null = null;

export function openRun(run: ExecutionView | null): void {
  fetching?.abort();
  fetching = null;
  useRun.setState({ run, at: -1 });
}

/** Fetches a run and lays it over the drawing. When it can't be fetched, a sentence says so, and the drawing stays as it is. */
export async function showRun(id: string): Promise<void> {
  fetching?.abort();
  const mine = new AbortController();
  fetching = mine;
  try {
    openRun(await getJson<ExecutionView>(`/executions/${encodeURIComponent(id)}`, {}, mine.signal));
  } catch (error) {
    if (mine.signal.aborted) return;
    say('bad', words.runNotShown(sentenceOf(error)));
  }
}

/** Goes a step on or back, and chooses its node. Steps that were not kept can't be gone through: then the nodes are. */
export function stepRun(by: 1 | -1): void {
  const { run, at } = useRun.getState();
  if (!run) return;
  const path = pathOf(run);
  const next = Math.max(0, Math.min(at + by, path.length - 1));
  const node = path[next];
  if (node === undefined) return;
  useRun.setState({ at: next });
  choose([node]);
  showNode(node);
}

/** The nodes of a run, in the order of its steps. */
export function pathOf({ steps, nodes }: Pick<ExecutionView, 'steps' | 'nodes'>): readonly string[] {
  if (steps) return steps.map(({ nodeId }) => nodeId);
  return nodes.filter(({ done, failed }) => done + failed > 0).map(({ id }) => id);
}

/** What the open run did at a node; null: no run is open. */
export interface RunMark {
  readonly touched: boolean;
  readonly failed: boolean;
  readonly ms: number;
}

export function markOf(run: ExecutionView | null, id: string): RunMark | null {
  if (!run) return null;
  const node = run.nodes.find((one) => one.id === id);
  const touched = node !== undefined && node.done + node.failed > 0;
  return { touched, failed: touched && node.failed > 0, ms: node?.ms ?? 0 };
}
