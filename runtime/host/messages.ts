/** What the fleet and a runner tell each other over IPC. Hints only: whatever is lost is found in the database. */
import type { FromProcess, StopMessage } from '../processes/process-messages.ts';

export type ToRunner =
  /** The inbox of a client has something new. */
  | { readonly kind: 'events'; readonly clientId: string }
  /** A channel has something to tell, or a person asked for more of it. */
  | { readonly kind: 'poll'; readonly clientId: string; readonly connectionId: string }
  /** Pipelines or connections of a client have changed: load them again. */
  | { readonly kind: 'reload'; readonly clientId: string }
  /** These clients, and no others, are yours from now on. */
  | { readonly kind: 'clients'; readonly clientIds: readonly string[] }
  /** Finish what runs, then exit. */
  | StopMessage;

export type FromRunner =
  | FromProcess
  /** Something of these topics changed; at most a few a second. */
  | { readonly kind: 'changed'; readonly clientId: string; readonly topics: readonly string[] }
  /** Messages that went along wires since the last such message. */
  | {
      readonly kind: 'wires';
      readonly clientId: string;
      readonly pipelineId: string;
      readonly counts: Readonly<Record<string, number>>;
    };
