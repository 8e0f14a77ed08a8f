import { z } from 'zod';
import { defineNode } from '../kit/define-node.ts';
import { AnyPort } from '../kit/port-types.ts';
import { evaluate, expression } from './expression.ts';

const TABLE_CHARACTERS_MAX = 50_000;

/** Finds a value in a table and puts it into the message. */
export const lookUp = defineNode({
  type: 'look-up',
  title: 'Look up',
  summary: 'Finds a value in a table',
  help: 'Works out a word of the message, looks for it in the table, and puts what stands there into a field. What is not in the table leaves by "missing", unchanged.',
  group: 'Decide',
  effect: 'none',
  endsLoops: true,
  input: AnyPort,
  outputs: { found: AnyPort, missing: AnyPort },
  config: z.object({
    word: expression({ title: 'Look for', help: 'Such as sku.' }, 'sku'),
    table: z
      .string()
      .max(TABLE_CHARACTERS_MAX)
      .default('')
      .meta({ title: 'Table', format: 'text', help: 'A line for each entry: TEA-001 = Shelf 4' }),
    field: z
      .string()
      .max(40)
      .regex(/^[A-Za-z_]\w*$/, 'must be a name of letters, digits and _')
      .default('found')
      .meta({ title: 'Put it into the field' }),
  }),
  describe: ({ table, word }) => `${word} in ${entriesOf(table).size} entries`,
  run: ({ input, config }) => {
    if (config.word.trim() === '') return { missing: input };
    const value = entriesOf(config.table).get(String(evaluate(config.word, input)));
    return value === undefined ? { missing: input } : { found: { ...input, [config.field]: value } };
  },
});

/** The first `=` of a line divides; of two lines with one word the later counts. */
function entriesOf(table: string): Map<string, string> {
  return new Map(
    table.split('\n').flatMap((line): [string, string][] => {
      const at = line.indexOf('=');
      return at < 1 ? [] : [[line.slice(0, at).trim(), line.slice(at + 1).trim()]];
    }),
  );
}
