/** One thing that happened, kept durably in the inbox until every flow that wants it has ended. */
import type { Binary, ObjectId } from 'mongodb';
import type { Cause, ErrorCode } from '../errors.ts';
import type { ClientId, ConnectionId } from '../ids.ts';
import type { EventAddress } from '../later/later-effects.ts';

/**
 * `stock.listed` and `counts.reported` are told once a day, for flows that want them (runtime/daily).
 * `order.changed` and `listing.changed` come from channels, `stock.changed` from our own ledger: triggers listen to these.
 * `connection.notice` comes from channels for SyncFlow itself (runtime/notices).
 */
export type EventTopic =
  | 'order.changed'
  | 'listing.changed'
  | 'connection.notice'
  | 'stock.changed'
  | 'stock.listed'
  | 'counts.reported'
  | AddressedTopic;

/**
 * For one flow alone, whatever others want: a message that waited goes on, another flow calls, the clock says so (runtime/later),
 * somebody called the address of a trigger.
 */
type AddressedTopic = 'flow.continued' | 'flow.called' | 'schedule.due' | 'webhook.received';

/** Where an event comes from: a connection, or SyncFlow itself. */
export type EventSource = ConnectionId | 'syncflow';

/**
 * queued → running → done. A failure that may pass: retry, then running again. The last failure, or one that
 * only a person can mend: dead (a dead letter), which a person puts back to queued. One that is done without a run of
 * any flow, since none wanted it, is put back by a look back.
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
  /** What must be well again before another try is worth it; null when the error did not say. */
  readonly about: Cause | null;
}

/** What became of the flows that an event was given to, for its next try. Flows are named by their executions' ids. */
export interface FlowStates {
  /** Ended well: they are not run again. */
  readonly done: readonly string[];
  /** Failed for good while others of the same event are still tried. */
  readonly givenUp: readonly { readonly id: string; readonly failure: EventFailure }[];
}

/** What is put back into the queue runs as if it had just come. */
export const QUEUED_ANEW = {
  state: 'queued',
  failures: 0,
  crashes: 0,
  nextTryAt: null,
  endedAt: null,
} as const satisfies Partial<EventDocument>;

export const NO_FLOWS: FlowStates = { done: [], givenUp: [] };

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
  /** Of an addressed topic: for which node. Absent: for every trigger that wants the topic. */
  readonly to?: EventAddress;
  readonly receivedAt: Date;
  readonly state: EventState;
  /** Runs that ended in a failure, since a person last put it back into the queue. */
  readonly failures: number;
  /** Runs in a row in which the whole runner died, by this event or by one beside it. */
  readonly crashes: number;
  /** Runs in a row that ended since the database was away: no fault of the event, so they count for no try. */
  readonly interruptions: number;
  /** How often it was put back into the queue by itself, since what it failed by was well again. */
  readonly recoveries: number;
  readonly nextTryAt: Date | null;
  readonly lease: { readonly runner: string; readonly claim: string; readonly until: Date } | null;
  readonly failure: EventFailure | null;
  readonly flows: FlowStates;
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
  readonly to?: EventAddress;
  readonly flows: FlowStates;
}
