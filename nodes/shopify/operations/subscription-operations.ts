/** Webhook subscriptions of the shop's app. */
import { z } from 'zod';
import { Id, type Operation, PageInfo, UserErrors } from './operation.ts';

const Subscription = z.object({
  id: Id,
  topic: z.string(),
  uri: z.string(),
  name: z.string().nullable(),
  format: z.string(),
  filter: z.string().nullable(),
  includeFields: z.array(z.string()),
});
export type Subscription = z.infer<typeof Subscription>;

export const subscriptionPage = {
  name: 'SubscriptionPage',
  document: `query SubscriptionPage($after: String, $topics: [WebhookSubscriptionTopic!]) {
  webhookSubscriptions(first: 100, after: $after, topics: $topics, sortKey: ID) {
    pageInfo { hasNextPage endCursor }
    nodes { id topic uri name format filter includeFields }
  }
}`,
  answer: z.object({
    webhookSubscriptions: z.object({ pageInfo: PageInfo, nodes: z.array(Subscription) }),
  }),
} satisfies Operation<unknown>;

export const createSubscription = {
  name: 'CreateSubscription',
  document: `mutation CreateSubscription($topic: WebhookSubscriptionTopic!, $subscription: WebhookSubscriptionInput!) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: $subscription) {
    userErrors { field message }
  }
}`,
  answer: z.object({ webhookSubscriptionCreate: z.object({ userErrors: UserErrors }) }),
} satisfies Operation<unknown>;

export const updateSubscription = {
  name: 'UpdateSubscription',
  document: `mutation UpdateSubscription($id: ID!, $subscription: WebhookSubscriptionInput!) {
  webhookSubscriptionUpdate(id: $id, webhookSubscription: $subscription) {
    userErrors { field message }
  }
}`,
  answer: z.object({ webhookSubscriptionUpdate: z.object({ userErrors: UserErrors }) }),
} satisfies Operation<unknown>;
