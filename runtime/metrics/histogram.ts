/** Timings in buckets that grow by a quarter of a doubling: a quantile is right to about 9 %. */

const BUCKETS_PER_DOUBLING = 4;

/** The bucket of a time: 0 for 1 ms and less, 4 for 2 ms, 8 for 4 ms. */
export function bucketOf(ms: number): number {
  return ms <= 1 ? 0 : Math.round(Math.log2(ms) * BUCKETS_PER_DOUBLING);
}

/** The middle of a bucket in milliseconds. */
function millisecondsOf(bucket: number): number {
  return 2 ** (bucket / BUCKETS_PER_DOUBLING);
}

export type Histogram = ReadonlyMap<number, number>;

/** Adds histograms as they are stored: bucket → how many. */
export function sumOf(parts: Iterable<Readonly<Record<string, number>> | undefined>): Map<number, number> {
  const sum = new Map<number, number>();
  for (const part of parts) {
    for (const [bucket, count] of Object.entries(part ?? {})) {
      sum.set(Number(bucket), (sum.get(Number(bucket)) ?? 0) + count);
    }
  }
  return sum;
}

export function samplesOf(histogram: Histogram): number {
  return [...histogram.values()].reduce((sum, count) => sum + count, 0);
}

/** The time that the share `quantile` of all samples does not exceed, in whole milliseconds; null without samples. */
export function quantileOf(histogram: Histogram, quantile: number): number | null {
  const wanted = samplesOf(histogram) * quantile;
  let seen = 0;
  for (const bucket of [...histogram.keys()].sort((a, b) => a - b)) {
    seen += histogram.get(bucket) ?? 0;
    if (seen >= wanted) return Math.round(millisecondsOf(bucket));
  }
  return null;
}
