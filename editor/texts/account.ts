/** The sentences about signing in, and about accounts. */
import type { SessionView } from '#server/api/views.ts';

type Role = NonNullable<SessionView['person']>['role'];

export const roles = {
  owner: 'Owner',
  admin: 'Admin',
  operator: 'Operator',
  viewer: 'Viewer',
  merchant: 'Merchant',
} satisfies Record<Role, string>;

export const account = {
  roles,
  roleAbouts: {
    owner: 'Everything, the agency itself and its owners included.',
    admin: 'Clients, members, keys, and all that an operator may.',
    operator: 'Builds flows, connects shops, decides about stock, orders and messages.',
    viewer: 'Looks at everything, changes nothing.',
    merchant: 'Their own shop only: dashboard, stock, orders, conflicts. No flows.',
  } satisfies Record<Role, string>,

  email: 'Email',
  password: 'Password',
  newPassword: 'New password',
  passwordRule: 'At least 12 characters. A sentence is easiest to remember.',
  yourName: 'Your name',

  signIn: {
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

  setUp: {
    title: 'Set SyncFlow up',
    about: 'You make the first account: the owner’s. Others are invited later.',
    agency: 'Name of your business',
    agencyAbout: 'Your shop, or your agency if you look after several.',
    go: 'Make the account',
    going: 'Making it…',
    offer:
      'You came by the link from the terminal. Make an account, so that you can sign in with a password.',
    offerGo: 'Make an account',
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

  linkGone: 'This link is not complete',
  linkGoneAbout: 'Open it as it was sent to you, with everything after the question mark.',

  clients: {
    choose: 'Choose a client',
    chooseAbout: 'You look after several. The address of each stays in your browser’s history.',
    change: 'Change the client',
    none: 'No client yet',
    noneAbout: 'A client is a merchant whose stock and orders are kept in step. Take the first one on.',
    name: 'Name of the client',
    add: 'Add the client',
    adding: 'Adding…',
    noneForYou: 'No client is given to you yet. Ask an admin of your agency.',
  },
};
