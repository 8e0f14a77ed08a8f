/**
 * Node-RED forgets a handler that throws (done is never called) and dies of one that rejects. This wraps a
 * node's input handlers once, so that both end the message with an error like any other.
 */
import type { FlowNode, InputHandler, Message } from '@node-red/util';

/** Does the work in the course of the step that has the message in hand. */
type InStepOf = (message: Message | undefined, work: () => void) => void;

const guarded = new WeakSet<InputHandler>();
const guardedNodes = new WeakSet<FlowNode>();

export function guardNode(node: FlowNode, inStepOf: InStepOf): void {
  if (node._inputCallback && !guarded.has(node._inputCallback))
    node._inputCallback = guard(node, node._inputCallback);
  const several = node._inputCallbacks;
  if (several?.some((handler) => !guarded.has(handler))) {
    node._inputCallbacks = several.map((handler) => (guarded.has(handler) ? handler : guard(node, handler)));
  }
  if (guardedNodes.has(node)) return;
  guardedNodes.add(node);
  // A node with a queue of its own works on one message in the course of another: the message says whose error it is.
  const report = node.error.bind(node);
  node.error = (error, message) => inStepOf(message, () => report(error, message));
}

function guard(node: FlowNode, handler: InputHandler): InputHandler {
  const callsDone = handler.length === 3;
  const wrapped: InputHandler = (message, send, done) => {
    const fail = (error: unknown) => (callsDone ? done(error) : node.error(error, message));
    try {
      const result = handler.call(node, message, send, done);
      if (result instanceof Promise) result.catch(fail);
    } catch (error) {
      fail(error);
    }
  };
  guarded.add(wrapped);
  return wrapped;
}
