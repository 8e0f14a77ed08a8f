/** Webhook subscriptions. Only ever adds and mends ours; those of others are left alone. */
import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { Rejected } from '#runtime/errors.ts';
import type { ConnectionId } from '#runtime/ids.ts';
import {
  createSubscription,
  type Subscription,
  subscriptionPage,
  updateSubscription,
} from './operations/subscription-operations.ts';
import type { Transport } from './transport.ts';

/**
 * Edits and refunds come as ORDERS_UPDATED too; their own topics are hints, in case that one is late. Products are told
 * apart from counts: a purchase moves a count and does not change a product.
 */
const TOPICS = [
  'ORDERS_CREATE',
  'ORDERS_UPDATED',
  'ORDERS_CANCELLED',
  'ORDERS_EDITED',
  'REFUNDS_CREATE',
  'INVENTORY_LEVELS_UPDATE',
  'PRODUCTS_CREATE',
  'PRODUCTS_UPDATE',
  'PRODUCTS_DELETE',
  'APP_UNINSTALLED',
  'APP_SCOPES_UPDATE',
] as const;
const PAGES_MAX = 50;

type Page = z.infer<typeof subscriptionPage.answer>['webhookSubscriptions'];

/**
 * Makes sure that all topics are sent to `address`, whole and as JSON. Safe to repeat; worth repeating,
 * since Shopify deletes a subscription after eight failed deliveries in a row.
 * `@shopify/shopify-api`'s own webhooks.register is not used: it deletes every subscription that it did not make.
 * @throws {Rejected} when Shopify refuses the address, or a topic: the others are made all the same.
 */
export async function subscribe(
  transport: Transport,
  address: string,
  connectionId: ConnectionId,
): Promise<void> {
  const present = await subscriptions(transport);
  const refusals: { readonly message: string }[] = [];
  for (const topic of TOPICS) {
    const name = subscriptionName(topic, connectionId);
    const ofTopic = present.filter((subscription) => subscription.topic === topic);
    if (ofTopic.some((subscription) => subscription.uri === address && isWhole(subscription))) continue;
    const ours = ofTopic.find((one) => one.name === name) ?? ofTopic.find((one) => one.uri === address);
    const input = { uri: address, name, format: 'JSON', filter: null, includeFields: null };
    const userErrors = ours
      ? (await transport(updateSubscription, { id: ours.id, subscription: input })).webhookSubscriptionUpdate
          .userErrors
      : (await transport(createSubscription, { topic, subscription: input })).webhookSubscriptionCreate
          .userErrors;
    refusals.push(...userErrors);
  }
  if (refusals.length > 0) throw refused(refusals);
}

/** Nothing is filtered away or left out of the body. */
function isWhole({ format, filter, includeFields }: Subscription): boolean {
  return format === 'JSON' && !filter && includeFields.length === 0;
}

/**
 * Names are unique in a shop and have at most 50 letters, digits, - and _ (changelog of 2026-02-11). The
 * connection is part of it, so that two installations of SyncFlow in one shop do not take each other's.
 */
function subscriptionName(topic: string, connectionId: ConnectionId): string {
  const hash = createHash('sha256').update(connectionId).digest('hex').slice(0, 12);
  return `syncflow-${topic.toLowerCase()}-${hash}`;
}

async function subscriptions(transport: Transport): Promise<Subscription[]> {
  const found: Subscription[] = [];
  let after: string | null = null;
  for (let page = 0; page < PAGES_MAX; page++) {
    const { pageInfo, nodes }: Page = (await transport(subscriptionPage, { after, topics: TOPICS }))
      .webhookSubscriptions;
    found.push(...nodes);
    if (!pageInfo.hasNextPage) return found;
    after = pageInfo.endCursor;
  }
  throw new Error(`more than ${PAGES_MAX} pages of webhook subscriptions`);
}

/** Events then come by polling alone: the connection itself is well. */
function refused(userErrors: readonly { readonly message: string }[]): Rejected {
  const texts = [...new Set(userErrors.map((error) => error.message.slice(0, 200)))];
  const said = texts.slice(0, 3).join('; ');
  const protectedData = texts.some((text) => /protected customer data/i.test(text));
  const rights = texts.some((text) => /permission/i.test(text));
  return new Rejected(`Shopify does not let us subscribe to all that happens in the shop: ${said}`, {
    code: protectedData || rights ? 'far-side.rights' : 'far-side.address',
    concerns: 'call',
    fix: protectedData
      ? 'Ask for access to protected customer data for this app in Shopify (Partner Dashboard → API access), then look again. Until then orders come by polling.'
      : rights
        ? "Add the missing access scopes in Shopify's Dev Dashboard, then connect again. Until then changes come by polling."
        : 'SyncFlow must be reachable under a public https address: set PUBLIC_URL, then look again. Until then orders come by polling.',
    action: rights && !protectedData ? 'connect-again' : 'look-again',
  });
}
