/** What a failed call of a channel's client means for something that must not happen twice. */
import { InDoubt, Retryable } from '../errors.ts';

/**
 * Clients throw the same for "no answer" and "refused for now"; only when asked to wait it was surely not done.
 * @throws {InDoubt} where it may have been done; else what `call` throws.
 */
export async function inDoubtUnlessRefused<Result>(call: () => Promise<Result>): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof Retryable && error.afterMs === undefined)
      throw new InDoubt(error.message, { cause: error });
    throw error;
  }
}
