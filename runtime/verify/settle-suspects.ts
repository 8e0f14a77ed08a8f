/** Tells a deviation from what is on its way: what looks wrong is looked at again until it holds still. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Deviation } from './proof-document.ts';

/** One look at one suspect. */
export interface Look {
  readonly subject: string;
  readonly deviations: readonly string[];
  /** Changes whenever anything is written about the suspect. */
  readonly state: string;
}

export interface Settled {
  readonly deviations: readonly Deviation[];
  /** Suspects that never held still for long enough. */
  readonly unsettled: readonly string[];
}

export interface Patience {
  /** So many looks in a row must find the same in the same state. */
  readonly looks: number;
  readonly looksMax: number;
  readonly pauseMs: number;
}

const PATIENCE: Patience = { looks: 3, looksMax: 40, pauseMs: 250 };
const TOGETHER_MAX = 8;

export async function settleSuspects<Suspect>(
  suspects: Iterable<Suspect>,
  look: (suspect: Suspect) => Promise<Look>,
  patience: Patience = PATIENCE,
): Promise<Settled> {
  const deviations: Deviation[] = [];
  const unsettled: string[] = [];
  const waiting = [...suspects];
  async function next(): Promise<void> {
    for (let suspect = waiting.shift(); suspect !== undefined; suspect = waiting.shift()) {
      const found = await settle(suspect, look, patience);
      if (typeof found === 'string') unsettled.push(found);
      else deviations.push(...found);
    }
  }
  await Promise.all(Array.from({ length: TOGETHER_MAX }, next));
  return { deviations, unsettled };
}

/** @returns the deviations that stay, or the name of a suspect that did not hold still. */
async function settle<Suspect>(
  suspect: Suspect,
  look: (suspect: Suspect) => Promise<Look>,
  { looks, looksMax, pauseMs }: Patience,
): Promise<readonly Deviation[] | string> {
  let [last, same, subject] = ['', 0, ''];
  for (let turn = 0; turn < looksMax; turn += 1) {
    const seen = await look(suspect);
    if (seen.deviations.length === 0) return [];
    subject = seen.subject;
    const now = JSON.stringify([seen.state, seen.deviations]);
    same = now === last ? same + 1 : 1;
    last = now;
    if (same >= looks) return seen.deviations.map((text) => ({ subject, text }));
    await wait(pauseMs);
  }
  return subject;
}
