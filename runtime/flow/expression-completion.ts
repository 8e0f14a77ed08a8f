/** What may stand at a place of an expression: fields of a message, and functions that fit what they are called on. */

export interface Completion {
  /** What is put there. */
  readonly text: string;
  /** How far behind its beginning one types on. */
  readonly caret: number;
  /** Its value in the message, or what a function does. */
  readonly about: string;
}

export interface Completions {
  /** Where the word begins that they stand for. */
  readonly from: number;
  readonly choices: readonly Completion[];
}

type Kind = 'text' | 'list' | 'any';

/** A function with a place for what it takes: `|`. Of a value: after a dot. */
interface FunctionFact {
  readonly of: Kind | null;
  readonly text: string;
  readonly about: string;
  /** An expression with it that works for `{ t: "abc", l: [1, 2], n: 1 }`; a test holds it to that. */
  readonly example: string;
}

export const FUNCTIONS: readonly FunctionFact[] = [
  { of: null, text: 'has(item.|)', about: 'whether a field is there', example: 'has(item.t)' },
  { of: null, text: 'size(|)', about: 'characters of a text, entries of a list', example: 'size(t)' },
  { of: null, text: 'string(|)', about: 'as a text', example: 'string(n)' },
  { of: null, text: 'int(|)', about: 'as a whole number', example: 'int("7")' },
  { of: null, text: 'double(|)', about: 'as a number with decimals', example: 'double(n)' },
  {
    of: null,
    text: 'timestamp(|)',
    about: 'a moment from a text',
    example: 'timestamp("2026-01-01T00:00:00Z")',
  },
  { of: null, text: 'duration(|)', about: 'a span of time, such as "24h"', example: 'duration("24h")' },
  { of: 'text', text: 'contains(|)', about: 'whether the text holds another', example: 't.contains("b")' },
  { of: 'text', text: 'startsWith(|)', about: 'whether it begins so', example: 't.startsWith("a")' },
  { of: 'text', text: 'endsWith(|)', about: 'whether it ends so', example: 't.endsWith("c")' },
  { of: 'text', text: 'lowerAscii()|', about: 'in small letters', example: 't.lowerAscii()' },
  { of: 'text', text: 'upperAscii()|', about: 'in capital letters', example: 't.upperAscii()' },
  { of: 'text', text: 'trim()|', about: 'without blanks around', example: 't.trim()' },
  { of: 'text', text: 'split(|)', about: 'a list of its parts', example: 't.split("b")' },
  { of: 'text', text: 'size()|', about: 'how many characters', example: 't.size()' },
  { of: 'list', text: 'size()|', about: 'how many entries', example: 'l.size()' },
  {
    of: 'list',
    text: 'filter(one, |)',
    about: 'the entries for which it holds',
    example: 'l.filter(one, one > 1)',
  },
  { of: 'list', text: 'map(one, |)', about: 'something of each entry', example: 'l.map(one, one * 2)' },
  {
    of: 'list',
    text: 'exists(one, |)',
    about: 'whether it holds for any entry',
    example: 'l.exists(one, one > 1)',
  },
  {
    of: 'list',
    text: 'all(one, |)',
    about: 'whether it holds for all entries',
    example: 'l.all(one, one > 0)',
  },
  { of: 'list', text: 'join(|)', about: 'one text of a list of texts', example: '["a", "b"].join(", ")' },
];

const CHOICES_MAX = 50;
const VALUE_CHARACTERS_MAX = 40;
/** A path up to the caret: names with dots between, and the beginning of the next one. */
const PATH = /((?:[A-Za-z_]\w*(?:\[\d+\])?\s*\.\s*)*)([A-Za-z_]\w*)?$/;
/** A function that gives each entry of a list a name. */
const EACH =
  /((?:[A-Za-z_]\w*\.)*[A-Za-z_]\w*)\.(?:filter|map|exists|exists_one|all)\(\s*([A-Za-z_]\w*)\s*,/g;

/**
 * @param caret where one types.
 * @param message the one that it will be worked out for, or an example.
 */
export function completionsAt(
  text: string,
  caret: number,
  message: Readonly<Record<string, unknown>>,
): Completions {
  const before = text.slice(0, caret);
  const nothing = { from: caret, choices: [] };
  if (isWithinText(before)) return nothing;
  const [, path = '', begun = ''] = PATH.exec(before) ?? [];
  const from = caret - begun.length;
  // Digits before it: the decimals of a number.
  if (/[\w"')\]]$/.test(before.slice(0, from - path.length)) && path === '') return nothing;
  const names = entriesNamed(before, message);
  if (path === '') {
    if (before.slice(0, from).trimEnd().endsWith('.')) return nothing;
    const fields = { ...message, item: message, ...Object.fromEntries(names) };
    return { from, choices: [...ofFields(fields, begun), ...ofFunctions(null, begun)] };
  }
  const value = follow(path, { ...message, item: message, ...Object.fromEntries(names) });
  return { from, choices: [...ofFields(value, begun), ...ofFunctions(kindOf(value), begun)] };
}

function ofFields(value: unknown, begun: string): Completion[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Date) return [];
  return Object.entries(value)
    .filter(([name]) => fits(name, begun) && /^[A-Za-z_]\w*$/.test(name))
    .slice(0, CHOICES_MAX)
    .map(([name, field]) => ({ text: name, caret: name.length, about: shown(field) }));
}

function ofFunctions(kind: Kind | null, begun: string): Completion[] {
  return FUNCTIONS.filter(
    ({ of, text }) => (kind === null ? of === null : of === kind) && fits(text, begun),
  ).map(({ text, about }) => ({ text: text.replace('|', ''), caret: text.indexOf('|'), about }));
}

const fits = (name: string, begun: string): boolean =>
  name.toLowerCase().startsWith(begun.toLowerCase()) && name !== begun;

function kindOf(value: unknown): Kind {
  if (typeof value === 'string') return 'text';
  return Array.isArray(value) ? 'list' : 'any';
}

function follow(path: string, value: unknown): unknown {
  let at: unknown = value;
  for (const [, name = '', index] of path.matchAll(/([A-Za-z_]\w*)(?:\[(\d+)\])?/g)) {
    at = partOf(at, name);
    if (index !== undefined) at = Array.isArray(at) ? at[Number(index)] : undefined;
  }
  return at;
}

function partOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Record<string, unknown>)[name];
}

/** Names for entries of lists that stand before the caret, each with the first entry. */
function entriesNamed(before: string, message: Readonly<Record<string, unknown>>): Map<string, unknown> {
  const names = new Map<string, unknown>();
  for (const [, list = '', name = ''] of before.matchAll(EACH)) {
    const value = follow(`${list}.`, { ...message, item: message, ...Object.fromEntries(names) });
    names.set(name, Array.isArray(value) ? value[0] : undefined);
  }
  return names;
}

function isWithinText(before: string): boolean {
  let quote: string | null = null;
  for (let at = 0; at < before.length; at += 1) {
    const character = before[at] ?? '';
    if (character === '\\' && quote) at += 1;
    else if (quote) quote = character === quote ? null : quote;
    else if (character === '"' || character === "'") quote = character;
  }
  return quote !== null;
}

/** A value in a few characters. */
export function shown(value: unknown): string {
  const text = value instanceof Date ? value.toISOString() : (JSON.stringify(value) ?? 'nothing');
  return text.length <= VALUE_CHARACTERS_MAX ? text : `${text.slice(0, VALUE_CHARACTERS_MAX - 1)}…`;
}
