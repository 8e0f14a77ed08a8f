/** One thing that happened, kept durably in the inbox until every flow that wants it has ended. */
import type { Binary, ObjectId } from 'mongodb';
import type { ErrorCode } from '../errors.ts';
import type { ClientId, ConnectionId } from '../ids.ts';

/** What triggers listen to. `order.changed` comes from channels, `stock.changed` from our own ledger. */
export type EventTopic = 'order.changed' | 'stock.changed';

/** Where an event comes from: a connection, or SyncFlow itself. */
export type EventSource = ConnectionId | 'syncflow';

/**
 * queued → running → done. A failure that may pass: retry, then running again. The last failure, or one that
 * only a person can mend: dead (a dead letter), which a person puts back to queued.
 */
export type EventState = 'queued' | 'running' | 'retry' | 'done' | 'dead';

/** Why the newest run of it failed. */
export interface EventFailure {
  /** Absent in events that failed before there were codes. */
  readonly code?: ErrorCode;
  readonly reason: string;
  /** What a person can do, when the node knew. */
  readonly fix: string | null;
  readonly at: Date;
  /** Where it failed: pipeline and node names. */
  readonly where: string | null;
}

export interface EventDocument {
  readonly _id: ObjectId;
  readonly clientId: ClientId;
  readonly source: EventSource;
  readonly topic: EventTopic;
  /** Unique for client and source: a second delivery of the same event creates nothing. */
  readonly dedupeKey: string;
  /** Events of one partition run one after another, in the order of their ids. */
  readonly partition: string;
  /** The raw bytes as they came in. */
  readonly body: Binary;
  readonly receivedAt: Date;
  readonly state: EventState;
  /** Runs that ended in a failure. */
  readonly failures: number;
  /** Runs in a row in which the whole runner died, by this event or by one beside it. */
  readonly crashes: number;
  readonly nextTryAt: Date | null;
  readonly lease: { readonly runner: string; readonly claim: string; readonly until: Date } | null;
  readonly failure: EventFailure | null;
  readonly endedAt: Date | null;
}

/** An event as a trigger gets it. */
export interface IncomingEvent {
  readonly id: string;
  readonly source: EventSource;
  readonly topic: EventTopic;
  readonly body: Buffer;
  readonly receivedAt: Date;
  /** How often it has been run and failed before. */
  readonly failures: number;
  readonly partition?: string;
}
