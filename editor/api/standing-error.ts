import { useState } from 'react';

/**
 * The error of a query, for as long as it is the last that is known: while a query without data is asked
 * again, which on a busy day is all the time, its error would come and go otherwise.
 */
export function useStandingError(error: Error | null, hasData: boolean): Error | null {
  const [standing, setStanding] = useState<Error | null>(null);
  const now = error ?? (hasData ? null : standing);
  if (now !== standing) setStanding(now);
  return now;
}
