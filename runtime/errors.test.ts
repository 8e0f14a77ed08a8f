import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { errorsPage } from '#server/errors-page.ts';
import { codeFiles, ROOT, textOf } from '#test/tidy/source-files.ts';
import { codeOf, ERRORS, InDoubt, Rejected, Retryable, verdictOf } from './errors.ts';

describe('the registry of errors', () => {
  test('stands in docs/reference/errors.md as it is, and nothing else (npm run docs writes it)', () => {
    expect(readFileSync(join(ROOT, 'docs', 'reference', 'errors.md'), 'utf8')).toBe(errorsPage());
  });

  test('has no code that nothing uses', () => {
    const sources = codeFiles()
      .filter((file) => !file.endsWith('.test.ts') && file !== 'runtime/errors.ts')
      .map(textOf)
      .join('\n');
    // The defaults of the classes, and what is none of them, are given by runtime/errors.ts itself.
    const given = ['trouble.passing', 'trouble.lasting', 'far-side.in-doubt', 'bug'];
    const unused = Object.keys(ERRORS).filter(
      (code) => !given.includes(code) && !sources.includes(`'${code}'`),
    );
    expect(unused).toEqual([]);
  });

  test('says in whole sentences what happens next, and who acts only where it is not tried again by itself', () => {
    for (const [code, { sentence, who, retry }] of Object.entries(ERRORS)) {
      expect([code, sentence]).toEqual([code, expect.stringMatching(/^[A-Z].*\.$/)]);
      if (who === 'system') expect([code, retry]).toEqual([code, true]);
    }
  });
});

describe('an error', () => {
  test('tells its code and verdict from anywhere in its causes, the outermost first', () => {
    const inner = new Retryable('busy', { code: 'far-side.limited', afterMs: 5 });
    const outer = new Error('the node failed', { cause: new Error('in between', { cause: inner }) });
    expect(codeOf(outer)).toBe('far-side.limited');
    expect(verdictOf(outer)).toBe(inner);
    const rejected = new Rejected('no', { fix: 'Mend it.', code: 'item.shape', cause: inner });
    expect([codeOf(rejected), verdictOf(rejected)]).toEqual(['item.shape', rejected]);
  });

  test('without a code has the one of its kind, and anything else is a bug', () => {
    expect(codeOf(new Retryable('x'))).toBe('trouble.passing');
    expect(codeOf(new Rejected('x', { fix: 'y' }))).toBe('trouble.lasting');
    expect(codeOf(new InDoubt('x'))).toBe('far-side.in-doubt');
    for (const other of [new TypeError('x'), 'text', null, undefined, { code: 'far-side.keys' }])
      expect(codeOf(other)).toBe('bug');
    expect(verdictOf(new InDoubt('x'))).toBeNull();
  });

  test('whose causes go round in a circle ends all the same', () => {
    const [a, b] = [new Error('a'), new Error('b')];
    a.cause = b;
    b.cause = a;
    expect([codeOf(a), verdictOf(a)]).toEqual(['bug', null]);
  });
});
