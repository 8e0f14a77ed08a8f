/** What the process of the shops says. */
import type { Sandbox } from '#nodes/kit/sandbox.ts';

export interface ShopsOpen {
  readonly kind: 'open';
  /** Two for each client. */
  readonly accounts: readonly Sandbox['account'][];
}
