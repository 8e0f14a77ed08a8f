import { z } from 'zod';
import { defineNode } from '../kit/define-node.ts';
import { AnyPort } from '../kit/port-types.ts';
import { evaluate, expression } from './expression.ts';

const fieldName = (title: string) =>
  z
    .string()
    .max(40)
    .regex(/^([A-Za-z_]\w*)?$/, 'must be a name of letters, digits and _')
    .default('')
    .meta({ title, empty: 'Not used' });

/** Sets fields of a message to what expressions say. */
export const changeFields = defineNode({
  type: 'change-fields',
  title: 'Change fields',
  summary: 'Sets fields of the message',
  help: 'Sets up to three fields to what an expression says of the message as it came in. All other fields stay. What comes out has the type Any, since nobody knows any more whether it is still an order.',
  group: 'Decide',
  effect: 'none',
  input: AnyPort,
  outputs: { changed: AnyPort },
  config: z.object({
    field1: fieldName('Field'),
    value1: expression({ title: 'becomes', help: 'Such as sku + " / " + title, or available - 2.' }),
    field2: fieldName('Second field'),
    value2: expression({ title: 'becomes' }),
    field3: fieldName('Third field'),
    value3: expression({ title: 'becomes' }),
  }),
  describe: (config) => {
    const names = [config.field1, config.field2, config.field3].filter(Boolean);
    return names.length === 0 ? 'Changes nothing yet' : `Sets ${names.join(', ')}`;
  },
  run: ({ input, config }) => {
    const changed: Record<string, unknown> = { ...input };
    for (const number of [1, 2, 3] as const) {
      const [field, value] = [config[`field${number}`], config[`value${number}`]];
      if (field !== '' && value.trim() !== '') changed[field] = evaluate(value, input);
    }
    return { changed };
  },
});
