/** Gathers calls of the same moment into one: what many messages ask one by one costs one round trip. */

/**
 * @param perform does many at once and answers in their order; when it throws, each caller gets the error.
 * @param sizeMax the most that are done at once.
 * @returns a function for one; calls made before the event loop's next turn are done together.
 */
export function batchCalls<Request, Answer>(
  perform: (requests: readonly Request[]) => Promise<readonly Answer[]>,
  sizeMax: number,
): (request: Request) => Promise<Answer> {
  const waiting: { request: Request; resolve: (answer: Answer) => void; reject: (error: unknown) => void }[] =
    [];

  async function flush(): Promise<void> {
    const calls = waiting.splice(0, sizeMax);
    if (waiting.length > 0) setImmediate(() => void flush());
    try {
      const answers = await perform(calls.map(({ request }) => request));
      calls.forEach(({ resolve }, index) => {
        resolve(answers[index] as Answer);
      });
    } catch (error) {
      for (const { reject } of calls) reject(error);
    }
  }

  return (request) =>
    new Promise<Answer>((resolve, reject) => {
      if (waiting.length === 0) setImmediate(() => void flush());
      waiting.push({ request, resolve, reject });
    });
}
