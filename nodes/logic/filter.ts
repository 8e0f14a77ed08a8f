import { z } from 'zod';
import { defineNode } from '../kit/define-node.ts';
import { AnyPort, SamePort } from '../kit/port-types.ts';
import { expression, holds } from './expression.ts';

/** Lets pass what a condition holds for. */
export const filter = defineNode({
  type: 'filter',
  title: 'Filter',
  summary: 'Lets pass what fits a condition',
  help: 'Messages for which the condition is true leave by "match", all others by "other". Leave "other" unwired to drop them. The message itself stays as it is.',
  group: 'Decide',
  effect: 'none',
  endsLoops: true,
  input: AnyPort,
  outputs: { match: SamePort, other: SamePort },
  config: z.object({
    condition: expression(
      { title: 'Condition', help: 'Such as available < 5 && sku.startsWith("TEA").' },
      'true',
    ),
  }),
  describe: ({ condition }) => condition || 'Lets nothing pass',
  run: ({ input, config }) =>
    config.condition.trim() !== '' && holds(config.condition, input) ? { match: input } : { other: input },
});
