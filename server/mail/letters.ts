/** What the emails about accounts say. */
import type { Role } from '#runtime/accounts/person-model.ts';
import type { MailContent } from '#runtime/outbox/mail.ts';
import type { Letter } from './account-mail.ts';

const SUBJECT_CHARACTERS_MAX = 150;

/** Names come from people: in a subject they are one line, and not longer than it. */
function lineOf(text: string): string {
  return text
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, SUBJECT_CHARACTERS_MAX);
}

function letter(to: string, subject: string, content: Omit<MailContent, 'tone' | 'facts'>): Letter {
  return { to, subject: lineOf(subject), content: { tone: 'info', facts: [], ...content } };
}

export function invitationLetter({
  email,
  role,
  agency,
  url,
}: {
  readonly email: string;
  readonly role: Role;
  readonly agency: string;
  readonly url: string;
}): Letter {
  const name = lineOf(agency);
  return letter(email, `Your invitation to ${name}`, {
    heading: `${name} invites you to SyncFlow`,
    paragraphs: [
      `You are invited as ${role}. SyncFlow keeps the stock and the orders of their shops in step.`,
      'The link works once, within a week. It is for you alone: whoever opens it first makes the account.',
    ],
    action: { text: 'Join', url },
    footer: `This email was sent to ${email} since somebody at ${name} invited this address. If you know nothing of it, ignore it.`,
  });
}

export function resetLetter({
  email,
  name,
  url,
  asked,
}: {
  readonly email: string;
  readonly name: string;
  readonly url: string;
  /** Who wanted the link: whoever typed the address in at the sign-in, or somebody of the agency. */
  readonly asked: 'at-sign-in' | 'by-agency';
}): Letter {
  const reason =
    asked === 'at-sign-in'
      ? 'Somebody, we hope you, asked for it where one signs in.'
      : 'Somebody who looks after the accounts of your agency made it for you.';
  return letter(email, 'A new password for SyncFlow', {
    heading: `Set a new password, ${lineOf(name)}`,
    paragraphs: [
      `${reason} Until the link is used, your password stays as it is.`,
      'The link works once, within an hour. A new password signs all your devices out.',
    ],
    action: { text: 'Set a new password', url },
    footer: `This email was sent to ${email}, the address of an account in SyncFlow. If you know nothing of it, ignore it.`,
  });
}
