/** The shapes of what the API says of executions; part of views.ts. */

/** `GET /api/v1/executions?cursor&limit&state=failed|done&pipeline=&search=` newest first. `search`: order number or SKU. */
export interface ExecutionRow {
  readonly id: string;
  /** When it ended. */
  readonly at: string;
  readonly pipeline: { readonly id: string; readonly name: string };
  readonly state: 'done' | 'failed';
  readonly ms: number;
  readonly tries: number;
  /** What it dealt with: "#1001", or SKUs; empty when nothing tells. */
  readonly subject: string;
  /** Messages that nodes worked on, over all nodes. */
  readonly messages: number;
  readonly failure: {
    readonly where: string;
    readonly reason: string;
    readonly fix: string | null;
    /** Of docs/reference/errors.md, with what it means. */
    readonly code: string;
    readonly meaning: string;
  } | null;
}

/** `GET /api/v1/executions/:id` */
export interface ExecutionView extends ExecutionRow {
  readonly startedAt: string;
  /** Nodes in the order of the flow, those that were not reached among them. */
  readonly nodes: readonly {
    readonly id: string;
    readonly name: string;
    readonly done: number;
    readonly failed: number;
    readonly ms: number;
  }[];
  /** null: what went in and out of this run was not kept, or not any more. */
  readonly steps: readonly ExecutionStepView[] | null;
  /** Steps that were left out since there were too many. */
  readonly more: number;
}

export interface ExecutionStepView {
  readonly nodeId: string;
  readonly name: string;
  /** Milliseconds after the run began. */
  readonly atMs: number;
  readonly ms: number;
  readonly failed: boolean;
  readonly reason: string | null;
  /** JSON text, shortened. */
  readonly input: string;
  readonly outputs: readonly { readonly name: string; readonly item: string }[];
}
