/** What somebody may do, and which role may what. Routes name the permission that they need; nothing else decides. */

/**
 * see: the shop's figures, orders, stock. inspect: flows and their runs. decide: what a shop's day needs (stock by hand,
 * conflicts, messages). connect: channels and services. build: flows. manage: members, keys, settings. own: the agency itself.
 */
export const PERMISSIONS = ['see', 'inspect', 'decide', 'connect', 'build', 'manage', 'own'] as const;
export type Permission = (typeof PERMISSIONS)[number];
