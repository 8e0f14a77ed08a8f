import { useEffect } from 'react';
import { create } from 'zustand';
import { onWires } from '../api/wires.ts';
import { addCounts, type Counts } from './counts.ts';

/** At most two updates a second: figures that change faster can't be read. */
const gapMs = 500;
const none: Counts = {};

const useAdded = create<{ readonly added: Counts }>(() => ({ added: none }));

/** Messages of the last hour on a wire: what the server counted, and what went through since. */
export const useCount = (wire: string, counted: number): number =>
  counted + useAdded(({ added }) => added[wire] ?? 0);

/** Gathers what goes through this flow's wires. `answeredAt` is the moment of the server's last count. */
export function useLiveCounts(pipelineId: string, answeredAt: number): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: each answer counts anew, and ends what was gathered.
  useEffect(() => {
    let waiting: Counts = none;
    useAdded.setState({ added: none });
    const stop = onWires((message) => {
      if (message.pipelineId === pipelineId) waiting = addCounts(waiting, message.counts);
    });
    const timer = setInterval(() => {
      if (waiting === none) return;
      const more = waiting;
      waiting = none;
      useAdded.setState(({ added }) => ({ added: addCounts(added, more) }));
    }, gapMs);
    return () => {
      stop();
      clearInterval(timer);
    };
  }, [pipelineId, answeredAt]);
}
