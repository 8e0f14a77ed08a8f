import { z } from 'zod';
import { CODE_CHARACTERS_MAX, codeProblem, runCode } from '#runtime/code/run-code.ts';
import { Rejected } from '#runtime/errors.ts';
import { defineNode } from '../kit/define-node.ts';
import { AnyPort } from '../kit/port-types.ts';

const MESSAGES_MAX = 1_000;

/** JavaScript of the flow's author. */
export const code = defineNode({
  type: 'code',
  title: 'Code',
  summary: 'Your own JavaScript',
  help: 'Runs JavaScript on each message, which is called "item". What it returns goes on: an object as one message, a list of objects as one each, nothing as none. Example: return { ...item, sku: item.sku.toUpperCase() }. It has one second and 64 MB, and reaches nothing but the message: no network, no files, no require, no import. Dates come as texts. Flows with code run in a runner of their client’s own.',
  group: 'Decide',
  effect: 'none',
  foreignCode: true,
  endsLoops: true,
  splits: true,
  input: AnyPort,
  outputs: { out: AnyPort },
  config: z.object({
    code: z
      .string()
      .max(CODE_CHARACTERS_MAX)
      .default('return item;')
      .superRefine((text, context) => {
        const problem = codeProblem(text);
        if (problem) context.addIssue({ code: 'custom', message: `is no code that can run: ${problem}` });
      })
      .meta({ title: 'Code', format: 'code', help: 'The message is "item"; return what goes on.' }),
  }),
  describe: ({ code: text }) => text.trim().split('\n')[0]?.slice(0, 60) || 'Does nothing yet',
  run: async ({ input, config }) => {
    const result = await runCode(config.code, input);
    if (result === undefined || result === null) return {};
    const messages = Array.isArray(result) ? result : [result];
    if (messages.length > MESSAGES_MAX || messages.some((one) => typeof one !== 'object' || one === null)) {
      throw new Rejected('The code of this node returned what is no message.', {
        code: 'code.failed',
        fix: `Return an object, a list of at most ${MESSAGES_MAX} objects, or nothing.`,
      });
    }
    return { out: Array.isArray(result) ? result : (result as Record<string, unknown>) };
  },
});
