/** Words by which a list is searched: kept with a document when it is written, and found by their beginnings. */

/** More words than this nobody types. */
const TERMS_MAX = 8;
/** Of an order of a hundred lines the first words are kept: each is an entry in an index. */
const WORDS_MAX = 120;
const WORD_CHARACTERS_MAX = 60;

/**
 * The words of some texts, each once: without case and accents; `TEA-12` is found whole and by its parts.
 *
 *     wordsOf(['TEA-12', 'Grüner Tee']) // ['tea-12', 'tea', '12', 'gruner', 'tee']
 */
export function wordsOf(texts: Iterable<string>): string[] {
  const words = new Set<string>();
  for (const text of texts) {
    for (const word of wordsIn(text)) {
      for (const part of [word, ...word.split(NO_LETTER)]) if (part !== '') words.add(part);
      if (words.size >= WORDS_MAX) return [...words].slice(0, WORDS_MAX);
    }
  }
  return [...words];
}

/** What was typed, as words: longest first, since that is the one that fits the fewest documents. */
export function termsOf(search: string): string[] {
  return [...new Set(wordsIn(search))].sort((a, b) => b.length - a.length).slice(0, TERMS_MAX);
}

/** A condition on the field `words` that an index answers: some word begins with the term. */
export function beginsWith(term: string): { readonly $regex: string } {
  return { $regex: `^${term.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}` };
}

const NO_LETTER = /[^\p{L}\p{N}]+/u;
const EDGES = /^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu;

function wordsIn(text: string): string[] {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .split(/\s+/)
    .map((word) => word.replace(EDGES, '').slice(0, WORD_CHARACTERS_MAX))
    .filter((word) => word !== '');
}
