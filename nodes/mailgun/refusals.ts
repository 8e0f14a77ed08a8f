/** What Mailgun's refusals mean: it has no codes, so they are told by status and words (mailgun-openapi, 2026-07). */
import { z } from 'zod';
import { Retryable } from '#runtime/errors.ts';
import type { ServiceAnswer } from '../kit/service-call.ts';
import { type KnownRefusal, refusalOf, rejectedFor, troubleOfStatus } from '../kit/service-refusal.ts';

const Said = z.object({ message: z.string() });

/** The first that fits is meant. */
export const REFUSALS: readonly KnownRefusal[] = [
  {
    status: 401,
    says: null,
    refusal: {
      reason: 'Mailgun does not accept the key. A domain of the EU answers so at the US address too.',
      fix: 'Copy the sending key of the domain, and choose the region in which the domain lies.',
      code: 'far-side.keys',
      concerns: 'connection',
    },
  },
  {
    status: 402,
    says: null,
    refusal: {
      reason: 'Your Mailgun account is not paid, or its plan does not allow this.',
      fix: 'Look at the billing page of Mailgun; what waits is kept.',
      code: 'far-side.closed',
      concerns: 'connection',
    },
  },
  {
    status: 403,
    says: /authorized recipients|sandbox/i,
    refusal: {
      reason: 'A sandbox domain of Mailgun sends to authorised recipients only.',
      fix: 'Add the recipient at Mailgun under the sandbox domain, or connect with a domain of your own.',
      code: 'far-side.refused',
      concerns: 'call',
    },
  },
  {
    status: 403,
    says: null,
    refusal: {
      reason: 'Mailgun does not let this account send: it is not activated, or disabled.',
      fix: 'Sign in at Mailgun and finish what it asks for there.',
      code: 'far-side.closed',
      concerns: 'connection',
    },
  },
  {
    status: 404,
    says: null,
    refusal: {
      reason: 'Mailgun knows no such domain in this region.',
      fix: 'Correct the domain, or choose the other region, and connect again.',
      code: 'far-side.address',
      concerns: 'connection',
    },
  },
  {
    status: 413,
    says: null,
    refusal: {
      reason: 'Mailgun finds the email too large.',
      fix: 'Shorten its text.',
      code: 'far-side.refused',
      concerns: 'call',
    },
  },
  {
    status: 400,
    says: /not a valid address/i,
    refusal: {
      reason: 'Mailgun finds one of the addresses wrong.',
      fix: 'Correct the address in the node or in the preferences, then send again.',
      code: 'far-side.refused',
      concerns: 'call',
    },
  },
];

export function troubleOf(answer: ServiceAnswer, reading: boolean): Error {
  const message = Said.safeParse(answer.json).data?.message ?? answer.text;
  if (answer.status === 429) {
    const afterMs = answer.afterMs ?? untilNamed(message) ?? 60_000;
    return new Retryable(`Mailgun asks us to slow down. It says: ${message.slice(0, 300)}`, {
      code: 'far-side.limited',
      afterMs,
    });
  }
  const refusal = refusalOf(REFUSALS, answer, message);
  return refusal ? rejectedFor(refusal) : troubleOfStatus('Mailgun', answer, message, reading);
}

/** "… limit exceeded, try again after Fri, 27 Nov 2026 10:00:00 GMT", or "after 120 seconds". */
function untilNamed(message: string): number | undefined {
  const [, after = ''] = /try again after (.+)$/i.exec(message) ?? [];
  const seconds = /^(\d{1,6}) seconds/.exec(after)?.[1];
  const ms = seconds === undefined ? Date.parse(after) - Date.now() : Number(seconds) * 1_000;
  return Number.isNaN(ms) ? undefined : Math.max(1_000, ms);
}
