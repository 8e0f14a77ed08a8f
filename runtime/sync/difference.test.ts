import { describe, expect, test } from '@jest/globals';
import { Sku } from '../ids.ts';
import { type Difference, judge } from './difference.ts';
import { planPush } from './plan-push.ts';
import type { PushListing } from './push-document.ts';

const now = new Date('2026-11-22T12:00:00Z');
const ago = (seconds: number) => new Date(now.getTime() - seconds * 1_000);
const calm = { now, settleMs: 60_000, inboxQuiet: true, polledAt: null };

describe('a difference', () => {
  const reading = { expected: 10, shown: 8, taken: 4 };
  const watched: Difference = { since: ago(61), by: 2, taken: 4 };

  test('is none when the channel shows what is expected, whatever was watched', () => {
    expect(judge(watched, { ...reading, shown: 10 }, calm)).toMatchObject({
      difference: null,
      drifted: false,
    });
  });

  test('that is new is watched from now on', () => {
    expect(judge(null, reading, calm)).toMatchObject({
      difference: { since: now, by: 2, taken: 4 },
      drifted: false,
    });
  });

  test('that outlived the settle time, with nothing sold and nothing waiting, is drift', () => {
    expect(judge(watched, reading, calm).drifted).toBe(true);
  });

  test.each([
    ['is too young', { ...watched, since: ago(59) }, calm],
    ['was another one before', { ...watched, by: 1 }, calm],
    ['comes with sales that we learnt of meanwhile', { ...watched, taken: 3 }, calm],
    ['may be explained by an event that waits in the inbox', watched, { ...calm, inboxQuiet: false }],
    ['may be explained by an order that was not polled yet', watched, { ...calm, polledAt: ago(62) }],
  ])('is no drift when it %s', (_why, earlier, circumstances) => {
    expect(judge(earlier, reading, circumstances).drifted).toBe(false);
  });
});

test('a difference that only lacks a poll asks for one', () => {
  const watched = { since: ago(61), by: 2, taken: 4 };
  const reading = { expected: 10, shown: 8, taken: 4 };
  expect(judge(watched, reading, { ...calm, polledAt: ago(30) })).toMatchObject({
    drifted: false,
    wantsPoll: true,
  });
  expect(judge(watched, reading, { ...calm, polledAt: ago(1) })).toMatchObject({
    drifted: true,
    wantsPoll: false,
  });
});

describe('what is written to a listing', () => {
  const listing: PushListing = {
    _id: 'c/1' as PushListing['_id'],
    sku: Sku.parse('MUG'),
    externalId: '1',
    ref: {},
    desired: 6,
    desiredVersion: 9,
    desiredAt: now,
    taken: 5,
    pushed: 12,
    pushedTaken: 3,
    difference: null,
    reasons: null,
    raiseAt: null,
  };
  // Expected: 12 - (5 - 3) = 10.

  test('without a reading: what is desired, compared with what is expected', () => {
    expect(planPush(listing, null, calm)).toMatchObject({
      write: true,
      item: { from: 10, to: 6, pushed: 6, difference: null },
    });
  });

  test('nothing, when the channel shows it already', () => {
    expect(planPush({ ...listing, desired: 10 }, 10, calm)).toMatchObject({
      write: false,
      item: { to: 10, pushed: 10 },
    });
  });

  test('less the units that the channel sold without our knowing; they stay in what is remembered', () => {
    const { item } = planPush(listing, 7, calm);
    expect(item).toMatchObject({ from: 7, to: 3, pushed: 6, difference: { by: 3 } });
    // When the order of these three comes in, taken grows by 3: expected is then what the channel shows.
    expect(item.pushed - 3).toBe(item.to);
  });

  test('no more than desired when the channel shows more than expected', () => {
    expect(planPush(listing, 13, calm).item).toMatchObject({
      from: 13,
      to: 6,
      pushed: 3,
      difference: { by: -3 },
    });
  });

  test('never below zero', () => {
    expect(planPush({ ...listing, desired: 1 }, 2, calm).item).toMatchObject({ to: 0, pushed: 8 });
  });

  test('what is desired, when the difference has drifted', () => {
    const drifted = { ...listing, difference: { since: ago(61), by: 3, taken: 5 } };
    expect(planPush(drifted, 7, calm).item).toMatchObject({ from: 7, to: 6, pushed: 6, difference: null });
  });

  test('from below zero, where a channel oversold', () => {
    expect(planPush({ ...listing, pushed: 0, pushedTaken: 3, desired: 4 }, -2, calm).item).toMatchObject({
      from: -2,
      to: 4,
    });
  });

  describe('where a write may cross a sale, and the number is a promise', () => {
    test('downwards it goes through 0, and rests there; what was not seen yet is remembered', () => {
      const { item, write, waits } = planPush(listing, 7, calm, true);
      expect({ write, waits }).toEqual({ write: true, waits: false });
      expect(item).toMatchObject({ from: 7, to: 0, pushed: 3, zeroed: true });
    });

    test('upwards it waits until it has sold out, and until it has rested', () => {
      const more = { ...listing, desired: 20 };
      expect(planPush(more, 2, calm, true)).toMatchObject({ waits: true });
      expect(planPush(more, 0, calm, true)).toMatchObject({ waits: false, item: { to: 10 } });
      expect(planPush({ ...more, restsUntil: ago(-1) }, 0, calm, true)).toMatchObject({ waits: true });
      expect(planPush({ ...more, restsUntil: ago(1) }, 0, calm, true)).toMatchObject({ waits: false });
    });

    test('a sale between the look and the write sells no unit twice', () => {
      // It shows 8 of its 10 as we look: two sales are on their way. A third is made before the write to 0 lands.
      const down = planPush(listing, 8, calm, true).item;
      const rested = {
        ...listing,
        pushed: down.pushed,
        pushedTaken: down.taken,
        taken: 5 + 3,
        desired: 6 - 3,
      };
      expect(planPush(rested, 0, calm, true).item.to).toBe(3);
    });
  });
});
