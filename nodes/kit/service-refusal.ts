/** What a service's error codes mean, as a table: a sentence and a fix for each, and what to do where there is none. */
import { InDoubt, Rejected, Retryable } from '#runtime/errors.ts';
import type { ServiceAnswer } from './service-call.ts';

export type RefusalCode =
  | 'far-side.keys'
  | 'far-side.rights'
  | 'far-side.closed'
  | 'far-side.address'
  | 'far-side.refused';

/** What the service says no to, for a person. */
export interface Refusal {
  /** What happened. One sentence, with a full stop. */
  readonly reason: string;
  /** What to do. One sentence. */
  readonly fix: string;
  readonly code: RefusalCode;
  /** `connection`: nothing can be sent there before it is mended. `call`: other messages may well go through. */
  readonly concerns: 'connection' | 'call';
}

/** A refusal that has no code of its own: told by the status, and by the words of the answer. */
export interface KnownRefusal {
  readonly status: number;
  /** In the words of the answer; null: whatever it says. */
  readonly says: RegExp | null;
  readonly refusal: Refusal;
}

/** The first of a table that fits an answer. */
export function refusalOf(
  known: readonly KnownRefusal[],
  { status }: Pick<ServiceAnswer, 'status'>,
  words: string,
): Refusal | undefined {
  return known.find((one) => one.status === status && (one.says === null || one.says.test(words)))?.refusal;
}

export function rejectedFor({ reason, fix, code, concerns }: Refusal): Rejected {
  return new Rejected(reason, {
    fix,
    code,
    concerns,
    action: code === 'far-side.keys' || code === 'far-side.rights' ? 'connect-again' : 'look-again',
  });
}

/**
 * The error for an answer that no table of codes explains: busy, out of order, or a plain no.
 * @param says the service's own words; "" when it said none.
 * @param reading false: the call changes something, so that a server error leaves it in doubt.
 */
export function troubleOfStatus(
  service: string,
  { status, afterMs }: Pick<ServiceAnswer, 'status' | 'afterMs'>,
  says: string,
  reading: boolean,
): Error {
  const more = says === '' ? '' : ` It says: ${says.slice(0, 300)}`;
  if (status === 429) {
    return new Retryable(`${service} asks us to slow down.${more}`, {
      code: 'far-side.limited',
      // Without a time of its own, a minute: that is how long the windows of all these services are.
      afterMs: afterMs ?? 60_000,
    });
  }
  if (status === 503 || (reading && status >= 500)) {
    return new Retryable(`${service} is out of order (status ${status}).${more}`, {
      code: 'far-side.unavailable',
      ...(afterMs !== undefined && { afterMs }),
    });
  }
  if (status >= 500) return new InDoubt(`${service} failed while it worked on it (status ${status}).${more}`);
  return new Rejected(`${service} refused this (status ${status}).${more}`, {
    code: 'far-side.refused',
    fix: 'Mend what it names, then send again.',
    concerns: 'call',
  });
}
