/** What is kept of the polling of a connection: one document for each. */
import type { ClientId, ConnectionId } from '../ids.ts';

/** A look back at orders of before, in a period that a person chose. */
export interface LookBack {
  readonly since: Date;
  readonly until: Date;
  /** Where the next page begins, as the channel said; null: at the beginning. */
  readonly cursor: string | null;
  /** Of the orders found: those that it put into the queue. The others had been through the flows, or wait for them. */
  readonly orders: number;
  readonly state: 'running' | 'done';
  readonly startedAt: Date;
  readonly endedAt: Date | null;
}

export interface PollDocument {
  readonly _id: ConnectionId;
  readonly clientId: ClientId;
  /** Every change up to this moment of the channel's clock is in the inbox. */
  readonly seenTo: Date;
  /** A round that is not at its end: it goes on here, also in another process. */
  readonly round: {
    readonly since: Date;
    readonly cursor: string;
    readonly reached: Date | null;
  } | null;
  /** When the last round that went well ended, by our clock; null: none yet. */
  readonly polledAt: Date | null;
  /** Events that a poll brought before any webhook did: lost, late, or of a time when we were away. */
  readonly healed: number;
  readonly lookBack: LookBack | null;
  /** When the channel's webhooks were last found in order; null: never, or nobody can reach us. */
  readonly webhooksAt: Date | null;
  /** Why they could not be put in order at the last look. Events come by polling meanwhile. */
  readonly webhooksTrouble: {
    readonly reason: string;
    readonly fix: string | null;
    readonly at: Date;
  } | null;
}
