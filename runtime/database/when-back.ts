/** For work that must be done once, at a start, and that a database which is being started again must not end. */
import { setTimeout as wait } from 'node:timers/promises';
import { isDatabaseAway } from './database-away.ts';

const PAUSE_MS = 200;

/**
 * Does it, and again as often as the database was away meanwhile. So it must be something that may be repeated.
 * @param givenUp asked after each failure; true: it is not tried again.
 * @param away told of the first failure: a wait that nobody hears of looks like a process that does nothing.
 * @throws what went wrong otherwise; the last such failure when it is given up.
 */
export async function whenBack<Result>(
  work: () => Promise<Result>,
  givenUp: () => boolean = () => false,
  away: (error: unknown) => void = () => {},
): Promise<Result> {
  for (let failures = 0; ; failures += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isDatabaseAway(error) || givenUp()) throw error;
      if (failures === 0) away(error);
      await wait(PAUSE_MS);
    }
  }
}
