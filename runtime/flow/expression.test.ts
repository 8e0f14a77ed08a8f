import { describe, expect, test } from '@jest/globals';
import { expressionProblem, workOut } from './expression.ts';
import { completionsAt, FUNCTIONS } from './expression-completion.ts';

const order = {
  number: '#1001',
  placedAt: new Date('2026-11-27T10:00:00Z'),
  total: { amount: 1_200, currency: 'EUR' },
  lines: [{ sku: 'TEA', quantity: 2, price: { amount: 600 } }],
  'odd name': 1,
};
/** Completions at `|`. */
const at = (marked: string) => {
  const caret = marked.indexOf('|');
  return completionsAt(marked.replace('|', ''), caret, order);
};
const texts = (marked: string) => at(marked).choices.map(({ text }) => text);

describe('completion', () => {
  test('offers the fields of the message and functions, by what was begun', () => {
    expect(texts('|')).toEqual(expect.arrayContaining(['number', 'lines', 'item', 'has(item.)', 'size()']));
    expect(texts('|')).not.toContain('odd name');
    expect(texts('nu|')).toEqual(['number']);
    expect(texts('total.amount > 5 && NU|')).toEqual(['number']);
    expect(at('size(nu|)')).toEqual({ from: 5, choices: [{ text: 'number', caret: 6, about: '"#1001"' }] });
  });

  test('goes along paths, into lists and into what their entries are called', () => {
    expect(texts('total.|')).toEqual(['amount', 'currency']);
    expect(texts('item.total.cu|')).toEqual(['currency']);
    expect(texts('lines[0].|')).toEqual(['sku', 'quantity', 'price']);
    expect(texts('lines.f|')).toEqual(['filter(one, )']);
    expect(at('lines.f|').choices[0]?.caret).toBe('filter(one, '.length);
    expect(texts('lines.filter(line, line.|')).toEqual(['sku', 'quantity', 'price']);
    expect(texts('lines.map(line, line.price.|')).toEqual(['amount']);
    expect(texts('number.sta|')).toEqual(['startsWith()']);
  });

  test('says nothing within a text, after a number, and of what is not there', () => {
    for (const marked of ['number == "nu|', "'it\\'s n|", '1.|', 'gone.|', 'placedAt.|', 'total.amount.|'])
      expect(texts(marked)).toEqual([]);
  });

  test.each(FUNCTIONS.map(({ text, example }) => [text, example]))(
    '%s is a function that there is: %s',
    (text, example) => {
      const worked = workOut(example, { t: 'abc', l: [1, 2], n: 1 });
      expect(worked).toMatchObject({ ok: true });
      expect(example).toContain(text.slice(0, text.indexOf('(')));
    },
  );
});

test('what is no expression, or can not be worked out, is said in words', () => {
  expect(expressionProblem('total.amount > 5')).toBeNull();
  expect(expressionProblem('total.amount >')).toMatch(/\w+/);
  expect(workOut('total.gone > 5', order)).toMatchObject({
    ok: false,
    reason: expect.stringContaining('gone'),
  });
  expect(workOut('placedAt < timestamp("2026-11-28T00:00:00Z")', order)).toMatchObject({
    ok: true,
    value: true,
  });
});
