/** What a shop says when it is asked while somebody waits for the answer. */
import { Rejected, Retryable } from '#runtime/errors.ts';
import { Problem } from '../problem.ts';

/** What a person can mend, or has to wait for, as a sentence. */
export async function told<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Rejected)
      throw new Problem(422, 'Not connected', `${error.message} ${error.fix} Nothing was changed.`);
    if (error instanceof Retryable)
      throw new Problem(503, 'No answer', `${error.message} Nothing was changed. Try again in a moment.`);
    throw error;
  }
}
