/** What the supervisor and a runner tell each other over IPC. Hints only: whatever is lost is found in the database. */

export type ToRunner =
  /** The inbox of a client has something new. */
  | { readonly kind: 'events'; readonly clientId: string }
  /** A channel has something to tell, or a person asked for more of it. */
  | { readonly kind: 'poll'; readonly clientId: string; readonly connectionId: string }
  /** Pipelines or connections of a client have changed: load them again. */
  | { readonly kind: 'reload'; readonly clientId: string }
  /** Finish what runs, then exit. */
  | { readonly kind: 'stop' };

export type FromRunner =
  | { readonly kind: 'ready' }
  | { readonly kind: 'heartbeat' }
  /** Something of these topics changed; at most a few a second. */
  | { readonly kind: 'changed'; readonly clientId: string; readonly topics: readonly string[] }
  /** Messages that went along wires since the last such message. */
  | {
      readonly kind: 'wires';
      readonly clientId: string;
      readonly pipelineId: string;
      readonly counts: Readonly<Record<string, number>>;
    };
