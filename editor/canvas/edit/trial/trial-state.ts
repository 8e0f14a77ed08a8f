/** The trial that is open beside the canvas: on what, how far it is, what it found. */
import { create } from 'zustand';
import type { TrialBegunView, TrialView } from '#server/api/views.ts';
import { sentenceOf } from '../../../api/problem.ts';
import { getJson, postForJson } from '../../../api/request.ts';
import { flowPath } from '../flow-queries.ts';
import { useFlow } from '../flow-state.ts';
import { openRun } from '../run-on-canvas.ts';
import { closeTrial } from '../trial-panel-state.ts';

export type TrialOf =
  | { readonly kind: 'example' }
  | { readonly kind: 'event'; readonly id: string }
  | { readonly kind: 'period'; readonly hours: number }
  | { readonly kind: 'tests' };

interface TrialState {
  /** On what the newest one was, or is. */
  readonly of: TrialOf | null;
  readonly trial: TrialView | null;
  readonly busy: boolean;
  readonly problem: string | null;
}

const LOOK_MS = 250;
const NOTHING: TrialState = { of: null, trial: null, busy: false, problem: null };

export const useTrial = create<TrialState>(() => NOTHING);

let turn = 0;

/** Tries what stands in the editor now, saved or not. A trial of one event is laid over the drawing. */
export async function beginTrial(of: TrialOf, upTo: string | null): Promise<TrialView | null> {
  turn += 1;
  const mine = turn;
  const { id, graph } = useFlow.getState();
  useTrial.setState({ of, trial: null, busy: true, problem: null });
  try {
    const body = { graph, of, ...(upTo !== null && { upTo }) };
    const begun = await postForJson<TrialBegunView>(flowPath(id, '/trials'), body);
    for (;;) {
      const trial = await getJson<TrialView>(`/trials/${begun.id}`, {}, new AbortController().signal);
      if (mine !== turn) return null;
      useTrial.setState({ trial, busy: trial.state === 'running', problem: trial.problem });
      if (trial.state !== 'running') {
        if (trial.report?.one) openRun(trial.report.one.run);
        return trial;
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  } catch (error) {
    if (mine !== turn) return null;
    useTrial.setState({
      busy: false,
      problem: sentenceOf(error),
    });
    return null;
  }
}

/** Closes the panel, and takes what it laid over the drawing away. */
export function endTrial(): void {
  turn += 1;
  useTrial.setState(NOTHING);
  openRun(null);
  closeTrial();
}
