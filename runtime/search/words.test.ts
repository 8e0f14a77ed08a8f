import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { beginsWith, termsOf, wordsOf } from './words.ts';

const finds = (search: string, texts: readonly string[]): boolean => {
  const words = wordsOf(texts);
  const terms = termsOf(search);
  return (
    terms.length > 0 &&
    terms.every((term) => words.some((word) => new RegExp(beginsWith(term).$regex).test(word)))
  );
};

describe('words', () => {
  test.each([
    ['tea-12', true],
    ['TEA', true],
    ['12', true],
    ['grün', true],
    ['gruner tee', true],
    ['tee gru', true],
    ['#1001', true],
    ['1001', true],
    ['ner', false],
    ['tee kaffee', false],
    ['###', false],
    ['.*', false],
  ])('"%s" finds it: %s', (search, found) => {
    expect(finds(search, ['#1001', 'TEA-12', 'Grüner Tee (lose)'])).toBe(found);
  });

  test('every text is found by itself, and by the beginning of each of its words', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), fc.nat(8), (text, cut) => {
        for (const term of termsOf(text)) {
          expect(finds(term, [text])).toBe(true);
          const begun = [...term].slice(0, cut + 1).join('');
          if (termsOf(begun).length > 0) expect(finds(begun, [text])).toBe(true);
        }
      }),
      { verbose: 1 },
    );
  });

  test('a long text keeps its first words, and what is typed is cut', () => {
    const long = Array.from({ length: 5_000 }, (_, index) => `word${index}`).join(' ');
    expect(wordsOf([long])).toHaveLength(120);
    expect(termsOf(long)).toHaveLength(8);
    expect(wordsOf(['x'.repeat(500)])[0]).toHaveLength(60);
  });
});
