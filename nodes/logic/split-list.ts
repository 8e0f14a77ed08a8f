import { z } from 'zod';
import { Rejected } from '#runtime/errors.ts';
import { defineNode } from '../kit/define-node.ts';
import { AnyPort } from '../kit/port-types.ts';
import { evaluate, expression } from './expression.ts';

const ITEMS_MAX = 1_000;

/** One message for each entry of a list. */
export const splitList = defineNode({
  type: 'split-list',
  title: 'Split a list',
  summary: 'One message for each entry',
  help: 'Makes a message of each entry of a list in the message, in order, such as the lines of an order. An entry that is no object becomes the field "value". At most 1,000 entries.',
  group: 'Decide',
  effect: 'none',
  endsLoops: true,
  splits: true,
  input: AnyPort,
  outputs: { entry: AnyPort },
  config: z.object({
    list: expression(
      { title: 'List', help: 'Such as lines, or lines.filter(line, line.quantity > 1).' },
      'lines',
    ),
  }),
  describe: ({ list }) => (list ? `Each of ${list}` : 'Splits nothing yet'),
  run: ({ input, config }) => {
    if (config.list.trim() === '') return {};
    const list = evaluate(config.list, input);
    if (!Array.isArray(list) || list.length > ITEMS_MAX) {
      throw new Rejected(
        Array.isArray(list)
          ? `The list has ${list.length} entries; at most ${ITEMS_MAX} can be split.`
          : `"${config.list}" is no list in this message.`,
        { code: 'item.shape', fix: 'Look at the message, and mend the expression.' },
      );
    }
    const entry = list.map(
      (one: unknown): Record<string, unknown> =>
        typeof one === 'object' && one !== null && !Array.isArray(one) ? { ...one } : { value: one },
    );
    return { entry };
  },
});
