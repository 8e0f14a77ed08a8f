/** A small language for what must be in a message: a line for each field, `name: kind`, with `?` for what may be missing. */
import { z } from 'zod';

const KINDS = {
  text: z.string(),
  number: z.number(),
  'yes-no': z.boolean(),
  list: z.array(z.unknown()),
  object: z.record(z.string(), z.unknown()),
  any: z.unknown(),
} as const satisfies Record<string, z.ZodType>;

const LINE = /^([A-Za-z_]\w{0,63})(\??)\s*:\s*([a-z-]+)$/;
const CHARACTERS_MAX = 5_000;

/** The setting: checked line by line. */
export function expectedFields() {
  return z
    .string()
    .max(CHARACTERS_MAX)
    .default('')
    .superRefine((text, context) => {
      const wrong = linesOf(text).find((line) => !kindOf(line));
      if (wrong === undefined) return;
      const message = `has a line that is no field with its kind: "${wrong.slice(0, 60)}"`;
      context.addIssue({ code: 'custom', message });
    });
}

/** What of a message is not as it must be, in a sentence; null: all is. Other fields may come too. */
export function unexpectedIn(text: string, item: unknown): string | null {
  const shape = Object.fromEntries(
    linesOf(text).flatMap((line) => {
      const [, name = '', optional = ''] = LINE.exec(line) ?? [];
      const kind = kindOf(line);
      if (!kind) return [];
      return [[name, optional ? kind.nullish() : kind]];
    }),
  );
  const missing = Object.entries(shape).find(
    ([name, kind]) => !kind.safeParse(undefined).success && !Object.hasOwn(Object(item), name),
  );
  if (missing) return `The field "${missing[0]}" is missing.`;
  const { error } = z.looseObject(shape).safeParse(item);
  const [issue] = error?.issues ?? [];
  return issue ? `The field "${String(issue.path[0] ?? '')}" is not as it must be: ${issue.message}.` : null;
}

const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

function kindOf(line: string): z.ZodType | undefined {
  const kind = LINE.exec(line)?.[3] ?? '';
  return Object.hasOwn(KINDS, kind) ? KINDS[kind as keyof typeof KINDS] : undefined;
}
