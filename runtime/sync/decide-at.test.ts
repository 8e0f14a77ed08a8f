import { expect, test } from '@jest/globals';
import { LocationId, Sku } from '../ids.ts';
import type { ListingToDecide } from '../sharing/sharing.ts';
import type { StockLevel } from '../stock/stock-level.ts';
import { decideAt } from './decide-at.ts';

const [a, b, c] = ['a', 'b', 'c'].map((name) => LocationId.parse(name)) as [
  LocationId,
  LocationId,
  LocationId,
];
const at = (available: number) => ({ onHand: available, reserved: 0, available });
function level(byLocation: Readonly<Record<string, number>>): StockLevel {
  const available = Object.values(byLocation).reduce((sum, units) => sum + units, 0);
  return {
    sku: Sku.parse('MUG'),
    title: 'Mug',
    onHand: available,
    reserved: 0,
    available,
    backordered: 0,
    byLocation: Object.fromEntries(Object.entries(byLocation).map(([name, units]) => [name, at(units)])),
    version: 1,
    taken: {},
  };
}
/** What each place shows where a rule keeps `kept` units back from the whole. */
function shown(lies: Readonly<Record<string, number>>, places: readonly LocationId[], kept = 0): number[] {
  const sharing = {
    decide: ({ level: { available } }: ListingToDecide) => ({
      shows: Math.max(0, available - kept),
      reasons: [],
    }),
  };
  const asked = { level: level(lies), connectionId: 'con' as never, flowBuffer: 0, shownByAnother: false };
  return places.map((place) => decideAt(asked, place, places, sharing).shows);
}

test.each<[string, Record<string, number>, LocationId[], number, number[]]>([
  ['each shows what lies there', { a: 3, b: 5 }, [a, b], 0, [3, 5]],
  ['what lies elsewhere is shown nowhere', { a: 3, b: 5, c: 9 }, [a, b], 0, [3, 5]],
  ['where nothing ever lay, nothing is shown', { a: 3 }, [a, b], 0, [3, 0]],
  ['fewer than nothing at one takes nothing from another', { a: -4, b: 5 }, [a, b], 0, [0, 5]],
  ['what is kept back is kept back once, at the last', { a: 3, b: 5, c: 2 }, [a, b, c], 4, [3, 3, 0]],
  ['all is kept back', { a: 3, b: 5 }, [a, b], 20, [0, 0]],
])('%s', (_name, lies, places, kept, expected) => {
  expect(shown(lies, places, kept)).toEqual(expected);
});
