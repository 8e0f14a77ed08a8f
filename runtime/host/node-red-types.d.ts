/**
 * The parts of Node-RED 5.0.7 that SyncFlow touches, as read in its source. The published types describe an
 * older version and bring in the whole editor.
 */
declare module '@node-red/util' {
  export interface FlowNode {
    readonly id: string;
    readonly type: string;
    readonly name?: string;
    readonly z?: string;
    /** Internal: the input handler, the number of handlers that call done(), the flow that the node runs in. */
    _inputCallback: InputHandler | null;
    _inputCallbacks: InputHandler[] | null;
    readonly _expectedDoneCount: number;
    readonly _flow?: { readonly activeNodes: Readonly<Record<string, FlowNode | undefined>> };
    on(event: 'input', handler: InputHandler): void;
    receive(message: Message): void;
    error: (error: unknown, message?: Message) => void;
  }
  export interface Message {
    _msgid?: string;
    payload?: unknown;
    [field: string]: unknown;
  }
  export type InputHandler = (
    this: FlowNode,
    message: Message,
    send: (messages: (Message | Message[] | null)[]) => void,
    done: (error?: unknown) => void,
  ) => unknown;
  export interface SendEvent {
    msg: Message;
    readonly source: { readonly id: string; readonly node: FlowNode; readonly port: number };
    readonly destination: { readonly id: string; readonly node?: FlowNode };
  }
  export interface ReceiveEvent {
    readonly msg: Message;
    readonly destination: { readonly id: string; readonly node: FlowNode };
  }
  export interface CompleteEvent {
    readonly msg: Message;
    readonly error?: unknown;
    readonly node: { readonly id: string; readonly node: FlowNode };
  }
  export interface LogEntry {
    readonly level: number;
    readonly id?: string;
    readonly type?: string;
    readonly msg: unknown;
  }
  interface Hooks {
    /** `false` drops the messages. */
    add(id: `onSend.${string}`, hook: (events: SendEvent[]) => false | undefined): void;
    add(id: `preRoute.${string}` | `postDeliver.${string}`, hook: (event: SendEvent) => void): void;
    add(id: `onReceive.${string}`, hook: (event: ReceiveEvent, next: () => void) => void): void;
    add(id: `postReceive.${string}`, hook: (event: ReceiveEvent) => void): void;
    add(id: `onComplete.${string}`, hook: (event: CompleteEvent) => void): void;
    remove(id: string): void;
  }
  interface Util {
    init(settings: object): void;
    readonly hooks: Hooks;
    readonly events: import('node:events').EventEmitter;
  }
  const util: Util;
  export default util;
}

declare module '@node-red/runtime' {
  import type { FlowNode } from '@node-red/util';

  interface FlowConfiguration {
    readonly flows: readonly object[];
  }
  interface Runtime {
    init(settings: object, server: null): void;
    start(): Promise<void>;
    stop(): Promise<void>;
    /** The Express app of `http in` nodes. We serve none; a benchmark does. */
    readonly httpNode: import('express').Express;
    readonly flows: {
      setFlows(options: {
        readonly flows: FlowConfiguration;
        readonly deploymentType: 'full' | 'flows' | 'nodes';
      }): Promise<{ readonly rev: string }>;
    };
    /** Internal, but the same functions that node packages get as RED.nodes. */
    readonly _: {
      readonly nodes: {
        registerType(set: string, type: string, implementation: unknown): void;
        createNode(node: object, config: object): void;
        getNode(id: string): FlowNode | null;
        getType(type: string): unknown;
      };
    };
  }
  const runtime: Runtime;
  export default runtime;
}

declare module '@node-red/registry' {
  const registry: { checkFlowDependencies(flow: unknown): Promise<void> };
  export default registry;
}
