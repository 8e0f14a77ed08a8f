/** What Shopify's refusals of an action on an order mean to a person. */
import { Rejected } from '#runtime/errors.ts';
import type { UserErrors } from './operations/operation.ts';

/** One order was refused; the shop and all others are well. */
export function refusedAction(what: string, errors: UserErrors): Rejected {
  const said = errors.map(({ message }) => message.slice(0, 200)).join('; ') || 'no reason given';
  return new Rejected(`Shopify refused to ${what}: ${said}`, {
    code: 'far-side.refused',
    concerns: 'call',
    fix: 'Look at the order in Shopify, and do it there by hand if it is still needed.',
  });
}

export function noSuchOrder(externalId: string): Rejected {
  return new Rejected(`Shopify knows no order ${externalId.slice(0, 40)}.`, {
    code: 'far-side.refused',
    concerns: 'call',
    fix: 'It may have been deleted, or be older than the 60 days that Shopify shows. Look it up in Shopify.',
  });
}

/** @throws {Rejected} when this is no id of Shopify's. */
export function orderGid(externalId: string): string {
  if (!/^\d{1,20}$/.test(externalId)) throw noSuchOrder(externalId);
  return `gid://shopify/Order/${externalId}`;
}
