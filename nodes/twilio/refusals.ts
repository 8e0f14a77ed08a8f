/** Twilio's error codes (twilio.com/docs/api/errors) in words: of its answers, and of messages that it could not deliver. */
import { Retryable } from '#runtime/errors.ts';
import { type Refusal, rejectedFor } from '../kit/service-refusal.ts';

const call = { code: 'far-side.refused', concerns: 'call' } as const;

/** By code: what Twilio answers. */
export const REFUSALS: Readonly<Record<number, Refusal>> = {
  20003: {
    reason: 'Twilio does not accept the account SID and the auth token (20003).',
    fix: 'Copy both from the start page of the Twilio console, and connect again.',
    code: 'far-side.keys',
    concerns: 'connection',
  },
  21211: {
    ...call,
    reason: 'Twilio knows no such phone number (21211).',
    fix: 'Correct the number: a plus, the country code and the number, without a leading zero.',
  },
  21212: {
    reason: 'The number that messages come from is not valid (21212).',
    fix: 'Connect again with a number of your Twilio account, or the SID of a Messaging Service.',
    code: 'far-side.refused',
    concerns: 'connection',
  },
  21408: {
    ...call,
    reason: 'Your Twilio account may not send to this country (21408).',
    fix: 'Allow the country in the Twilio console under Messaging, Settings, Geo permissions.',
  },
  21602: {
    ...call,
    reason: 'The message has no text (21602).',
    fix: 'Write a text in the node that sends it.',
  },
  21606: {
    reason: 'The number that messages come from is not yours, or can send no text messages (21606).',
    fix: 'Connect again with a number of your Twilio account that can send SMS.',
    code: 'far-side.refused',
    concerns: 'connection',
  },
  21608: {
    ...call,
    reason: 'A trial account of Twilio sends to verified numbers only, and this one is not (21608).',
    fix: 'Verify the number in the Twilio console, or upgrade the account.',
  },
  21610: {
    ...call,
    reason: 'The recipient answered STOP and wants no more messages (21610).',
    fix: 'Send nothing more to this number; its owner can write START to your number to hear from you again.',
  },
  21612: {
    ...call,
    reason: 'Twilio has no way to send to this number from yours (21612).',
    fix: 'Use a sender of the same country, or a Messaging Service with senders of several.',
  },
  21614: {
    ...call,
    reason: 'This is no mobile number (21614).',
    fix: 'Give the number of a mobile phone.',
  },
  21617: {
    ...call,
    reason: 'The text has more than 1,600 characters (21617).',
    fix: 'Shorten the text in the node that sends it.',
  },
};

/** By code: what Twilio tells later of a message that it had taken. */
export const DELIVERY_FAILURES: Readonly<Record<number, Omit<Refusal, 'code' | 'concerns'>>> = {
  21610: REFUSALS[21610] as Refusal,
  30001: {
    reason: 'Too many messages waited at Twilio, and this one was dropped (30001).',
    fix: 'Send it again; send fewer messages at once, or use a sender that sends faster.',
  },
  30003: {
    reason: 'The phone could not be reached: it is off, or out of service (30003).',
    fix: 'Send it again later.',
  },
  30004: {
    reason: 'The recipient has blocked messages, or the carrier did (30004).',
    fix: 'Ask the recipient for another way to be reached.',
  },
  30005: {
    reason: 'The number is not in service any more (30005).',
    fix: 'Ask the recipient for the number that is valid now.',
  },
  30006: {
    reason: 'The number is a landline, or its carrier takes no text messages (30006).',
    fix: 'Give the number of a mobile phone.',
  },
  30007: {
    reason: 'The carrier took the message for spam (30007).',
    fix: 'Change the text: fewer links and capitals. If it goes on, register your sender with Twilio.',
  },
  30008: {
    reason: 'The carrier did not deliver the message and gave no reason (30008).',
    fix: 'Send it again; if it fails again, ask Twilio with the SID of the message.',
  },
  30034: {
    reason: 'Your US number is not registered for business messages (10DLC), so carriers block it (30034).',
    fix: 'Register the number in the Twilio console under Messaging, Regulatory compliance.',
  },
};

const BUSY = new Set([20429, 21611]);
const BUSY_MS = 60_000;

/** The error for a code of an answer; null: it is not of the table. */
export function errorOf(code: number, afterMs: number | undefined): Error | null {
  if (BUSY.has(code)) {
    const what =
      code === 21611 ? 'Too many messages wait at Twilio (21611).' : 'Twilio asks us to slow down (20429).';
    return new Retryable(what, { code: 'far-side.limited', afterMs: afterMs ?? BUSY_MS });
  }
  const refusal = REFUSALS[code];
  return refusal ? rejectedFor(refusal) : null;
}
