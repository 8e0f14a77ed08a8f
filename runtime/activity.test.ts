import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { Activity } from './activity.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

test('loops look as often as they like while something happens, and rarely when nothing has for a while', () => {
  const activity = new Activity();
  expect(activity.restMs(1_000)).toBe(1_000);
  jest.advanceTimersByTime(29_000);
  expect(activity.restMs(1_000)).toBe(1_000);
  activity.stir();
  jest.advanceTimersByTime(29_000);
  expect(activity.restMs(1_000)).toBe(1_000);
  jest.advanceTimersByTime(2_000);
  expect(activity.restMs(1_000)).toBe(20_000);
  expect(activity.restMs(60_000)).toBe(60_000);
});

test('one that begins calm is calm until something happens', () => {
  const activity = new Activity(true);
  expect(activity.isCalm).toBe(true);
  activity.stir();
  expect(activity.isCalm).toBe(false);
});

test('whoever rests long is woken when something happens; whoever looks often is left alone', () => {
  const activity = new Activity();
  const [wake, gone] = [jest.fn(), jest.fn()];
  activity.onStir(wake);
  activity.onStir(gone)();
  activity.stir();
  expect(wake).toHaveBeenCalledTimes(0);
  jest.advanceTimersByTime(31_000);
  activity.stir();
  activity.stir();
  expect(wake).toHaveBeenCalledTimes(1);
  expect(gone).toHaveBeenCalledTimes(0);
});
