/** Events by which a flow goes on at one of its nodes, or another one begins: their bodies. */
import { fromDatedJson, toDatedJson } from './dated-json.ts';
import type { Address, Part } from './later-effects.ts';

/** Who called the flow that runs. */
export interface Call {
  /** How many calls led here. */
  readonly depth: number;
  /** Where answers go to; null: nobody waits for any. */
  readonly answerTo: AnswerAddress | null;
}

interface AnswerAddress extends Address {
  readonly output: string;
  /** What the calling message was itself, and who called the caller. */
  readonly part: Part | null;
  readonly call: Call | null;
}

export interface Continued {
  /** The output by which the items leave, or `` for a called flow, whose trigger decides. */
  readonly output: string;
  readonly items: readonly unknown[];
  readonly part: Part | null;
  readonly call: Call | null;
}

export function continuedBody(continued: Continued): Buffer {
  return toDatedJson(continued);
}

/** What such an event carries. */
export function readContinued(body: Buffer): Continued {
  return fromDatedJson(body) as Continued;
}
