/** The part of a node's door to the world that is about other times, other messages and other flows. */
import type { PipelineId } from '../ids.ts';

/** Which of several messages this one is, when a node made several of one. */
export interface Part {
  /** Names the message that was split, and the output by which the parts left. */
  readonly of: string;
  readonly index: number;
  readonly count: number;
  /** The part that the split message was itself. */
  readonly within: Part | null;
}

/** Which item at which node: see NodeContext. */
export interface Here {
  readonly nodeId: string;
  readonly key: string;
  readonly part: Part | null;
}

/** A node to which something goes. */
export interface Address {
  readonly pipelineId: PipelineId;
  readonly nodeId: string;
}

/** To which nodes of a flow an event goes. */
export interface EventAddress {
  readonly pipelineId: PipelineId;
  /** null: to each trigger that wants its topic. */
  readonly nodeId: string | null;
}

export type Item = Readonly<Record<string, unknown>>;

export interface Gather {
  /** Messages of one group come together; null: the parts of one split do. */
  readonly group: string | null;
  /** How many make it whole; of a split it is known. */
  readonly count: number;
  /** Milliseconds after the first, when what is there goes on without the rest. */
  readonly waitMs: number;
  readonly whole: string;
  readonly incomplete: string;
}

/** Everything is done once for each item, however often its run is tried. */
export interface LaterEffects {
  /** Sends an item out of an output of this node at a moment, in a run of its own. */
  sendAt(
    here: Here,
    send: { readonly output: string; readonly item: Item; readonly at: Date },
  ): Promise<void>;
  /**
   * Takes a turn among the messages of a group, of which `many` have one within any `periodMs`.
   * @returns `now`; the moment of a later turn, for `sendAt`; `none`: it got none, and was counted.
   */
  takeTurn(
    here: Here,
    turn: {
      readonly group: string;
      readonly many: number;
      readonly periodMs: number;
      readonly over: 'wait' | 'drop';
    },
  ): Promise<'now' | 'none' | Date>;
  /** Whether it is the first of its group within `periodMs` after the first one before, by the moments at which their events came in. */
  isFirst(here: Here, first: { readonly group: string; readonly periodMs: number }): Promise<boolean>;
  /**
   * Waits for the others of its group. When they are there, `{ group, count, items }` goes out of `whole`; when the time is over, what
   * is there goes out of `incomplete`, with how many were expected. @throws {Rejected} when it is no part of a split, and should be one.
   */
  gather(here: Here, item: Item, gather: Gather): Promise<void>;
  /**
   * Begins another flow with the item, in a run of its own. Its answers go out of the output `answer`; null: none are wanted.
   * @throws {Rejected} when too many calls led here.
   */
  call(
    here: Here,
    call: { readonly flow: PipelineId; readonly item: Item; readonly answer: string | null },
  ): Promise<void>;
  /** Gives the flow that called this one an answer; nothing happens when none did, or wants none. */
  answer(here: Here, item: Item): Promise<void>;
}
