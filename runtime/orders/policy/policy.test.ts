import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { ClientId, LocationId, Sku } from '../../ids.ts';
import { CONFLICT_STRATEGIES } from './conflict-strategies.ts';
import type { Shortage } from './conflict-strategy.ts';
import { LOCATION_CHOICES, type LocationChoiceName } from './location-choice.ts';
import {
  type ClientPolicy,
  policiesOf,
  readClientPolicy,
  readPolicies,
  removeSkuPolicy,
  saveClientPolicy,
  saveSkuPolicy,
} from './policy-store.ts';

const [mug, tee] = [Sku.parse('MUG'), Sku.parse('$TEE.1')];
const [main, berlin, rome] = ['main', 'berlin', 'rome'].map((name) => LocationId.parse(name)) as [
  LocationId,
  LocationId,
  LocationId,
];
let database: TestDatabase;
let clientId: ClientId;
let other: ClientId;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(() => {
  [clientId, other] = [ClientId.parse(`c-${randomUUID()}`), ClientId.parse(`c-${randomUUID()}`)];
});

describe('a policy', () => {
  const cancel: ClientPolicy = {
    policy: 'cancel',
    locationChoice: 'first-that-has-it',
    locationOrder: [berlin, main],
  };

  test('is hold until somebody says otherwise, and of one client alone', async () => {
    expect(await readClientPolicy(database.db, clientId)).toMatchObject({
      policy: 'hold',
      locationChoice: 'primary',
    });
    await saveClientPolicy(database.db, clientId, cancel, 'person:a');
    expect(await readClientPolicy(database.db, clientId)).toEqual(cancel);
    expect((await readClientPolicy(database.db, other)).policy).toBe('hold');
    const [kept] = await policiesOf(database.db, clientId).find({}).toArray();
    expect(kept).toMatchObject({ clientId, changedBy: 'person:a', changedAt: expect.any(Date) });
  });

  test('has exceptions by SKU, which can be taken back', async () => {
    await saveClientPolicy(database.db, clientId, cancel, 'person:a');
    await saveSkuPolicy(database.db, clientId, { sku: tee, policy: 'hold' }, 'person:b');
    const policies = await readPolicies(database.db, clientId, [mug, tee]);
    expect([policies.of(mug), policies.of(tee)]).toEqual(['cancel', 'hold']);
    expect(await removeSkuPolicy(database.db, other, tee)).toBe(false);
    expect(await removeSkuPolicy(database.db, clientId, tee)).toBe(true);
    expect(await removeSkuPolicy(database.db, clientId, tee)).toBe(false);
    expect((await readPolicies(database.db, clientId, [tee])).of(tee)).toBe('cancel');
  });

  test.each([
    ['an unknown policy', { ...cancel, policy: 'burn' }],
    ['an unknown choice of locations', { ...cancel, locationChoice: 'nearest' }],
    ['a location that can be none', { ...cancel, locationOrder: ['a b'] }],
    ['a location twice', { ...cancel, locationOrder: [main, main] }],
    ['more locations than any client has', { ...cancel, locationOrder: Array(51).fill(main) }],
    ['a field too many', { ...cancel, clientId: 'other' }],
    ['nothing', {}],
  ])('with %s is refused, and nothing changes', async (_what, policy) => {
    await expect(saveClientPolicy(database.db, clientId, policy as ClientPolicy, 'x')).rejects.toThrow();
    expect(await policiesOf(database.db, clientId).count({})).toBe(0);
  });

  test.each(['', 'x'.repeat(256), 'a\u0000b'])('for the SKU %j is refused', async (sku) => {
    const exception = { sku: sku as Sku, policy: 'hold' as const };
    await expect(saveSkuPolicy(database.db, clientId, exception, 'x')).rejects.toThrow();
    expect(await policiesOf(database.db, clientId).count({})).toBe(0);
  });
});

describe('a strategy', () => {
  const all = { orders: true, lines: true };
  const shortage = (order: Partial<Shortage['order']> = {}, channel = all): Shortage => ({
    sku: mug,
    units: 2,
    available: new Map(),
    order: { number: '#1', status: 'open', restCanShip: false, ...order },
    channel,
  });
  const verdict = (policy: keyof typeof CONFLICT_STRATEGIES, of: Shortage) =>
    CONFLICT_STRATEGIES[policy].decide(of).kind;

  test('that holds leaves it to a person', () => {
    expect(verdict('hold', shortage())).toBe('hold');
  });

  test('that backorders owes nothing to an order that may never be paid', () => {
    expect(verdict('backorder', shortage())).toBe('backorder');
    expect(verdict('backorder', shortage({ status: 'pending' }))).toBe('hold');
  });

  test('that cancels takes no more than the line, and leaves to a person what would lose more', () => {
    const decide = CONFLICT_STRATEGIES.cancel.decide;
    expect(decide(shortage())).toEqual({ kind: 'cancel', scope: 'order' });
    expect(decide(shortage({ restCanShip: true }))).toEqual({ kind: 'cancel', scope: 'line' });
    for (const held of [
      shortage({ status: 'fulfilled' }),
      shortage({}, { orders: false, lines: true }),
      shortage({ restCanShip: true }, { orders: true, lines: false }),
      shortage({ restCanShip: true, status: 'pending' }),
    ])
      expect(decide(held)).toEqual({ kind: 'hold', because: expect.any(String) });
  });
});

describe('the choice of a location', () => {
  const choose = (name: LocationChoiceName, units: number, there: Record<string, number>) =>
    LOCATION_CHOICES[name].choose(units, new Map(Object.entries(there) as [LocationId, number][]), [
      rome,
      main,
    ]);

  test.each([
    ['primary', 1, { main: 5, rome: 5 }, null],
    ['first-that-has-it', 3, { main: 5, rome: 5 }, rome],
    ['first-that-has-it', 3, { main: 5, rome: 2 }, main],
    ['first-that-has-it', 3, { main: 2, berlin: 9 }, berlin],
    ['first-that-has-it', 10, { main: 5, rome: 5 }, null],
    ['first-that-has-it', 1, {}, null],
    ['most-available', 3, { main: 5, berlin: 9, rome: 5 }, berlin],
    ['most-available', 3, { main: 5, rome: 5 }, rome],
    ['most-available', 10, { main: 5, rome: 9 }, null],
  ] as const)('by %s of %d units out of %j is %s', (name, units, there, location) => {
    expect(choose(name, units, there)).toBe(location);
  });
});
