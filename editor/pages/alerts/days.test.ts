import { expect, test } from '@jest/globals';
import { byDay } from './days.ts';

test('rows are gathered under the days of the reader, in their order', () => {
  const now = new Date(2026, 10, 18, 9).getTime();
  const at = (hoursAgo: number) => ({ at: new Date(now - hoursAgo * 3_600_000).toISOString() });
  const rows = [at(1), at(8), at(10), at(30), at(60)];
  const days = byDay(rows, now);
  expect(days.map(({ heading, rows: { length } }) => [heading, length])).toEqual([
    ['Today', 2],
    ['Yesterday', 2],
    [expect.stringMatching(/15 November|November 15/), 1],
  ]);
  expect(days.flatMap((day) => day.rows)).toEqual(rows);
  expect(byDay([], now)).toEqual([]);
});
