/** Makes a Node-RED node of a typed definition: messages in, checked items to `run`, outputs out. */
import runtime from '@node-red/runtime';
import type { FlowNode, Message } from '@node-red/util';
import type { NodeContext } from '../effects/node-context.ts';
import { Rejected } from '../errors.ts';
import type { IncomingEvent } from '../events/event.ts';
import { type Continued, readContinued } from '../later/continued.ts';
import type { Part } from '../later/later-effects.ts';
import type { NodeOutputs, NodeType } from '../pipelines/node-type.ts';

interface TypedConfig {
  readonly id: string;
  readonly nodeId: string;
  readonly config: unknown;
}

/** Gives the context for the step that runs now. @throws {Error} outside of an execution. */
export type ContextNow = (nodeId: string, part: Part | null) => NodeContext;

/** Where a message carries which part of a split it is. */
const PART = '_syncflowPart';
/** Where a message carries what waited at the node that it is for. */
const CONTINUED = '_syncflowContinued';

/** What the node at which a run begins gets: the event, or what waited there. */
export function firstMessage(event: IncomingEvent): Message {
  if (event.topic !== 'flow.continued') return { payload: event };
  const continued = readContinued(event.body);
  return { payload: continued.items[0], [CONTINUED]: continued };
}

/**
 * The constructor that Node-RED is given for a type. An item travels as `msg.payload`; each item that `run`
 * returns becomes a message of its own, and knows which of them it is.
 */
export function typedNode(definition: NodeType, contextNow: ContextNow) {
  const outputs = Object.keys(definition.outputs);
  return function (this: FlowNode, configuration: TypedConfig): void {
    runtime._.nodes.createNode(this, configuration);
    this.on('input', (message, send, done) => {
      const continued = message[CONTINUED] as Continued | undefined;
      const part = continued?.part ?? (message[PART] as Part | undefined) ?? null;
      const context = contextNow(configuration.nodeId, part);
      const work = continued
        ? Promise.resolve().then(() => whatWaited(continued, definition))
        : definition.run(message.payload, configuration.config, context);
      work.then(
        (result) => {
          const messages = messagesOf(result, outputs, context);
          if (messages.some((port) => port.length > 0)) send(messages);
          done();
        },
        (error: unknown) => done(error),
      );
    });
  };
}

function whatWaited({ output, items }: Continued, { outputs, title }: NodeType): NodeOutputs {
  if (Object.hasOwn(outputs, output)) return { [output]: items[0] };
  throw new Rejected(
    `A message waited to leave "${title}" by "${output}", which it does not have any more.`,
    {
      fix: 'Restore the version of the flow that has it, then retry; or leave the message here.',
    },
  );
}

function messagesOf(
  result: NodeOutputs,
  outputs: readonly string[],
  { key, part }: Pick<NodeContext, 'key' | 'part'>,
): Message[][] {
  return outputs.map((output) => {
    const items = result[output];
    if (items === undefined) return [];
    if (!Array.isArray(items)) return [{ payload: items, ...(part && { [PART]: part }) }];
    const split = { of: `${key}/${output}`, count: items.length, within: part };
    return items.map((payload: unknown, index) => ({ payload, [PART]: { ...split, index } }));
  });
}
