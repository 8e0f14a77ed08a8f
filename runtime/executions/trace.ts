/** What the nodes of one execution got and gave, while it runs: references only, so that it costs next to nothing. */

export interface TracedStep {
  readonly nodeId: string;
  readonly startedMs: number;
  readonly ms: number;
  readonly failed: boolean;
  readonly error: unknown;
  readonly input: unknown;
  readonly outputs: readonly { readonly port: number; readonly item: unknown }[];
}

const STEPS_MAX = 100;

export class Trace {
  readonly startedMs = performance.now();
  readonly steps: TracedStep[] = [];
  /** Steps that were not kept since there were too many. */
  more = 0;

  /** A step that failed is kept however many there are, as long as they are not all failures. */
  add(step: TracedStep): void {
    if (this.steps.length < STEPS_MAX) this.steps.push(step);
    else if (step.failed && !this.steps.at(-1)?.failed) this.steps[STEPS_MAX - 1] = step;
    else this.more += 1;
  }
}
