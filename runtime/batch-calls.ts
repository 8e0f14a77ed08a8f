/** Gathers calls of the same moment into one: what many messages ask one by one costs one round trip. */

/**
 * @param perform does many at once and answers in their order; when it throws, each caller gets the error.
 * @param sizeMax the most that are done at once.
 * @param flightsMax how many such calls may be under way; what comes meanwhile is gathered for the next one.
 * @returns a function for one; calls made before the event loop's next turn are done together.
 */
export function batchCalls<Request, Answer>(
  perform: (requests: readonly Request[]) => Promise<readonly Answer[]>,
  sizeMax: number,
  flightsMax = Number.POSITIVE_INFINITY,
): (request: Request) => Promise<Answer> {
  const waiting: { request: Request; resolve: (answer: Answer) => void; reject: (error: unknown) => void }[] =
    [];

  let flights = 0;

  async function flush(): Promise<void> {
    if (flights >= flightsMax || waiting.length === 0) return;
    flights += 1;
    const calls = waiting.splice(0, sizeMax);
    if (waiting.length > 0) setImmediate(() => void flush());
    try {
      const answers = await perform(calls.map(({ request }) => request));
      calls.forEach(({ resolve }, index) => {
        resolve(answers[index] as Answer);
      });
    } catch (error) {
      for (const { reject } of calls) reject(error);
    } finally {
      flights -= 1;
      if (flights + 1 === flightsMax) void flush();
    }
  }

  return (request) =>
    new Promise<Answer>((resolve, reject) => {
      if (waiting.length === 0) setImmediate(() => void flush());
      waiting.push({ request, resolve, reject });
    });
}
