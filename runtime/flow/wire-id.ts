/** Names of wires. */
import type { Wire } from '../pipelines/graph.ts';

/** Names a wire within its pipeline; also the name under which its messages are counted. */
export function wireIdOf({ from, output, to }: Wire): string {
  return `${from}:${output}:${to}`;
}
