import { expect, test } from '@jest/globals';
import { LocationId, MAIN_LOCATION } from '../ids.ts';
import { proposeLocations } from './propose-locations.ts';

const shop = (...names: string[]) =>
  names.map((name, index) => ({ id: `gid/${index}`, name, first: index === 0 }));
const proposed = (names: readonly string[], known: readonly string[] = ['main']) =>
  proposeLocations(
    shop(...names),
    known.map((name) => LocationId.parse(name)),
    MAIN_LOCATION,
  ).map(({ location }) => location);

test.each<[string, string[], string[], string[]]>([
  ['the first one is where the stock has been', ['Warehouse', 'Berlin'], ['main'], ['main', 'berlin']],
  [
    'one of the same name is the same, however it is written',
    ['Shop', 'Lager Köln'],
    ['main', 'Lager-Koln'],
    ['main', 'Lager-Koln'],
  ],
  ['two of one name are two', ['Shop', 'Berlin', 'Berlin'], ['main'], ['main', 'berlin', 'berlin-2']],
  ['none is mapped to where the first one is', ['Shop', 'Main'], ['main'], ['main', 'main-2']],
  ['a name in other letters', ['Shop', '東京'], ['main'], ['main', 'location-1']],
])('%s', (_name, names, known, expected) => {
  expect(proposed(names, known)).toEqual(expected);
});
