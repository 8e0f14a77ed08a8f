import { describe, expect, test } from '@jest/globals';
import { Rest } from './rest.ts';

const LONG_MS = 60_000;

/** Whether it ends while nobody does anything, within some turns of the loop. */
async function endsNow(resting: Promise<void>): Promise<boolean> {
  const turns = (async () => {
    for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate);
    return false;
  })();
  return await Promise.race([resting.then(() => true), turns]);
}

describe('a rest', () => {
  test('lasts its time', async () => {
    const beganAt = Date.now();
    await new Rest().rest(30);
    expect(Date.now() - beganAt).toBeGreaterThanOrEqual(29);
  });

  test('ends when something is told', async () => {
    const rest = new Rest();
    const resting = rest.rest(LONG_MS);
    expect(await endsNow(resting)).toBe(false);
    rest.wake();
    expect(await endsNow(resting)).toBe(true);
  });

  test('is none when something was told since the turn began, and one again in the next turn', async () => {
    const rest = new Rest();
    rest.begin();
    rest.wake();
    expect(await endsNow(rest.rest(LONG_MS))).toBe(true);
    rest.begin();
    const resting = rest.rest(LONG_MS);
    expect(await endsNow(resting)).toBe(false);
    rest.stop();
    await resting;
  });
});

describe('a pause after trouble', () => {
  test('lasts whatever is told, until what was in trouble is well again', async () => {
    const rest = new Rest();
    const pause = rest.pause(LONG_MS);
    rest.wake();
    expect(await endsNow(pause)).toBe(false);
    rest.resume();
    expect(await endsNow(pause)).toBe(true);
  });

  test('does not swallow what is told in it: the next rest is none', async () => {
    const rest = new Rest();
    const pause = rest.pause(5);
    rest.wake();
    await pause;
    expect(await endsNow(rest.rest(LONG_MS))).toBe(true);
  });
});

test('whoever is stopped rests no more', async () => {
  const rest = new Rest();
  const resting = rest.rest(LONG_MS);
  rest.stop();
  expect(await endsNow(resting)).toBe(true);
  rest.begin();
  expect(await endsNow(rest.rest(LONG_MS))).toBe(true);
  expect(await endsNow(rest.pause(LONG_MS))).toBe(true);
});
