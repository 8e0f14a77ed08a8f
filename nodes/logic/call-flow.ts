import { z } from 'zod';
import { PipelineId } from '#runtime/ids.ts';
import { defineNode } from '../kit/define-node.ts';
import { AnyPort, SamePort } from '../kit/port-types.ts';

/** Begins another flow with each message. */
export const callFlow = defineNode({
  type: 'call-flow',
  title: 'Call another flow',
  summary: 'Begins another flow with the message',
  help: 'Begins the chosen flow with each message, in a run of its own. The message itself goes on by "called" at once. Where answers are wanted, each message that the other flow gives to "Give back" comes out of "answer", also when that is hours later. Example: one flow that puts together a customer message, called by all that have something to say. Flows that call each other in a ring are refused.',
  group: 'Decide',
  effect: 'none',
  input: AnyPort,
  outputs: { called: SamePort, answer: AnyPort },
  config: z.object({
    flow: z.string().max(64).default('').meta({
      title: 'Flow',
      flow: true,
      needed: 'choose a flow',
      empty: 'None yet',
      help: 'A flow that begins with "When another flow calls".',
    }),
    answers: z.boolean().default(true).meta({ title: 'Wait for its answers' }),
  }),
  describe: ({ flow, answers }) =>
    flow === '' ? 'Calls no flow yet' : answers ? 'Calls, and takes answers' : 'Calls, and goes on',
  run: async ({ input, config: { flow, answers }, context }) => {
    await context.effects.later.call(context, {
      flow: PipelineId.parse(flow),
      item: input,
      answer: answers ? 'answer' : null,
    });
    return { called: input };
  },
});
