/** Something that is wrong with a flow. */
export interface FlowProblem {
  /** The node where it is to be mended. */
  readonly nodeId: string;
  /** The setting where it is to be mended. */
  readonly field: string | null;
  /** An error keeps the flow from being deployed; a warning does not. */
  readonly severity: 'error' | 'warning';
  /** A sentence for people. */
  readonly text: string;
}

/** A problem of a node as a whole. */
export function problemOf(
  nodeId: string,
  text: string,
  severity: FlowProblem['severity'] = 'error',
): FlowProblem {
  return { nodeId, field: null, severity, text };
}
