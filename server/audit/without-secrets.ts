/** What was sent, as it may be kept for years: without what opens something, and not too much of it. */

const SECRET_NAME =
  /pass(word|phrase)?|secret|token|credential|authorization|cookie|^code$|^codes$|(api|private|consumer|access|client).?key/i;
const CHARACTERS_MAX = 8_000;
const DEPTH_MAX = 12;
const HIDDEN = '(hidden)';

/** A copy of it; what is too long is told by its length. */
export function withoutSecrets(value: unknown): unknown {
  const kept = hide(value, 0);
  const characters = JSON.stringify(kept)?.length ?? 0;
  return characters > CHARACTERS_MAX ? { tooLong: `${characters} characters` } : kept;
}

function hide(value: unknown, depth: number): unknown {
  if (value === undefined) return null;
  if (value === null || typeof value !== 'object') return value;
  if (value instanceof Date) return value.toISOString();
  if (depth >= DEPTH_MAX) return '(deeper)';
  if (Array.isArray(value)) return value.map((part) => hide(part, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [
      // Names with a dollar or a dot mean something to the database.
      name.replaceAll(/[$.]/g, '_'),
      SECRET_NAME.test(name) ? HIDDEN : hide(part, depth + 1),
    ]),
  );
}
