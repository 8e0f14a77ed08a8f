/** What somebody may do, and which role may what. Routes name the permission that they need; nothing else decides. */
import type { Role } from '#runtime/accounts/person-model.ts';

/**
 * see: the shop's figures, orders, stock. inspect: flows and their runs. decide: what a shop's day needs (stock by hand,
 * conflicts, messages). connect: channels and services. build: flows. manage: clients, members, keys. own: the agency itself.
 */
export const PERMISSIONS = ['see', 'inspect', 'decide', 'connect', 'build', 'manage', 'own'] as const;
export type Permission = (typeof PERMISSIONS)[number];

const ALL: ReadonlySet<Permission> = new Set(PERMISSIONS);

export const ROLE_PERMISSIONS: Readonly<Record<Role, ReadonlySet<Permission>>> = {
  owner: ALL,
  admin: new Set(['see', 'inspect', 'decide', 'connect', 'build', 'manage']),
  operator: new Set(['see', 'inspect', 'decide', 'connect', 'build']),
  viewer: new Set(['see', 'inspect']),
  merchant: new Set(['see', 'decide', 'connect']),
};
