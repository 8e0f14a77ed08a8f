import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { ClientId } from '../ids.ts';
import { bucketOf, quantileOf, samplesOf, sumOf } from './histogram.ts';
import { Meter } from './meter.ts';
import { figuresOf, measuredSince, readHours, readMinutes, spansOf } from './read-figures.ts';

describe('histogram', () => {
  test('a quantile is right to a tenth', () => {
    const times = Array.from({ length: 1_000 }, (_, index) => 1 + index * 3);
    const counts: Record<string, number> = {};
    for (const ms of times) counts[bucketOf(ms)] = (counts[bucketOf(ms)] ?? 0) + 1;
    const histogram = sumOf([counts]);
    expect(samplesOf(histogram)).toBe(1_000);
    for (const quantile of [0.5, 0.95, 0.99]) {
      const exact = times[Math.ceil(1_000 * quantile) - 1] ?? 0;
      const measured = quantileOf(histogram, quantile) ?? 0;
      expect(Math.abs(measured - exact) / exact).toBeLessThan(0.1);
    }
  });

  test('no samples have no quantile; very short and very long times have a bucket', () => {
    expect(quantileOf(sumOf([undefined, {}]), 0.5)).toBeNull();
    expect([0, -5, 0.2].map(bucketOf)).toEqual([0, 0, 0]);
    expect(Number.isInteger(bucketOf(Number.MAX_SAFE_INTEGER))).toBe(true);
  });
});

describe('meter', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());

  test('what is counted by several processes adds up, and stays with its client and subject', async () => {
    const [ours, theirs] = [ClientId.parse('ours'), ClientId.parse('theirs')];
    const meters = [new Meter(database.db), new Meter(database.db)];
    for (const meter of meters) {
      meter.count(ours, 'shop', 'call:orders', 2);
      meter.count(ours, 'shop', 'call:products');
      meter.count(ours, 'shop', 'calls');
      meter.count(ours, 'other-shop', 'call:orders', 50);
      meter.count(theirs, 'shop', 'call:orders', 100);
      meter.time(ours, 'shop', 'lag', 8);
      await meter.flush();
      await meter.flush();
    }
    const figures = figuresOf(await readMinutes(database.db, ours, ['shop'], new Date(0)));
    expect(figures.count('call:')).toBe(6);
    expect(figures.counts('call:')).toEqual({ orders: 4, products: 2 });
    expect(quantileOf(figures.times('lag'), 0.5)).toBe(8);
    expect(figures.count('nothing')).toBe(0);
    // By the hour too, but for single nodes and wires.
    const span = { since: new Date(Date.now() - 7_200_000), until: new Date(Date.now() + 1_000) };
    const hours = figuresOf(await readHours(database.db, ours, ['shop'], span));
    expect(quantileOf(hours.times('lag'), 0.5)).toBe(8);
    expect([hours.count('call:'), hours.count('calls')]).toEqual([0, 2]);
    expect(await measuredSince(database.db, ours, ['shop', 'none'])).toEqual(
      new Date(Math.floor(Date.now() / 3_600_000) * 3_600_000),
    );
    expect(await measuredSince(database.db, ours, ['none'])).toBeNull();
  });
});

test('spans hold each minute once, the newest in the last', () => {
  const now = Date.UTC(2026, 0, 1, 12);
  const minute = (agoMs: number) => ({ at: new Date(now - agoMs), counts: { sold: 1 }, times: {} });
  const spans = spansOf([minute(3_500_000), minute(1_900_000), minute(60_000), minute(0)], 2, 1_800_000, now);
  expect(spans.map((span) => span.count('sold'))).toEqual([2, 2]);
});
