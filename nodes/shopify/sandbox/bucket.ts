/** The leaky bucket of cost points that each pair of app and shop has. */

export interface BucketSize {
  readonly max: number;
  readonly perSecond: number;
}

/** A shop on the Standard plan (shopify.dev, api/usage/limits: 100 points a second). */
export const STANDARD_PLAN: BucketSize = { max: 2000, perSecond: 100 };

/** What one query may ask for. */
export const QUERY_COST_MAX = 1000;

export interface Bucket {
  /** Takes the points, or leaves the bucket as it is and returns false. */
  take(points: number): boolean;
  /** Gives back what was asked for and not needed. */
  giveBack(points: number): void;
  left(): number;
}

export function openBucket(size: BucketSize): Bucket {
  let left = size.max;
  let filledAtMs = performance.now();
  const refill = (): void => {
    const now = performance.now();
    left = Math.min(size.max, left + ((now - filledAtMs) / 1000) * size.perSecond);
    filledAtMs = now;
  };
  return {
    take: (points) => {
      refill();
      if (points > left) return false;
      left -= points;
      return true;
    },
    giveBack: (points) => {
      left = Math.min(size.max, left + points);
    },
    left: () => {
      refill();
      return Math.floor(left);
    },
  };
}
