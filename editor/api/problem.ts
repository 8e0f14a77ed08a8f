import type { ProblemView } from '#server/api/views.ts';
import { texts } from '../texts.ts';

/** An answer that is not the asked one. `detail` is a sentence for the reader. `status` 0: there was no answer. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly title: string;
  readonly status: number;
  readonly detail: string;

  constructor(
    { title, status, detail }: Omit<ProblemView, 'type'>,
    options: { readonly cause?: unknown } = {},
  ) {
    super(`${title} (${status})`, options);
    this.title = title;
    this.status = status;
    this.detail = detail;
  }
}

/** What to tell the reader of an error, whatever it is. */
export const sentenceOf = (error: unknown): string =>
  error instanceof Problem ? error.detail : texts.problem.unexpected;

/** Whether the server says that nobody is signed in. */
export const isSignedOut = (error: unknown): boolean => error instanceof Problem && error.status === 401;

/** Whether what was to be changed is otherwise than the page knows: somebody else was first. */
export const isOutdated = (error: unknown): boolean => error instanceof Problem && error.status === 409;

/** Whether there was no answer at all: the server is down, or the way to it. */
export const isNoAnswer = (error: unknown): boolean => error instanceof Problem && error.status === 0;

/** Reads problem+json. A proxy in between may answer with something else: then we say what we know. */
export async function problemOf(response: Response): Promise<Problem> {
  const fallback = { title: texts.problem.title, status: response.status, detail: texts.problem.unexpected };
  try {
    const body: unknown = await response.json();
    if (typeof body !== 'object' || body === null) return new Problem(fallback);
    const { title, detail } = body as Partial<Record<keyof ProblemView, unknown>>;
    return new Problem({
      title: typeof title === 'string' ? title : fallback.title,
      status: response.status,
      detail: typeof detail === 'string' ? detail : fallback.detail,
    });
  } catch (cause) {
    return new Problem(fallback, { cause });
  }
}
