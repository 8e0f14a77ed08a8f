/** The sentences of the pages before the gate; they come with those pages. */
import type { SessionView } from '#server/api/views.ts';
import { roles } from './account.ts';

type Role = NonNullable<SessionView['person']>['role'];

export const signIn = {
  password: {
    title: 'Sign in',
    go: 'Sign in',
    going: 'Signing in…',
    code: 'Code',
    codeAbout:
      'Six digits from your authenticator app. Without it: one of the recovery codes that you wrote down.',
    forgot: 'Forgot the password?',
    terminal: 'By the link from the terminal',
    lead: 'Open the sign-in link that SyncFlow printed in its terminal.',
    how: 'Each link works once. To get a new one, restart SyncFlow: it prints a fresh link when it starts, and fetches what the shops sent meanwhile.',
    example: 'It looks like this',
    used: 'This link was used before. Each link signs in one browser, once.',
    unknown: 'SyncFlow does not know this link. It may be from an earlier start, or not be copied whole.',
    stillIn: 'You are signed in already.',
  },

  forgotten: {
    title: 'Forgot the password?',
    about: 'We send a link for a new one to the email address of your account.',
    go: 'Send the link',
    going: 'Sending it…',
    sent: (email: string) =>
      `If somebody has an account with ${email}, an email with a link is on its way there. The link works once, within an hour.`,
    notThere: 'Nothing arrived? Look among the spam, and whether the address is the one of your account.',
    otherwise:
      'An admin of your agency can make you a link, too. Whoever runs SyncFlow gets in by the link in its terminal.',
    back: 'Back to the sign-in',
  },

  invitation: {
    title: 'You are invited',
    about: (agency: string, role: Role) => `To ${agency}, as ${roles[role].toLowerCase()}.`,
    sees: (clients: readonly string[]) => `You will see ${clients.join(', ')}.`,
    go: 'Join',
    going: 'Joining…',
  },

  reset: {
    title: 'Set a new password',
    about: 'All devices that are signed in with the old one are signed out.',
    go: 'Set it and sign in',
    going: 'Setting it…',
  },

  linkGone: 'This link is not complete',
  linkGoneAbout: 'Open it as it was sent to you, with everything after the question mark.',
};
