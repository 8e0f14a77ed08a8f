import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ConnectionId, Sku } from '../ids.ts';
import { computedBuffer, poissonQuantile } from './computed-buffer.ts';
import { type DecisionFacts, decide } from './decision.ts';
import { LagWindow } from './lag-window.ts';
import { SalesRates } from './sales-rates.ts';
import { EXCEPTIONS_MAX, PLAIN_RULE, ruleFor, SafetyBuffer, SharingRules } from './sharing-rule.ts';

const here = ConnectionId.parse('here');
const there = ConnectionId.parse('there');
const sku = Sku.parse('MUG');
const facts: DecisionFacts = {
  rule: PLAIN_RULE,
  connectionId: here,
  available: 20,
  flowBuffer: 0,
  computed: null,
  quota: null,
  takingBack: null,
  shownByAnother: false,
};
const withRule = (rule: Partial<DecisionFacts['rule']>, more: Partial<DecisionFacts> = {}) =>
  decide({ ...facts, ...more, rule: { ...PLAIN_RULE, ...rule } });
const kinds = ({ reasons }: ReturnType<typeof decide>) => reasons.map(({ kind }) => kind);

describe('what a listing shows', () => {
  test('is what is available, where nothing was chosen', () => {
    expect(decide(facts)).toEqual({ shows: 20, reasons: [{ kind: 'available', units: 20 }] });
  });

  test.each([
    ['units', { kind: 'units', units: 3 }, 17],
    ['percent, rounded up', { kind: 'percent', percent: 7 }, 18],
    ['percent that is a whole number in spite of floating point', { kind: 'percent', percent: 35 }, 13],
    ['all of it', { kind: 'percent', percent: 100 }, 0],
    ['more than there is', { kind: 'units', units: 50 }, 0],
  ] as const)('keeps back %s', (_what, buffer, shows) => {
    expect(withRule({ buffer })).toMatchObject({ shows });
  });

  test('keeps back the larger of what the flow and the rule want, and names it', () => {
    const buffer = { kind: 'units', units: 3 } as const;
    expect(kinds(withRule({ buffer }, { flowBuffer: 5 }))).toEqual(['available', 'flow-buffer']);
    expect(withRule({ buffer }, { flowBuffer: 5 }).shows).toBe(15);
    expect(kinds(withRule({ buffer }, { flowBuffer: 2 }))).toEqual(['available', 'units-buffer']);
    expect(withRule({ buffer }, { flowBuffer: 2 }).shows).toBe(17);
  });

  test('is bounded by the cap of this channel, and of no other', () => {
    expect(withRule({ caps: { [here]: 8 } })).toMatchObject({ shows: 8 });
    expect(withRule({ caps: { [there]: 8 } })).toMatchObject({ shows: 20 });
  });

  test('is 0 below the threshold, counted after buffer and cap', () => {
    const buffer = { kind: 'units', units: 16 } as const;
    expect(withRule({ buffer, hideBelow: 5 })).toMatchObject({ shows: 0 });
    expect(withRule({ buffer, hideBelow: 4 })).toMatchObject({ shows: 4 });
    expect(kinds(withRule({ caps: { [here]: 2 }, hideBelow: 3 }))).toEqual(['available', 'cap', 'hidden']);
  });

  test('in quota mode is the part of the channel; the threshold looks at what is left for all', () => {
    expect(withRule({ mode: 'quota', hideBelow: 5 }, { quota: 4 })).toMatchObject({ shows: 4 });
    expect(withRule({ mode: 'quota', hideBelow: 5 }, { quota: 4, available: 4 })).toMatchObject({ shows: 0 });
    expect(withRule({ mode: 'quota' }, { quota: 4, shownByAnother: true })).toMatchObject({ shows: 0 });
    expect(kinds(withRule({ mode: 'quota' }))).toContain('no-quota-yet');
  });

  test('is never below zero, never more than available, part or cap, whatever the rule', () => {
    const rules = fc.record({
      mode: fc.constantFrom('shared' as const, 'quota' as const),
      buffer: fc.oneof(
        fc.record({ kind: fc.constant('units' as const), units: fc.nat(40) }),
        fc.record({ kind: fc.constant('percent' as const), percent: fc.nat(100) }),
      ),
      caps: fc.oneof(fc.constant({}), fc.record({ [here]: fc.nat(40) })),
      hideBelow: fc.nat(20),
    });
    fc.assert(
      fc.property(
        rules,
        fc.integer({ min: -5, max: 60 }),
        fc.option(fc.nat(60)),
        fc.nat(9),
        (rule, available, quota, flowBuffer) => {
          const { shows, reasons } = decide({
            ...facts,
            rule: rule as DecisionFacts['rule'],
            available,
            quota,
            flowBuffer,
          });
          expect(shows).toBeGreaterThanOrEqual(0);
          expect(shows).toBeLessThanOrEqual(Math.max(0, available));
          if (rule.mode === 'quota' && quota !== null) expect(shows).toBeLessThanOrEqual(quota);
          const cap = (rule.caps as Record<string, number>)[here];
          if (cap !== undefined) expect(shows).toBeLessThanOrEqual(cap);
          if (reasons.length === 1) expect(shows).toBe(Math.max(0, available));
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('a computed buffer', () => {
  test('is the quantile of the spread of sales elsewhere within the lag', () => {
    // Poisson of mean 4: P(X ≤ 8) = 0.9786, P(X ≤ 9) = 0.9919.
    expect(computedBuffer({ soldElsewherePerSecond: 2, lagMs: 2_000 }, 0.99, 1_000).units).toBe(9);
    expect(computedBuffer({ soldElsewherePerSecond: 2, lagMs: 2_000 }, 0.97, 1_000).units).toBe(8);
    expect(computedBuffer({ soldElsewherePerSecond: 0, lagMs: 9_000 }, 0.99, 1_000).units).toBe(0);
    expect(computedBuffer({ soldElsewherePerSecond: 2, lagMs: 2_000 }, 0.99, 5).units).toBe(5);
  });

  test('joins the normal spread without a step where the sum would be long', () => {
    expect(Math.abs(poissonQuantile(200, 0.99) - poissonQuantile(200.001, 0.99))).toBeLessThanOrEqual(2);
    expect(poissonQuantile(1_000_000, 0.99)).toBeLessThan(1_003_000);
  });

  test('grows with certainty, rate and lag', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 300, noNaN: true }), fc.nat(30_000), (rate, lagMs) => {
        const at = (certainty: number, faster = 1) =>
          computedBuffer({ soldElsewherePerSecond: rate * faster, lagMs }, certainty, 1e9).units;
        expect(at(0.99)).toBeGreaterThanOrEqual(at(0.9));
        expect(at(0.99, 2)).toBeGreaterThanOrEqual(at(0.99));
      }),
    );
  });
});

describe('what is measured', () => {
  test('a rate counts what is sold after the first sight, elsewhere and here apart, and fades', () => {
    const rates = new SalesRates();
    rates.saw(sku, { here: 100, there: 7 }, 0);
    expect(rates.elsewherePerSecond(sku, here, 1_000)).toBe(0);
    for (let second = 1; second <= 1_800; second += 1)
      rates.saw(sku, { here: 100, there: 7 + 2 * second }, second * 1_000);
    expect(rates.elsewherePerSecond(sku, here, 1_800_000)).toBeCloseTo(2, 1);
    expect(rates.perSecond(sku, here, 1_800_000)).toBe(0);
    expect(rates.perSecond(sku, there, 1_800_000 + 300_000)).toBeCloseTo(1, 1);
  });

  test('a channel that returns units sells at no rate below zero', () => {
    const rates = new SalesRates();
    rates.saw(sku, { there: 10 }, 0);
    rates.saw(sku, { there: 4 }, 1_000);
    expect(rates.perSecond(sku, there, 1_000)).toBe(0);
  });

  test('a lag is the quantile of the newest samples', () => {
    const lags = new LagWindow();
    expect(lags.quantile(0.9, 0)).toBeNull();
    for (let ms = 1; ms <= 100; ms += 1) lags.add(ms);
    expect(lags.quantile(0.9, 0)).toBe(90);
    for (let more = 0; more < 600; more += 1) lags.add(7);
    expect(lags.quantile(0.9, 2_000)).toBe(7);
  });
});

describe('rules', () => {
  test('an exception names only what differs', () => {
    const usual = { ...PLAIN_RULE, hideBelow: 3 };
    expect(ruleFor({ usual }, { mode: 'quota' })).toEqual({ ...usual, mode: 'quota' });
    expect(ruleFor({ usual }, undefined)).toBe(usual);
  });

  test.each([
    ['units below zero', { kind: 'units', units: -1 }],
    ['half a unit', { kind: 'units', units: 0.5 }],
    ['more than all', { kind: 'percent', percent: 101 }],
    ['a certainty of one', { kind: 'computed', certainty: 1 }],
    ['no number', { kind: 'units', units: Number.NaN }],
    ['another kind', { kind: 'moon' }],
  ])('a buffer of %s is refused', (_what, buffer) => {
    expect(SafetyBuffer.safeParse(buffer).success).toBe(false);
  });

  test('one SKU has one exception, and a client no more than can be read at once', () => {
    const one = { sku, rule: { hideBelow: 1 } };
    expect(SharingRules.safeParse({ usual: PLAIN_RULE, exceptions: [one] }).success).toBe(true);
    expect(SharingRules.safeParse({ usual: PLAIN_RULE, exceptions: [one, one] }).success).toBe(false);
    const many = Array.from({ length: EXCEPTIONS_MAX + 1 }, (_, index) => ({ sku: `S${index}`, rule: {} }));
    expect(SharingRules.safeParse({ usual: PLAIN_RULE, exceptions: many }).success).toBe(false);
  });
});
