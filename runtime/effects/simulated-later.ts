/**
 * Other times, other messages and other flows, in a simulation: what would wait goes on at once, by the clock of its event.
 * What is never whole waits for ever; flows that are called are named and not run, so they answer nothing.
 */
import { randomUUID } from 'node:crypto';
import { Rejected } from '../errors.ts';
import { type IncomingEvent, NO_FLOWS } from '../events/event.ts';
import type { PipelineId } from '../ids.ts';
import { continuedBody } from '../later/continued.ts';
import type { Gather, Here, Item, LaterEffects, Part } from '../later/later-effects.ts';
import { type SimulatedEffect, simulated } from './simulated-effect.ts';
import type { SimulatedState } from './simulated-state.ts';

export interface SimulatedLaterParts {
  readonly pipelineId: PipelineId;
  readonly state: SimulatedState;
  readonly note: (effect: SimulatedEffect) => void;
  readonly emit: (event: IncomingEvent) => void;
}

export function simulatedLater(
  { pipelineId, state, note, emit }: SimulatedLaterParts,
  event: IncomingEvent,
): LaterEffects {
  function goOn(nodeId: string, output: string, item: unknown, part: Part | null, at: Date): void {
    emit({
      id: randomUUID(),
      source: 'syncflow',
      topic: 'flow.continued',
      body: continuedBody({ output, items: [item], part, call: null }),
      to: { pipelineId, nodeId },
      receivedAt: at,
      failures: 0,
      flows: NO_FLOWS,
    });
  }

  return {
    sendAt: async ({ nodeId, part }, { output, item, at }) => goOn(nodeId, output, item, part, at),
    takeTurn: async ({ nodeId }, { group, many, periodMs, over }) => {
      const place = `turns ${nodeId} ${group}`;
      const slots = (state.recall(place) ?? []) as readonly number[];
      const now = event.receivedAt.getTime();
      const full = slots.at(-many);
      const at = Math.max(now, full === undefined ? 0 : full + periodMs);
      if (at > now && over === 'drop') return 'none';
      state.remember(place, [...slots, at].sort((a, b) => a - b).slice(-many));
      return at > now ? new Date(at) : 'now';
    },
    isFirst: async ({ nodeId }, { group, periodMs }) => {
      const place = `first ${nodeId} ${group}`;
      const first = state.recall(place) as number | undefined;
      const now = event.receivedAt.getTime();
      if (first !== undefined && now - first < periodMs) return false;
      state.remember(place, now);
      return true;
    },
    gather: async (here, item, gather) => {
      const { place, count, part } = gatheringOf(here, gather);
      const items = [...((state.recall(place) ?? []) as readonly Item[]), item];
      if (items.length < count) {
        state.remember(place, items);
        return;
      }
      state.remember(place, []);
      const joined = { ...(gather.group !== null && { group: gather.group }), count: items.length, items };
      goOn(here.nodeId, gather.whole, joined, part, event.receivedAt);
    },
    call: async (_here, { flow, item }) =>
      note(simulated('send', `Calls the flow ${flow} with ${JSON.stringify(item)}`)),
    answer: async (_here, item) => note(simulated('send', `Answers its caller ${JSON.stringify(item)}`)),
  };
}

/** @throws {Rejected} when parts of a split are to be joined, and this is none. */
function gatheringOf(
  { nodeId, part }: Here,
  { group, count }: Gather,
): { readonly place: string; readonly count: number; readonly part: Part | null } {
  if (group !== null) return { place: `group ${nodeId} ${group}`, count, part: null };
  if (part) return { place: `part ${nodeId} ${part.of}`, count: part.count, part: part.within };
  throw new Rejected(
    'This message is no part of a list that was split, so it has nothing to be joined with.',
    {
      code: 'item.shape',
      fix: 'Split a list before this node, or join by number.',
    },
  );
}
