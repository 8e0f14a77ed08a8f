/** What Google Sheets' refusals mean: by `error.status`, the reason in its details, and words. */
import { z } from 'zod';
import { Retryable } from '#runtime/errors.ts';
import type { ServiceAnswer } from '../kit/service-call.ts';
import {
  type KnownRefusal,
  type Refusal,
  refusalOf,
  rejectedFor,
  troubleOfStatus,
} from '../kit/service-refusal.ts';

const Refused = z.object({
  error: z.object({
    message: z.string().default(''),
    status: z.string().default(''),
    details: z.array(z.looseObject({ reason: z.string().optional() })).default([]),
  }),
});
/** Quotas are by the minute. */
const QUOTA_MS = 30_000;
const JITTER_MS = 15_000;

/** Comes with either of two statuses. */
const PROTECTED: Refusal = {
  reason: 'Cells that SyncFlow keeps are protected in the spreadsheet.',
  fix: 'Let the service account edit them under Data, Protect sheets and ranges.',
  code: 'far-side.rights',
  concerns: 'call',
};

/** The first that fits is meant. `email` stands for the address of the service account. */
export const REFUSALS: readonly KnownRefusal[] = [
  {
    status: 401,
    says: null,
    refusal: {
      reason: 'Google does not accept the key of the service account.',
      fix: 'Make a new key in Google Cloud under IAM, Service accounts, Keys, and connect again with it.',
      code: 'far-side.keys',
      concerns: 'connection',
    },
  },
  {
    status: 403,
    says: /SERVICE_DISABLED|has not been used in project|it is disabled/,
    refusal: {
      reason: 'The Google Sheets API is not switched on in the project of the service account.',
      fix: 'Switch it on in Google Cloud under APIs and services, wait five minutes, and look again.',
      code: 'far-side.rights',
      concerns: 'connection',
    },
  },
  {
    status: 403,
    says: /protected/i,
    refusal: PROTECTED,
  },
  {
    status: 403,
    says: null,
    refusal: {
      reason: 'The spreadsheet is not shared with the service account {email}, or only to be read.',
      fix: 'Share it with this address as an editor, then look again.',
      code: 'far-side.rights',
      concerns: 'connection',
    },
  },
  {
    status: 404,
    says: null,
    refusal: {
      reason: 'There is no such spreadsheet: it was deleted, or the address is not right.',
      fix: 'Connect again with the address of a spreadsheet that is there.',
      code: 'far-side.address',
      concerns: 'connection',
    },
  },
  {
    status: 400,
    says: /protected/i,
    refusal: PROTECTED,
  },
  {
    status: 400,
    says: /limit of 10000000 cells|above the limit/i,
    refusal: {
      reason: 'The spreadsheet is full: it may have 10 million cells.',
      fix: 'Delete what is not needed any more, or connect a new spreadsheet.',
      code: 'far-side.refused',
      concerns: 'connection',
    },
  },
];

/** @param email of the service account; null: a person agreed. */
export function troubleOf(answer: ServiceAnswer, email: string | null, reading: boolean): Error {
  const { message = '', status = '', details = [] } = Refused.safeParse(answer.json).data?.error ?? {};
  if (answer.status === 429 || status === 'RESOURCE_EXHAUSTED') {
    return new Retryable('Google asks us to slow down: the quota of this minute is used up.', {
      code: 'far-side.limited',
      afterMs: answer.afterMs ?? QUOTA_MS + Math.round(Math.random() * JITTER_MS),
    });
  }
  const words = [message, ...details.map(({ reason = '' }) => reason)].join(' ');
  const refusal = refusalOf(REFUSALS, answer, words);
  if (!refusal) return troubleOfStatus('Google Sheets', answer, message, reading);
  const { reason, fix } = refusal;
  return rejectedFor(
    email === null
      ? { ...refusal, reason: ofPerson(reason), fix: ofPerson(fix) }
      : { ...refusal, reason: reason.replace('{email}', email) },
  );
}

/** The same where no service account writes but a person who agreed at Google. */
const ofPerson = (words: string): string =>
  words
    .replace('Google does not accept the key of the service account.', 'Google does not accept your consent.')
    .replace(/^Make a new key in Google Cloud under .*$/, 'Connect again, and agree at Google once more.')
    .replace('the service account {email}', 'the Google account that agreed')
    .replace(
      'Share it with this address as an editor',
      'Let that account edit it, or connect again with another one',
    )
    .replace('the project of the service account', 'the project of the OAuth client')
    .replace('Let the service account edit them', 'Let the Google account that agreed edit them');
