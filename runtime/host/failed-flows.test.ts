import { describe, expect, test } from '@jest/globals';
import { MongoNetworkError } from 'mongodb';
import { orderTrigger } from '#nodes/orders/order-trigger.ts';
import { isDatabaseAway } from '../database/database-away.ts';
import { Rejected, Retryable } from '../errors.ts';
import { type FlowStates, NO_FLOWS } from '../events/event.ts';
import { endOfFailed } from '../events/event-failed.ts';
import { DEFAULT_RETRY, nextDelayMs } from '../events/retry-policy.ts';
import { type FlowEnd, failedFlows } from './failed-flows.ts';

const rejected = new Rejected('no SKU', { fix: 'Give it one.', about: { kind: 'connection', id: 'shop' } });
const passing = new Retryable('busy');
const well = (id: string): FlowEnd => ({ id, error: null, nextTryMs: null });

describe('an event with several flows', () => {
  test('is over when all went well, at this try or an earlier one', () => {
    expect(failedFlows(NO_FLOWS, [well('a'), well('b')])).toBeNull();
    expect(failedFlows({ done: ['a'], givenUp: [] }, [well('b')])).toBeNull();
  });

  test('is tried again when the first of its failed flows is due, and remembers which went well', () => {
    const failed = failedFlows({ done: ['z'], givenUp: [] }, [
      well('a'),
      { id: 'b', error: new Error('a bug'), nextTryMs: 60_000 },
      { id: 'c', error: passing, nextTryMs: 5_000 },
    ]);
    // What may pass is shown before what may be a bug.
    expect(failed).toMatchObject({ nextTryMs: 5_000, failure: { reason: 'busy' } });
    expect(failed?.flows).toEqual({ done: ['z', 'a'], givenUp: [] });
  });

  test('goes on with one whose tries are not used up, and is a dead letter only when none is left', () => {
    const first = failedFlows(NO_FLOWS, [
      { id: 'a', error: rejected, nextTryMs: null },
      { id: 'b', error: passing, nextTryMs: 5_000 },
    ]);
    expect(first).toMatchObject({ nextTryMs: 5_000, failure: { reason: 'busy' } });
    expect(first?.flows.givenUp.map(({ id }) => id)).toEqual(['a']);
    const second = failedFlows(first?.flows as FlowStates, [well('b')]);
    expect(second).toMatchObject({
      nextTryMs: null,
      failure: { reason: 'no SKU', fix: 'Give it one.', about: { kind: 'connection', id: 'shop' } },
    });
    expect(second?.flows).toMatchObject({ done: ['b'], givenUp: [{ id: 'a' }] });
    const before = { failures: 1, interruptions: 0 };
    expect(endOfFailed(second, before, DEFAULT_RETRY)).toMatchObject({ state: 'dead', failures: 2 });
    expect(endOfFailed(first, before, DEFAULT_RETRY)).toMatchObject({ state: 'retry', failures: 2 });
  });

  test('that the database left halfway runs again soon, and no try is counted', () => {
    const cut = new Error('the flow failed', { cause: new MongoNetworkError('closed') });
    const failed = failedFlows(NO_FLOWS, [well('a'), { id: 'b', error: cut, nextTryMs: 5_000 }]);
    expect(isDatabaseAway(failed)).toBe(true);
    const end = endOfFailed(failed, { failures: 3, interruptions: 0 }, DEFAULT_RETRY);
    expect(end).toMatchObject({ state: 'retry', interruptions: 1 });
    expect(end).not.toHaveProperty('failures');
    expect(Number(end.nextTryAt) - Date.now()).toBeLessThan(1_000);
  });
});

test('a trigger says in its settings how often and how soon a failed run is tried again', () => {
  const usual = orderTrigger.retry?.({});
  expect(usual).toEqual(DEFAULT_RETRY);
  const own = orderTrigger.retry?.({ tries: 3, firstWait: 60 }) ?? DEFAULT_RETRY;
  const waits = [1, 2, 3].map((failures) => nextDelayMs(passing, failures, own, 0.5));
  expect(waits).toEqual([60_000, 300_000, null]);
  expect(orderTrigger.config.strict().safeParse({ channel: '', tries: 0 }).success).toBe(false);
});
