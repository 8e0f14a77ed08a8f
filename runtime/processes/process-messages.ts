/** What every watched process says of itself, whatever else it has to tell. */

export type FromProcess =
  /** It does its work from now on. */
  | { readonly kind: 'ready' }
  /** It is alive: its event loop turns. */
  | { readonly kind: 'heartbeat' };

/** Told to every watched process: finish what runs, then exit. */
export interface StopMessage {
  readonly kind: 'stop';
}

export const HEARTBEAT_MS = 1_000;
