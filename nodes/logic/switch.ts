import { z } from 'zod';
import { defineNode } from '../kit/define-node.ts';
import { AnyPort, SamePort } from '../kit/port-types.ts';
import { expression, holds } from './expression.ts';

const empty = 'Not used';

/** Sends each message by the first way whose condition holds. */
export const switchNode = defineNode({
  type: 'switch',
  title: 'Switch',
  summary: 'Sends by the first way that fits',
  help: 'Looks at the conditions from the first to the third. The message leaves by the first whose condition is true, and by "otherwise" when none is.',
  group: 'Decide',
  effect: 'none',
  endsLoops: true,
  input: AnyPort,
  outputs: { first: SamePort, second: SamePort, third: SamePort, otherwise: SamePort },
  config: z.object({
    first: expression({ title: 'First way, when', empty, help: 'Such as channel == "shopify".' }),
    second: expression({ title: 'Second way, when', empty }),
    third: expression({ title: 'Third way, when', empty }),
  }),
  describe: ({ first, second, third }) => {
    const used = [first, second, third].filter((text) => text.trim() !== '');
    return used.length === 0 ? 'Sends all by "otherwise"' : used.join(' · ');
  },
  run: ({ input, config }) => {
    for (const way of ['first', 'second', 'third'] as const)
      if (config[way].trim() !== '' && holds(config[way], input)) return { [way]: input };
    return { otherwise: input };
  },
});
