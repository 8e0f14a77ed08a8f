/**
 * Senders wait about five seconds (Shopify), so they get an answer well before, also from a machine that has too much to do:
 * what is kept later all the same is known when it comes again.
 */
const KEEP_MS_MAX = 3_500;

/** @throws {Error} when it takes too long: whether it was done is not known then. */
export function inTime<Result>(work: Promise<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(
      () => reject(new Error(`the database did not answer within ${KEEP_MS_MAX} ms`)),
      KEEP_MS_MAX,
    );
    work.then(
      (result) => {
        clearTimeout(late);
        resolve(result);
      },
      (error: unknown) => {
        clearTimeout(late);
        reject(error);
      },
    );
  });
}
