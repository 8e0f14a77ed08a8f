/** Something that shall be done outside, once: written down before it is done, and kept until nobody doubts what became of it. */
import type { ErrorCode } from '../errors.ts';
import type { ClientId, ConnectionId, PipelineId } from '../ids.ts';

/**
 * queued → sending → sent. A failure that may pass goes back to queued, with a time before which it is not tried.
 * dead: it can't succeed until a person mends something. in-doubt: the call was begun and nobody knows how it ended.
 * dropped: a person gave it up. undone: it was done, and taken back since.
 */
export type OutboxState = 'queued' | 'sending' | 'in-doubt' | 'sent' | 'undone' | 'dead' | 'dropped';

/** What is to be done when neither the far side's own memory nor a look at it can tell whether a call arrived. */
export type WhenInDoubt = 'ask' | 'again';

/** What a person said about a message that could not settle itself. */
export type OutboxDecision = 'done' | 'again' | 'drop' | 'undo';

/** One HTTP call that was made for a message, as far as its kind tells of them. */
export interface OutboxCall {
  readonly at: Date;
  readonly ms: number;
  /** 0: there was no answer. */
  readonly status: number;
  /** How the answer began; null: it said nothing, or nobody needs to know. */
  readonly answer: string | null;
}

export interface OutboxDocument {
  /** `<client>/<key>` */
  readonly _id: string;
  readonly clientId: ClientId;
  /** Made of what caused it (execution, node and item): the same cause never makes a second message. */
  readonly key: string;
  /** Type of the outside effect that does it: `webhook`, `cancel-order`. */
  readonly effect: string;
  /** The account at which it is done. */
  readonly connectionId: ConnectionId;
  readonly pipelineId: PipelineId | null;
  /** For people: "Cancel order #1001". No secrets, no customer's data. */
  readonly subject: string;
  /** What the effect needs to know; checked by its schema. Never a secret: those are opened at the moment of the call. */
  readonly payload: Readonly<Record<string, unknown>>;
  /** A UUID that goes out with every try: the idempotency key, where the far side knows such keys. */
  readonly providerKey: string;
  readonly whenInDoubt: WhenInDoubt;
  /** What is being done: the thing itself, or taking it back. */
  readonly step: 'write' | 'compensate';
  readonly state: OutboxState;
  readonly queuedAt: Date;
  /** Not to be tried before this moment. */
  readonly notBefore: Date | null;
  /** Tries that were begun. */
  readonly tries: number;
  /** Calls that were made again although an earlier one may have arrived: the far side may have got it twice. */
  readonly repeats: number;
  readonly lease: { readonly runner: string; readonly claim: string; readonly until: Date } | null;
  /** When the newest call was begun. */
  readonly calledAt: Date | null;
  readonly doubt: {
    readonly reason: string;
    readonly since: Date;
    /** How often was looked whether it happened. */
    readonly looks: number;
    /** Looking can't tell: a person must. */
    readonly needsPerson: boolean;
  } | null;
  readonly failure: {
    readonly code: ErrorCode;
    readonly reason: string;
    readonly fix: string | null;
    readonly at: Date;
  } | null;
  /** The newest calls, oldest first; absent: none was made (or before calls were kept). */
  readonly calls?: readonly OutboxCall[];
  /** What the far side called it, where it said so. */
  readonly receipt: string | null;
  /** How we know that it was done: the answer to our call, a look at the far side, its own report, or a person's word. */
  readonly knownBy: 'answer' | 'look' | 'report' | 'person' | null;
  /** What the service told of it later; absent or null: nothing (yet). Of two reports the one with the higher rank stands. */
  readonly report?: {
    readonly state: 'sent' | 'delivered' | 'failed';
    readonly rank: number;
    readonly reason: string | null;
    readonly at: Date;
  } | null;
  readonly decision: { readonly kind: OutboxDecision; readonly at: Date } | null;
  /** When nothing was left to do: sent, undone or dropped. */
  readonly endedAt: Date | null;
}
