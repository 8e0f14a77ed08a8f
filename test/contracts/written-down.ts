/** For tests of nodes that send: what a node gives the outbox, without an outbox. */
import type { Effects, NodeContext } from '#runtime/effects/node-context.ts';
import type { OutboxMessage } from '#runtime/outbox/enqueue.ts';

/** A context of a run in which nothing can be done but to send; `sent` has it in order. */
export function writtenDown(): { readonly sent: OutboxMessage[]; readonly context: NodeContext } {
  const sent: OutboxMessage[] = [];
  const effects = { send: async (message: OutboxMessage) => void sent.push(message) } as unknown as Effects;
  const context = {
    effects,
    key: 'e:p:n:0',
    signal: new AbortController().signal,
    log: () => {},
    nodeId: 'n',
    part: null,
    now: new Date(),
  };
  return { sent, context };
}
