import { describe, expect, test } from '@jest/globals';
import { sparkBars, sparkLine } from './spark.ts';

describe('bars', () => {
  const box = { width: 100, height: 20, gap: 2, floor: 1 };

  test('fill the box, and the largest reaches its top', () => {
    const bars = sparkBars([0, 5, 10], box);
    expect(bars.map(({ height }) => height)).toEqual([1, 10, 20]);
    expect(bars.map(({ y }) => y)).toEqual([19, 10, 0]);
    expect(bars.at(-1)!.x + bars.at(-1)!.width).toBeCloseTo(100);
  });

  test('of nothing but zeros lie on the floor', () => {
    expect(sparkBars([0, 0], box).every(({ height }) => height === 1)).toBe(true);
    expect(sparkBars([], box)).toEqual([]);
  });
});

describe('lines', () => {
  const box = { width: 90, height: 20 };

  test('have a gap where nothing was measured', () => {
    expect(sparkLine([10, 20, null, 20, 0], box)).toBe('M0 10L22.5 0M67.5 0L90 20');
  });

  test('show a lone value as a dot, and nothing for nothing', () => {
    expect(sparkLine([null, 5, null], box)).toBe('M45 0h0');
    expect(sparkLine([5], box)).toBe('M0 0h0');
    expect(sparkLine([null, null], box)).toBe('');
    expect(sparkLine([], box)).toBe('');
  });

  test('of zeros lie on the ground', () => {
    expect(sparkLine([0, 0], box)).toBe('M0 20L90 20');
  });
});
