import { expect, test } from '@jest/globals';
import { ROLE_PERMISSIONS } from '#server/auth/permissions.ts';
import { barPlacesMax, placesFor } from './places.ts';

const pagesOf = (role: keyof typeof ROLE_PERMISSIONS) =>
  placesFor([...ROLE_PERMISSIONS[role]]).map(({ page }) => page);

test('a merchant is led to no place that answers “Not allowed”', () => {
  expect(pagesOf('merchant')).toEqual([
    'dashboard',
    'orders',
    'stock',
    'conflicts',
    'alerts',
    'deadLetters',
    'outbox',
    'connections',
  ]);
});

test('all others see flows and runs too, and the bar of a phone is full for everybody', () => {
  for (const role of ['owner', 'admin', 'operator', 'viewer'] as const) {
    expect(pagesOf(role).slice(-2)).toEqual(['flows', 'executions']);
  }
  for (const role of ['viewer', 'merchant'] as const) {
    expect(pagesOf(role).slice(0, barPlacesMax)).toEqual(['dashboard', 'orders', 'stock', 'conflicts']);
  }
});
