/**
 * When nodes that know no done() are done. Their handler returns at once, but some put the message into a queue of
 * their own and take one at each turn of the event loop (Node-RED's switch does). So each such step is given two
 * turns, one step of a node after another: what is still in the node's queue is then always younger than what is ended.
 */
import type { FlowNode } from '@node-red/util';
import type { Step } from './execution.ts';

export class WordlessSteps {
  readonly #waiting = new WeakMap<FlowNode, (() => void)[]>();

  /** Ends the step when its node has had its turns. */
  add({ node }: Step, end: () => void): void {
    const waiting = this.#waiting.get(node);
    if (waiting) {
      waiting.push(end);
    } else {
      this.#waiting.set(node, [end]);
      this.#endNext(node);
    }
  }

  #endNext(node: FlowNode): void {
    setImmediate(() =>
      setImmediate(() => {
        const waiting = this.#waiting.get(node);
        waiting?.shift()?.();
        if (waiting && waiting.length > 0) this.#endNext(node);
        else this.#waiting.delete(node);
      }),
    );
  }
}
