import { z } from 'zod';
import { readContinued } from '#runtime/later/continued.ts';
import { defineNode, defineTrigger } from '../kit/define-node.ts';
import { AnyPort } from '../kit/port-types.ts';

/** Starts when another flow of the client calls this one. */
export const flowCalled = defineTrigger({
  type: 'flow-called',
  title: 'When another flow calls',
  summary: 'Starts with what another flow sends',
  help: 'Starts for each message that "Call another flow" sends to this flow. What shall go back to the caller is led to "Give back".',
  group: 'Decide',
  wants: 'flow.called',
  outputs: { called: AnyPort },
  config: z.object({}),
  run: ({ event }) => ({ called: readContinued(event.body).items[0] as Record<string, unknown> }),
});

/** Sends a message back to the flow that called. */
export const giveBack = defineNode({
  type: 'give-back',
  title: 'Give back',
  summary: 'Answers the flow that called',
  help: 'Sends each message to the flow that called this one: it comes out of "answer" there. When no flow called, or none wants answers, nothing happens. It works after a delay or a join too.',
  group: 'Decide',
  effect: 'none',
  input: AnyPort,
  outputs: {},
  config: z.object({}),
  run: async ({ input, context }) => {
    await context.effects.later.answer(context, input);
    return {};
  },
});
