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
