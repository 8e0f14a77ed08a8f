/** Ids of nodes, notes and groups. */
const LETTERS = 'abcdefghijkmnpqrstuvwxyz23456789';
const MARK_LETTERS = 6;
const WORD_CHARACTERS_MAX = 32;

/** A new id that begins with what it names. Random, so that two people who add at one moment never meet. */
export function newId(what: string): string {
  const word = what
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, WORD_CHARACTERS_MAX);
  const mark = Array.from(
    crypto.getRandomValues(new Uint8Array(MARK_LETTERS)),
    (byte) => LETTERS[byte % LETTERS.length],
  );
  return `${word || 'node'}-${mark.join('')}`;
}
