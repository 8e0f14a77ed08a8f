/** How long reads share the one thread with everyone else. */

/** Stands between rows when a read has used up its slice of time; a reader that can't rest passes over it. */
export const PAUSE: unique symbol = Symbol('pause');

/** The end of the current slice of time of this thread. Writes have no end: they can't rest inside a transaction. */
export const slice = { endsAtMs: Infinity };
