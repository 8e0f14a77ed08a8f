import { z } from 'zod';
import { defineNode } from '../kit/define-node.ts';
import { AnyPort, SamePort } from '../kit/port-types.ts';
import { expression } from './expression.ts';
import { groupOf } from './group-of.ts';
import { periodMs, periodWords, unitSetting } from './period.ts';

/** Tells the first message of a kind from its repetitions. */
export const deduplicate = defineNode({
  type: 'deduplicate',
  title: 'Deduplicate',
  summary: 'Lets the first of its kind pass',
  help: 'Messages for which the key says the same are of one kind. The first of a kind leaves by "first"; others of it by "again", until the period after the first is over. Periods are reckoned by when the events came in. Example: key sku, 1 day: one warning a day for each product. A message that is tried again leaves by the same way as before.',
  group: 'Decide',
  effect: 'none',
  endsLoops: true,
  input: AnyPort,
  outputs: { first: SamePort, again: SamePort },
  config: z.object({
    key: expression({
      title: 'Same when this is the same',
      needed: 'say what makes two messages the same',
      help: 'Such as sku, or item.orderNumber + "/" + item.status.',
    }),
    amount: z.int().min(1).max(10_000).default(1).meta({ title: 'Within' }),
    unit: unitSetting('days').meta({ title: 'Unit', help: 'At most 30 days.' }),
  }),
  describe: ({ key, amount, unit }) =>
    key ? `By ${key}, within ${periodWords(amount, unit)}` : 'No key is set yet',
  run: async ({ input, config: { key, amount, unit }, context }) => {
    const first = await context.effects.later.isFirst(context, {
      group: groupOf(key, input),
      periodMs: periodMs(amount, unit),
    });
    return first ? { first: input } : { again: input };
  },
});
