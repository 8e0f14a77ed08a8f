/** One run of a pipeline for one event: followed from its trigger to the end of its last branch. */
import type { FlowNode } from '@node-red/util';
import { Trace } from '../executions/trace.ts';

/** One node at work on one message. */
export interface Step {
  readonly execution: Execution;
  readonly node: FlowNode;
  readonly startedMs: number;
  /** What the message carried. */
  readonly input: unknown;
  readonly outputs: { readonly port: number; readonly item: unknown }[];
  error?: unknown;
  /** The sends that led here, the trigger's first, as `send.port.item`: the same in every run for the same event. */
  readonly path: string;
  /** How often the node has sent something in this step. */
  sends: number;
  open: boolean;
}

export interface Failure {
  readonly nodeId: string;
  readonly error: unknown;
}

export type ExecutionState = 'running' | 'done' | 'failed';

export interface NodeActivity {
  done: number;
  failed: number;
  ms: number;
}

export class Execution<Context = unknown> {
  readonly id: string;
  readonly context: Context;
  readonly startedAt = new Date();
  readonly #startedMs = performance.now();
  /** Messages that are sent but not yet received, and nodes that are at work. */
  pending = 0;
  readonly steps = new Set<Step>();
  readonly failures: Failure[] = [];
  readonly activity = new Map<string, NodeActivity>();
  readonly trace = new Trace();
  state: ExecutionState = 'running';
  lastActivityMs = performance.now();
  ms = 0;

  constructor(id: string, context: Context) {
    this.id = id;
    this.context = context;
  }

  get idle(): boolean {
    return this.pending === 0 && this.steps.size === 0;
  }

  active(): void {
    this.lastActivityMs = performance.now();
  }

  finish(): void {
    this.state = this.failures.length > 0 ? 'failed' : 'done';
    this.ms = performance.now() - this.#startedMs;
  }

  worked({ node, startedMs, input, outputs, error }: Step, ms: number, failed: boolean): void {
    const nodeId = node.id;
    this.trace.add({ nodeId, startedMs, ms, failed, error, input, outputs });
    const activity = this.activity.get(nodeId) ?? { done: 0, failed: 0, ms: 0 };
    if (failed) activity.failed += 1;
    else activity.done += 1;
    activity.ms += ms;
    this.activity.set(nodeId, activity);
  }
}
