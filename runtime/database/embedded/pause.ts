/** How long reads share the one thread with everyone else. */

/** Stands between rows when a read has used up its slice of time; a reader that can't rest passes over it. */
export const PAUSE: unique symbol = Symbol('pause');

/** The end of the current slice of time of this thread. Writes have no end: they can't rest inside a transaction. */
export const slice = { endsAtMs: Infinity };

/** Stands in a stream that has no end when there is nothing more for now. */
export const IDLE: unique symbol = Symbol('idle');

/** Given out by a command that waits for news: it goes on when there are some, or at that time (`performance.now`). */
export class Wait {
  readonly endsAtMs: number;
  readonly hasNews: () => boolean;

  constructor(endsAtMs: number, hasNews: () => boolean) {
    this.endsAtMs = endsAtMs;
    this.hasNews = hasNews;
  }
}
