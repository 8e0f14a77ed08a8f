/** What a far side lets us do, as far as it told: a bucket of points that fills again, or a window that ends. */

/** As an answer told it. */
export interface ToldBudget {
  /** Points or calls that are left. */
  readonly left: number;
  readonly max: number;
  /** How many come back each second; 0: all at once when the window ends. */
  readonly perSecond: number;
  /** Milliseconds until everything is back, where the far side counts in windows. */
  readonly fullInMs?: number;
  /** What the call itself cost; 1 without it. */
  readonly cost?: number;
}

/** Follows a budget between two answers that tell it. Times are milliseconds of one clock. */
export class Budget {
  #told: (ToldBudget & { readonly atMs: number }) | null = null;
  #spent = 0;

  /** @param inFlight what calls that are under way are expected to cost: the far side may not have counted them yet. */
  told(budget: ToldBudget, nowMs: number, inFlight: number): void {
    this.#told = { ...budget, atMs: nowMs };
    this.#spent = inFlight;
  }

  spend(cost: number): void {
    this.#spent += cost;
  }

  /**
   * Milliseconds until `cost` can be paid with `reserved` (a share of the whole) left over; 0 when it can be now,
   * or when the far side tells no budget. A call that costs more than the whole is let through when it is full.
   */
  waitMs(cost: number, reserved: number, nowMs: number): number {
    const told = this.#told;
    if (!told || told.max <= 0) return 0;
    const wanted = Math.min(told.max, cost + reserved * told.max);
    const sinceMs = nowMs - told.atMs;
    if (told.fullInMs !== undefined && sinceMs >= told.fullInMs) return 0;
    const left = Math.min(told.max, told.left - this.#spent + (told.perSecond * sinceMs) / 1_000);
    if (left >= wanted) return 0;
    const refilledMs =
      told.perSecond > 0 ? ((wanted - left) / told.perSecond) * 1_000 : Number.POSITIVE_INFINITY;
    const windowMs = told.fullInMs === undefined ? Number.POSITIVE_INFINITY : told.fullInMs - sinceMs;
    const ms = Math.min(refilledMs, windowMs);
    // A budget that never comes back was told wrong: better to ask again than to wait for ever.
    return Number.isFinite(ms) ? Math.ceil(ms) : 0;
  }
}
