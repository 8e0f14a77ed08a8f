/** Makes a Node-RED node of a typed definition: messages in, checked items to `run`, outputs out. */
import runtime from '@node-red/runtime';
import type { FlowNode, Message } from '@node-red/util';
import type { NodeContext } from '../effects/node-context.ts';
import type { NodeOutputs, NodeType } from '../pipelines/node-type.ts';

interface TypedConfig {
  readonly id: string;
  readonly nodeId: string;
  readonly config: unknown;
}

/** Gives the context for the step that runs now. @throws {Error} outside of an execution. */
export type ContextNow = (nodeId: string) => NodeContext;

/**
 * The constructor that Node-RED is given for a type. An item travels as `msg.payload`; each item that `run`
 * returns becomes a message of its own.
 */
export function typedNode(definition: NodeType, contextNow: ContextNow) {
  const outputs = Object.keys(definition.outputs);
  return function (this: FlowNode, configuration: TypedConfig): void {
    runtime._.nodes.createNode(this, configuration);
    this.on('input', (message, send, done) => {
      const context = contextNow(configuration.nodeId);
      definition.run(message.payload, configuration.config, context).then(
        (result) => {
          const messages = messagesOf(result, outputs);
          if (messages.some((port) => port.length > 0)) send(messages);
          done();
        },
        (error: unknown) => done(error),
      );
    });
  };
}

function messagesOf(result: NodeOutputs, outputs: readonly string[]): Message[][] {
  return outputs.map((output) => {
    const items = result[output];
    if (items === undefined) return [];
    return (Array.isArray(items) ? items : [items]).map((payload: unknown) => ({ payload }));
  });
}
