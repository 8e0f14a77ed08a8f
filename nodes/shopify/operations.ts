/**
 * Every GraphQL operation that the client sends, beside the shape of its answer. The contract test
 * (test/contracts/shopify-schema.test.ts) holds each document to Shopify's published schema.
 */
import { z } from 'zod';

/** Pinned: stable since 2026-10-01, served until 2027-10-16. */
export const API_VERSION = '2026-10';

export interface Operation<Answer> {
  /** The name in the document; also what the limiter and the health page call it. */
  readonly name: string;
  readonly document: string;
  readonly answer: z.ZodType<Answer>;
}

const Id = z.string().startsWith('gid://shopify/').max(300);
const PageInfo = z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() });

/** `location` without an id is the shop's primary location. */
export const shopLocations = {
  name: 'ShopLocations',
  document: `query ShopLocations {
  location { id isActive }
  locations(first: 1) { nodes { id } }
}`,
  answer: z.object({
    location: z.object({ id: Id, isActive: z.boolean() }).nullable(),
    locations: z.object({ nodes: z.array(z.object({ id: Id })) }),
  }),
} satisfies Operation<unknown>;

const Level = z.object({ quantities: z.array(z.object({ quantity: z.int() })) }).nullable();

/** Sorted by id, so that a listing that changes meanwhile is neither skipped nor shown twice. */
export const listingPage = {
  name: 'ListingPage',
  document: `query ListingPage($first: Int!, $after: String, $query: String, $location: ID!) {
  productVariants(first: $first, after: $after, query: $query, sortKey: ID) {
    pageInfo { hasNextPage endCursor }
    nodes {
      id
      title
      product { title status }
      inventoryItem {
        id
        sku
        tracked
        inventoryLevel(locationId: $location) { quantities(names: ["available"]) { quantity } }
      }
    }
  }
}`,
  answer: z.object({
    productVariants: z.object({
      pageInfo: PageInfo,
      nodes: z.array(
        z.object({
          id: Id,
          title: z.string(),
          product: z.object({ title: z.string(), status: z.string() }),
          inventoryItem: z.object({
            id: Id,
            sku: z.string().nullable(),
            tracked: z.boolean(),
            inventoryLevel: Level,
          }),
        }),
      ),
    }),
  }),
} satisfies Operation<unknown>;

export const itemLevels = {
  name: 'ItemLevels',
  document: `query ItemLevels($ids: [ID!]!, $location: ID!) {
  nodes(ids: $ids) {
    ... on InventoryItem {
      id
      tracked
      inventoryLevel(locationId: $location) { quantities(names: ["available"]) { quantity } }
    }
  }
}`,
  answer: z.object({
    nodes: z.array(z.object({ id: Id, tracked: z.boolean(), inventoryLevel: Level }).nullable()),
  }),
} satisfies Operation<unknown>;

/** Since 2026-04 both the directive and `changeFromQuantity` in each quantity are obligatory. */
export const setQuantities = {
  name: 'SetQuantities',
  document: `mutation SetQuantities($input: InventorySetQuantitiesInput!, $key: String!) {
  inventorySetQuantities(input: $input) @idempotent(key: $key) {
    userErrors { code field message }
  }
}`,
  answer: z.object({
    inventorySetQuantities: z.object({
      userErrors: z.array(
        z.object({
          code: z.string().nullable(),
          field: z.array(z.string()).nullable(),
          message: z.string(),
        }),
      ),
    }),
  }),
} satisfies Operation<unknown>;

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

const UserErrors = z.array(z.object({ field: z.array(z.string()).nullable(), message: z.string() }));

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

/** All of them, for the contract test. */
export const operations: readonly Operation<unknown>[] = [
  shopLocations,
  listingPage,
  itemLevels,
  setQuantities,
  subscriptionPage,
  createSubscription,
  updateSubscription,
];
