/** Who may do what, said to whoever may not. */
import type { SessionView } from '#server/api/views.ts';

type Permission = SessionView['permissions'][number];

const who = {
  see: 'everybody',
  inspect: 'owners, admins, operators and viewers',
  decide: 'owners, admins, operators and merchants',
  connect: 'owners, admins, operators and merchants',
  build: 'owners, admins and operators',
  manage: 'owners and admins',
  own: 'owners',
} satisfies Record<Permission, string>;

export const rights = {
  who,
  look: (permission: Permission) =>
    `You may look, and change nothing here: that is up to ${who[permission]}.`,
  title: 'This is not for your role',
  about: (permission: Permission) =>
    `It is up to ${who[permission]}. Ask one of them to do it, or for another role.`,
  toDashboard: 'To the dashboard',
} as const;
