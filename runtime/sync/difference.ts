/**
 * A channel shows another number than we expect. Either it has sold (or taken back) units of which the order has
 * not reached us yet, or somebody changed the number by hand. Only time tells, and only under conditions.
 */

/** A difference that is being watched. */
export interface Difference {
  readonly since: Date;
  /** Expected less shown: above zero, the channel shows fewer. */
  readonly by: number;
  /** The channel's own sales as we knew them then: while they grow, the difference may still be sales on their way. */
  readonly taken: number;
}

export interface Verdict {
  /** null: the channel shows what is expected. */
  readonly difference: Difference | null;
  /** No order explains the difference any more: it is drift, and may be overwritten. */
  readonly drifted: boolean;
  /** Only a poll of the channel's orders is missing for it to be drift. */
  readonly wantsPoll: boolean;
}

export interface Circumstances {
  readonly now: Date;
  /** How long an order may be on its way to us. */
  readonly settleMs: number;
  /** Every event of the channel that has reached us has been worked off. */
  readonly inboxQuiet: boolean;
  /** Where the channel's orders are polled: up to when they were fetched. null: they are not polled. */
  readonly polledAt: Date | null;
}

/**
 * Judges a reading. Drift is declared only when the very same difference has been there for the settle time,
 * the channel sold nothing of it meanwhile, no event of the channel waits to be worked off, and a poll
 * that ended a settle time after the difference was seen brought no order that explains it. Declaring it too early
 * would put units on sale again that are sold: the commonest hidden oversell.
 */
export function judge(
  watched: Difference | null,
  reading: { readonly expected: number; readonly shown: number; readonly taken: number },
  { now, settleMs, inboxQuiet, polledAt }: Circumstances,
): Verdict {
  const by = reading.expected - reading.shown;
  if (by === 0) return { difference: null, drifted: false, wantsPoll: false };
  const same = watched !== null && watched.by === by && watched.taken === reading.taken;
  if (!same)
    return { difference: { since: now, by, taken: reading.taken }, drifted: false, wantsPoll: false };
  const settledMs = watched.since.getTime() + settleMs;
  const settled = inboxQuiet && now.getTime() >= settledMs;
  const polled = polledAt === null || polledAt.getTime() >= settledMs;
  return { difference: watched, drifted: settled && polled, wantsPoll: settled && !polled };
}
