/** Decides what to write to one listing: pure, so that every case can be read and tested. */
import { type Circumstances, judge } from './difference.ts';
import { expectedOf } from './listing-document.ts';
import type { PushItem, PushListing } from './push-document.ts';

/** What to do with a listing: write, or only take note that it is as it should be. */
export interface PushPlan {
  readonly item: PushItem;
  readonly write: boolean;
  /** The write puts more on sale than the channel shows: it waits for the channel's own news. */
  readonly raises: boolean;
  /** Not now: looked at again in a moment. */
  readonly waits: boolean;
  /** The channel showed another number than anything explains: it is overwritten. */
  readonly drift: { readonly expected: number; readonly shown: number; readonly since: Date } | null;
}

/**
 * @param seen what the channel shows now; null when it was not asked, since the channel compares by itself.
 * @param rush a part of a channel that can't compare, while it sells fast: see `throughZero`.
 *
 * Where the channel shows fewer than expected, it has sold units of which we have not heard. Writing the desired
 * number would put them on sale again, so they are left out of what is written (`to`), and left in what is
 * remembered (`pushed`), from which they go when their order comes in. Where it shows more than expected (an
 * unseen return, or somebody's edit), no more than desired is shown meanwhile. Drift is overwritten.
 */
export function planPush(
  listing: PushListing,
  seen: number | null,
  circumstances: Circumstances,
  rush = false,
): PushPlan {
  const { _id: listingId, externalId, ref, desired, desiredVersion: version, desiredAt, taken } = listing;
  const expected = expectedOf(listing);
  const shown = seen ?? expected;
  const { difference, drifted } = judge(listing.difference, { expected, shown, taken }, circumstances);
  const { reasons } = listing;
  const unseen = drifted ? 0 : expected - shown;
  const wanted = Math.max(0, Math.min(desired, desired - unseen));
  const { to, waits } = rush
    ? throughZero(listing, wanted, shown, circumstances.now)
    : { to: wanted, waits: false };
  const item: PushItem = {
    listingId,
    externalId,
    ref,
    desired,
    from: shown,
    to,
    pushed: to + unseen,
    difference: drifted ? null : rebased(difference, unseen),
    version,
    taken,
    desiredAt,
    reasons,
    ...(to < wanted && { zeroed: true }),
  };
  const drift = drifted && difference ? { expected, shown, since: difference.since } : null;
  return { item, write: to !== shown, raises: to > shown, waits, drift };
}

/**
 * A channel that can't compare loses every sale that falls between our look and our write: its number is then too high
 * by that sale. While it sells fast, and where its number is a promise (its part in quota mode), it is therefore changed
 * only where no sale can fall between: from 0 upwards. What is to go down goes to 0, rests there until the orders on
 * their way have come in, and comes up again with what is truly left; what is to go up waits until it has sold out.
 */
function throughZero(
  { restsUntil }: PushListing,
  wanted: number,
  shown: number,
  now: Date,
): { readonly to: number; readonly waits: boolean } {
  if (wanted === shown) return { to: wanted, waits: false };
  if (wanted < shown) return { to: 0, waits: false };
  return {
    to: wanted,
    waits: shown > 0 || (restsUntil !== null && restsUntil !== undefined && now < restsUntil),
  };
}

/** After the write, the difference is what remains unexplained then: the same units, seen from the new number. */
function rebased(difference: PushItem['difference'], unseen: number): PushItem['difference'] {
  return difference && { ...difference, by: unseen };
}
