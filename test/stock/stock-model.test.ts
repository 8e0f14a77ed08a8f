/**
 * The ledger against a simple sequential model, over random histories: eight processes, any of which may die between any
 * two of its steps. A failure prints its seed; `STOCK_SEED=… npm run test:model` has the same histories again.
 */
import { beforeAll, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { FOUND } from './found-histories.ts';
import { history } from './history.ts';
import { runHistory } from './run-history.ts';
import type { Fault } from './simulation.ts';

const seed = Number(process.env.STOCK_SEED ?? Date.now() % 1_000_000_000);
/** About ten milliseconds each. `npm run test:model` runs 10,000. */
const HISTORIES = Number(process.env.STOCK_HISTORIES ?? 400);

/** Steps of a process are told apart by their time: each has a millisecond of its own. Nothing but the clock is faked. */
let now = Date.UTC(2026, 0, 1);
const tick = () => {
  now += 1;
  jest.setSystemTime(now);
};
beforeAll(() => {
  jest.useFakeTimers({
    now,
    doNotFake: [
      'hrtime',
      'nextTick',
      'performance',
      'queueMicrotask',
      'setImmediate',
      'clearImmediate',
      'setInterval',
      'clearInterval',
      'setTimeout',
      'clearTimeout',
    ],
  });
});

test(`${HISTORIES} histories agree with the model, seed ${seed}`, async () => {
  let run = 0;
  const property = fc.asyncProperty(history, async (one) => {
    run += 1;
    await runHistory(one, tick);
  });
  await fc.assert(property, { seed, numRuns: HISTORIES });
  expect(run).toBe(HISTORIES);
}, 900_000);

test.each(FOUND)('$name', async ({ history: found }) => {
  await expect(runHistory(found, tick)).resolves.toBeUndefined();
});

// What would be wrong with the ledger if it made these mistakes is seen: the histories above can fail.
test.each<[string, Fault, RegExp]>([
  ['planted: writes that do not ask for the epoch', 'no-epoch', /twice|keys|cannot be found|key:\d+ after/],
  ['planted: a drain that removes before it has inserted', 'remove-first', /twice|keys|cannot be found/],
  ['planted: keys that are applied again', 'forgets-keys', /twice|keys|cannot be found/],
])(
  '%s: found',
  async (_name, fault, sentence) => {
    const property = fc.asyncProperty(history, (one) => runHistory(one, tick, fault));
    const details = await fc.check(property, { seed: 11, numRuns: 5_000, endOnFailure: true });
    expect(details.failed).toBe(true);
    expect(String(details.errorInstance)).toMatch(sentence);
  },
  100_000,
);
