/** Where the units of a line come from: small strategies, chosen per client. */
import { z } from 'zod';
import { type LocationId, MAIN_LOCATION } from '../../ids.ts';

export const LocationChoiceName = z.enum(['primary', 'first-that-has-it', 'most-available']);
export type LocationChoiceName = z.infer<typeof LocationChoiceName>;

/** Units that could be taken now, by location. */
export type Available = ReadonlyMap<LocationId, number>;

export interface LocationChoice {
  /** Stands in stored policies: never changes. */
  readonly type: LocationChoiceName;
  /** false: it needs no look at the stock before a line is booked, which saves a read for each order. */
  readonly looks: boolean;
  /**
   * The location that shall give all the units; null: none has enough, so the first of `order` is asked and the
   * conflict policy decides.
   * @param order the client's locations, the dearest first.
   */
  choose(units: number, available: Available, order: readonly LocationId[]): LocationId | null;
}

/** Always from the first location; other ones ship only when a person says so. */
const primary: LocationChoice = {
  type: 'primary',
  looks: false,
  choose: () => null,
};

/** The first of the client's order that has all of them. Locations that are not in the order come last, by name. */
const firstThatHasIt: LocationChoice = {
  type: 'first-that-has-it',
  looks: true,
  choose: (units, available, order) =>
    inOrder(available, order).find((location) => (available.get(location) ?? 0) >= units) ?? null,
};

/** The one that has most: spreads sales over locations that are equally dear. */
const mostAvailable: LocationChoice = {
  type: 'most-available',
  looks: true,
  choose: (units, available, order) => {
    const most = inOrder(available, order).reduce<LocationId | null>(
      (best, location) =>
        best === null || (available.get(location) ?? 0) > (available.get(best) ?? 0) ? location : best,
      null,
    );
    return most !== null && (available.get(most) ?? 0) >= units ? most : null;
  },
};

/** Every location choice by its name. */
export const LOCATION_CHOICES: Readonly<Record<LocationChoiceName, LocationChoice>> = {
  primary,
  'first-that-has-it': firstThatHasIt,
  'most-available': mostAvailable,
};

/** The location that is asked when none has enough, and when nothing is looked up. */
export function primaryOf(order: readonly LocationId[]): LocationId {
  return order[0] ?? MAIN_LOCATION;
}

function inOrder(available: Available, order: readonly LocationId[]): LocationId[] {
  const rest = [...available.keys()].filter((location) => !order.includes(location)).sort();
  return [...order.filter((location) => available.has(location)), ...rest];
}
