/** What mail services tell of a mail later, in the words that all of them share. */
import type { HookNews } from '#runtime/clients/service.ts';

/** Why a mail did not arrive: what happened, and what to do. */
export interface MailFailure {
  readonly reason: string;
  readonly fix: string;
}

/** `o…@example.com`: enough for whoever sent it, and not somebody's address in every list. */
export function shortAddress(address: string): string {
  const at = address.lastIndexOf('@');
  return at < 1 ? '…' : `${address.slice(0, 1)}…${address.slice(at)}`;
}

const SAYS_CHARACTERS_MAX = 200;

/** The mail server of the recipient said no for good. @param says its words; "" for none. */
export function bounced(address: string, says: string): MailFailure {
  return {
    reason: `The mail server of ${shortAddress(address)} does not take it.${quoted(says)}`,
    fix: 'Correct the address, then send it again. Mail services send nothing more to an address that bounced before it is taken off their list.',
  };
}

/** The mail server of the recipient refused this mail, and may take the next one: full mailboxes, greylisting, reputation. */
export function refusedForNow(address: string, says: string): MailFailure {
  return {
    reason: `The mail server of ${shortAddress(address)} refused this mail, but not the address.${quoted(says)}`,
    fix: 'Send it again later. If it is refused again, ask the recipient to let mails of your sender in.',
  };
}

/** It was not even tried. @param service as people know it. @param says why, in its words. */
export function dropped(service: string, address: string, says: string): MailFailure {
  return {
    reason: `${service} did not send it to ${shortAddress(address)}.${quoted(says)}`,
    fix: `The address stands on the list of those to which ${service} sends nothing (it bounced, unsubscribed or complained before). Take it off there, then send it again.`,
  };
}

export const failed = (key: string, receipt: string, failure: MailFailure): HookNews => ({
  kind: 'report',
  report: { key, receipt, state: 'failed', ...failure, optedOut: null },
});

export const delivered = (key: string, receipt: string): HookNews => ({
  kind: 'report',
  report: { key, receipt, state: 'delivered', reason: null, fix: null, optedOut: null },
});

/** @param wanted false: no more emails by this account. */
export const optOut = (address: string, wanted: boolean): HookNews => ({
  kind: 'opt-out',
  address: address.toLowerCase(),
  wanted,
});

const quoted = (says: string): string => {
  const words = says.replace(/\s+/g, ' ').trim().slice(0, SAYS_CHARACTERS_MAX);
  return words === '' ? '' : ` It says: ${words}${/[.!?]$/.test(words) ? '' : '.'}`;
};
