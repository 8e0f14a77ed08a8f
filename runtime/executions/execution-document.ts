/** What is kept of each run of a flow: that it ran, for what, how long each node took; and, within a budget, what went in and out. */
import type { ObjectId } from 'mongodb';
import type { ErrorCode } from '../errors.ts';
import type { ClientId, PipelineId } from '../ids.ts';

export interface ExecutionDocument {
  /** `<event>:<pipeline>:<trigger>` */
  readonly _id: string;
  readonly clientId: ClientId;
  readonly pipelineId: PipelineId;
  readonly eventId: ObjectId;
  readonly state: 'done' | 'failed';
  readonly tries: number;
  readonly startedAt: Date;
  readonly endedAt: Date;
  readonly ms: number;
  /** By node id: messages that went well and that failed, and milliseconds over all. */
  readonly nodes: Readonly<
    Record<string, { readonly done: number; readonly failed: number; readonly ms: number }>
  >;
  readonly failure: {
    readonly where: string;
    readonly reason: string;
    readonly code?: ErrorCode;
    /** What a person can do, when the node knew. */
    readonly fix?: string | null;
  } | null;
  /** What it dealt with, for search: ids and numbers of orders; SKUs where no order caused it. */
  readonly about: readonly string[];
}

/** Why steps are kept, in the order in which they are given up when the budget is used up. */
export const KEPT_FOR = ['sample', 'newest', 'failure'] as const;
export type KeptFor = (typeof KEPT_FOR)[number];

/** The steps of one execution: what each node got and gave. */
export interface StepsDocument {
  /** The execution's id. */
  readonly _id: string;
  readonly clientId: ClientId;
  readonly endedAt: Date;
  readonly keptFor: KeptFor;
  /** Of the texts below. */
  readonly bytes: number;
  readonly steps: readonly KeptStep[];
  /** Steps beyond the most that are kept. */
  readonly more: number;
}

export interface KeptStep {
  readonly nodeId: string;
  /** Milliseconds after the execution began. */
  readonly atMs: number;
  readonly ms: number;
  readonly failed: boolean;
  readonly reason: string | null;
  /** JSON, shortened; without secrets and customers' data. */
  readonly input: string;
  readonly outputs: readonly { readonly port: number; readonly item: string }[];
}
