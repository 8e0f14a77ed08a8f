/**
 * Node-RED forgets a handler that throws (done is never called) and dies of one that rejects. This wraps a
 * node's input handlers once, so that both end the message with an error like any other.
 */
import type { FlowNode, InputHandler } from '@node-red/util';

const guarded = new WeakSet<InputHandler>();

export function guardInput(node: FlowNode): void {
  if (node._inputCallback && !guarded.has(node._inputCallback))
    node._inputCallback = guard(node, node._inputCallback);
  const several = node._inputCallbacks;
  if (several?.some((handler) => !guarded.has(handler))) {
    node._inputCallbacks = several.map((handler) => (guarded.has(handler) ? handler : guard(node, handler)));
  }
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
