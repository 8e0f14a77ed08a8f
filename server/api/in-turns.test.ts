import { expect, test } from '@jest/globals';
import { inTurns } from './in-turns.ts';

const GAP_MS = 60;

test('who asks again gets what is true since then, and many share one answer', async () => {
  let truth = 0;
  let worked = 0;
  const ask = inTurns(async () => {
    worked += 1;
    return truth;
  }, GAP_MS);
  expect(await ask('a')).toBe(0);
  truth = 1;
  // Within the gap: not the answer of before.
  expect(await Promise.all([ask('a'), ask('a'), ask('a')])).toEqual([1, 1, 1]);
  expect(worked).toBe(2);
  truth = 2;
  expect(await ask('a')).toBe(2);
});

test('keys do not wait for each other, and a failure is forgotten', async () => {
  let fails = true;
  const ask = inTurns(async (key) => {
    if (fails) throw new Error('away');
    return key;
  }, GAP_MS);
  await expect(ask('a')).rejects.toThrow('away');
  fails = false;
  expect(await Promise.all([ask('b'), ask('a')])).toEqual(['b', 'a']);
});
