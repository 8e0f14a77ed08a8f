/** The newest measured lags of one way (a channel's news to us, our number to a channel), and their quantiles. */

const SAMPLES_MAX = 512;
/** Sorting is done at most so often: a quantile that is a second old serves as well. */
const SORTED_FOR_MS = 1_000;

export class LagWindow {
  readonly #samples: number[] = [];
  #next = 0;
  #sorted: { readonly atMs: number; readonly samples: readonly number[] } = { atMs: 0, samples: [] };

  add(lagMs: number): void {
    this.#samples[this.#next] = Math.max(0, lagMs);
    this.#next = (this.#next + 1) % SAMPLES_MAX;
  }

  /** The lag that this share of the newest ones does not exceed; null while nothing was measured. */
  quantile(share: number, nowMs: number): number | null {
    if (this.#samples.length === 0) return null;
    if (this.#sorted.samples.length === 0 || nowMs - this.#sorted.atMs > SORTED_FOR_MS) {
      this.#sorted = { atMs: nowMs, samples: this.#samples.toSorted((a, b) => a - b) };
    }
    const { samples } = this.#sorted;
    return samples[Math.min(samples.length - 1, Math.ceil(share * samples.length) - 1)] ?? null;
  }
}
