/**
 * A safety buffer from what was measured. While news of a sale travels from one channel to another, the other one may
 * sell the same unit: with sales that come by chance at a steady rate, the units sold elsewhere within the lag are
 * spread as Poisson, and the buffer is its quantile.
 */

export interface Measured {
  /** Units a second that all other channels sell of the product. */
  readonly soldElsewherePerSecond: number;
  /** Milliseconds from a sale elsewhere to this channel showing the lower number. */
  readonly lagMs: number;
}

export interface ComputedBuffer extends Measured {
  readonly units: number;
  readonly certainty: number;
}

/** Above this mean the spread is so near the normal one that its formula is used: it needs no loop. */
const NORMAL_FROM_MEAN = 200;
/** Beyond eight standard deviations a sum of probabilities no longer grows in double precision. */
const DEVIATIONS_MAX = 8;

/** The least buffer that suffices with the given certainty; 0 where nothing is sold elsewhere. */
export function computedBuffer(measured: Measured, certainty: number, unitsMax: number): ComputedBuffer {
  const mean = Math.max(0, measured.soldElsewherePerSecond) * (Math.max(0, measured.lagMs) / 1_000);
  return { ...measured, certainty, units: Math.min(unitsMax, poissonQuantile(mean, certainty)) };
}

/** The smallest count that a Poisson-spread one of this mean does not exceed with this probability. */
export function poissonQuantile(mean: number, probability: number): number {
  if (mean === 0) return 0;
  if (mean > NORMAL_FROM_MEAN) return Math.ceil(mean + normalQuantile(probability) * Math.sqrt(mean));
  const countMax = Math.ceil(mean + DEVIATIONS_MAX * Math.sqrt(mean) + DEVIATIONS_MAX);
  let exactly = Math.exp(-mean);
  let upTo = exactly;
  let count = 0;
  while (upTo < probability && count < countMax) {
    count += 1;
    exactly *= mean / count;
    upTo += exactly;
  }
  return count;
}

/** Standard normal quantile for 0.5 ≤ p < 1, right to 0.0005 (Abramowitz and Stegun, 26.2.23). */
function normalQuantile(probability: number): number {
  const t = Math.sqrt(-2 * Math.log(1 - probability));
  return (
    t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)))
  );
}
