import { z } from 'zod';
import { defineNode } from '../kit/define-node.ts';
import { AnyPort, SamePort } from '../kit/port-types.ts';
import { expression } from './expression.ts';
import { groupOf } from './group-of.ts';
import { periodMs, periodWords, unitSetting } from './period.ts';

/** Lets so and so many messages of a kind pass in a period. */
export const throttle = defineNode({
  type: 'throttle',
  title: 'Throttle',
  summary: 'Lets only so many pass in a period',
  help: 'Lets at most so many messages pass within any period, for each value of the key by itself. The rest waits for its turn on disk, or is dropped: it then leaves by "dropped", and is counted. Example: 10 in 1 minute for each customer.email, so that nobody gets a flood of mails. A message that is tried again keeps its turn.',
  group: 'Decide',
  effect: 'none',
  endsLoops: true,
  input: AnyPort,
  outputs: { out: SamePort, dropped: SamePort },
  config: z.object({
    many: z.int().min(1).max(1_000).default(10).meta({ title: 'At most', unit: 'messages' }),
    amount: z.int().min(1).max(10_000).default(1).meta({ title: 'In' }),
    unit: unitSetting('minutes').meta({ title: 'Unit' }),
    key: expression({
      title: 'For each',
      empty: 'All messages together',
      help: 'Such as sku, or item.connectionId.',
    }),
    over: z
      .enum(['wait', 'drop'])
      .default('wait')
      .meta({ title: 'The rest', words: { wait: 'Waits for its turn', drop: 'Leaves by "dropped"' } }),
  }),
  describe: ({ many, amount, unit, key, over }) =>
    `${many} in ${periodWords(amount, unit)}${key ? ` for each ${key}` : ''} · the rest ${over === 'wait' ? 'waits' : 'is dropped'}`,
  run: async ({ input, config: { many, amount, unit, key, over }, context }) => {
    const { later } = context.effects;
    const group = groupOf(key, input);
    const turn = await later.takeTurn(context, { group, many, periodMs: periodMs(amount, unit), over });
    if (turn === 'now') return { out: input };
    if (turn === 'none') return { dropped: input };
    await later.sendAt(context, { output: 'out', item: input, at: turn });
    return {};
  },
});
