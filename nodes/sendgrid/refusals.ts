/** What SendGrid's refusals mean: it has no codes, so they are told by status and words (tsg_mail_v3, and docs of its errors). */

import { z } from 'zod';
import type { ServiceAnswer } from '../kit/service-call.ts';
import { type KnownRefusal, refusalOf, rejectedFor, troubleOfStatus } from '../kit/service-refusal.ts';

const Errors = z.object({
  errors: z.array(z.object({ message: z.string(), field: z.string().nullish() })).min(1),
});

/** The first that fits is meant. */
export const REFUSALS: readonly KnownRefusal[] = [
  {
    status: 401,
    says: /maximum credits exceeded/i,
    refusal: {
      reason: 'Your SendGrid account has no emails left for this period.',
      fix: 'Upgrade the plan at SendGrid, or wait for the next period; what waits is kept.',
      code: 'far-side.closed',
      concerns: 'connection',
    },
  },
  {
    status: 401,
    says: null,
    refusal: {
      reason: 'SendGrid does not accept the API key.',
      fix: 'Make a new key with the right "Mail Send" at SendGrid under Settings, API Keys, and connect again.',
      code: 'far-side.keys',
      concerns: 'connection',
    },
  },
  {
    status: 403,
    says: /verified sender|from address does not match/i,
    refusal: {
      reason: 'SendGrid does not know the address that emails come from.',
      fix: 'Verify it at SendGrid under Settings, Sender Authentication, or connect again with one that is.',
      code: 'far-side.rights',
      concerns: 'connection',
    },
  },
  {
    status: 403,
    says: null,
    refusal: {
      reason: 'The API key may not send emails.',
      fix: 'Give it the right "Mail Send" at SendGrid under Settings, API Keys.',
      code: 'far-side.rights',
      concerns: 'connection',
    },
  },
  {
    status: 413,
    says: null,
    refusal: {
      reason: 'SendGrid finds the email too large.',
      fix: 'Shorten its text.',
      code: 'far-side.refused',
      concerns: 'call',
    },
  },
  {
    status: 400,
    says: /valid address|does not contain a valid/i,
    refusal: {
      reason: 'SendGrid finds one of the addresses wrong.',
      fix: 'Correct the address in the node or in the preferences, then send again.',
      code: 'far-side.refused',
      concerns: 'call',
    },
  },
];

export function troubleOf(answer: ServiceAnswer, reading: boolean): Error {
  const said = Errors.safeParse(answer.json).data?.errors ?? [];
  const words = said.map(({ message, field }) => (field ? `${field}: ${message}` : message)).join(' ');
  const refusal = refusalOf(REFUSALS, answer, words);
  return refusal ? rejectedFor(refusal) : troubleOfStatus('SendGrid', answer, words, reading);
}
