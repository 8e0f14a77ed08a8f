/** What is asked of a trial, and what it answers: plain data, since it runs in a process of its own. */
import type { SimulatedEffect } from '../effects/simulated-effect.ts';
import type { KeptStep } from '../executions/execution-document.ts';
import type { ClientId } from '../ids.ts';
import type { FlowTest, Graph } from '../pipelines/graph.ts';
import type { SampleEvent } from './sample-event.ts';

export type TrialOf =
  /** An event that is made up, or kept as a test. */
  | { readonly kind: 'sample'; readonly event: SampleEvent }
  /** An example for the flow's first trigger, made of what the client has. */
  | { readonly kind: 'example' }
  /** One that came. */
  | { readonly kind: 'event'; readonly id: string }
  /** All that came in a period, the newest `limit` of them. */
  | { readonly kind: 'period'; readonly from: Date; readonly until: Date; readonly limit: number }
  | { readonly kind: 'tests'; readonly tests: readonly FlowTest[] };

export interface TrialRequest {
  readonly clientId: ClientId;
  readonly name: string;
  readonly graph: Graph;
  /** What is deployed, to compare with; null: nothing is. */
  readonly deployed: Graph | null;
  readonly of: TrialOf;
}

/** Effects of one event, by the draft and by what is deployed, where they differ. */
export interface TrialDifference {
  readonly eventId: string;
  /** Number of the order, or SKU. */
  readonly subject: string;
  readonly at: Date;
  /** Lines that the deployed version has and the draft has not. */
  readonly gone: readonly string[];
  readonly added: readonly string[];
}

/** One event in full. */
export interface TrialRun {
  readonly subject: string;
  readonly effects: readonly SimulatedEffect[];
  /** null: nothing is deployed. */
  readonly deployed: readonly SimulatedEffect[] | null;
  readonly state: 'done' | 'failed';
  readonly ms: number;
  readonly nodes: Readonly<Record<string, { done: number; failed: number; ms: number }>>;
  readonly steps: readonly KeptStep[];
  readonly more: number;
  /** To be kept as a test, with what the draft does in its world; null: no trigger of the flow wants the event. */
  readonly keep: { readonly event: SampleEvent; readonly expected: readonly string[] } | null;
}

export interface TestResult {
  readonly id: string;
  readonly name: string;
  /** null: it passed. Else what is wrong, in one sentence. */
  readonly problem: string | null;
  readonly gone: readonly string[];
  readonly added: readonly string[];
}

export interface TrialReport {
  readonly events: number;
  /** Distinct orders among them. */
  readonly orders: number;
  /** The period had more events than were tried. */
  readonly more: boolean;
  readonly ms: number;
  /** What the draft would do, by kind. */
  readonly counts: Readonly<Record<string, number>>;
  /** Distinct orders (events without an order count each) whose effects differ. */
  readonly differing: number;
  /** The first of them. */
  readonly differences: readonly TrialDifference[];
  /** Of a trial of one event. */
  readonly run: TrialRun | null;
  readonly tests: readonly TestResult[];
}

export type FromTrial =
  | { readonly kind: 'progress'; readonly done: number; readonly total: number }
  | { readonly kind: 'report'; readonly report: TrialReport }
  /** It could not be tried: a sentence for people. */
  | { readonly kind: 'refused'; readonly reason: string };
