/** What is left to ship of an order and from where, what was shipped, and shipping it. */
import { z } from 'zod';
import { Id, type Operation, PageInfo, UserErrors } from './operation.ts';

const Units = z.object({ quantity: z.int().nullable(), lineItem: z.object({ id: Id }) });

/** What is left to ship, by fulfilment order, and what was shipped. One query of about 900 points. */
export const shippingState = {
  name: 'ShippingState',
  document: `query ShippingState($id: ID!) {
  order(id: $id) {
    id
    cancelledAt
    fulfillmentOrders(first: 10) {
      nodes {
        id
        status
        supportedActions { action }
        lineItems(first: 20) {
          pageInfo { hasNextPage endCursor }
          nodes { id remainingQuantity lineItem { id } }
        }
      }
    }
    fulfillments(first: 20) {
      id
      createdAt
      status
      trackingInfo(first: 1) { number }
      fulfillmentLineItems(first: 10) {
        pageInfo { hasNextPage endCursor }
        nodes { quantity lineItem { id } }
      }
    }
  }
}`,
  answer: z.object({
    order: z
      .object({
        id: Id,
        cancelledAt: z.string().nullable(),
        fulfillmentOrders: z.object({
          nodes: z.array(
            z.object({
              id: Id,
              status: z.string(),
              supportedActions: z.array(z.object({ action: z.string() })),
              lineItems: z.object({
                pageInfo: PageInfo,
                nodes: z.array(
                  z.object({ id: Id, remainingQuantity: z.int(), lineItem: z.object({ id: Id }) }),
                ),
              }),
            }),
          ),
        }),
        fulfillments: z.array(
          z.object({
            id: Id,
            createdAt: z.string(),
            status: z.string(),
            trackingInfo: z.array(z.object({ number: z.string().nullable() })),
            fulfillmentLineItems: z.object({ pageInfo: PageInfo, nodes: z.array(Units) }),
          }),
        ),
      })
      .nullable(),
  }),
} satisfies Operation<unknown>;

export const fulfillmentOrderLines = {
  name: 'FulfillmentOrderLines',
  document: `query FulfillmentOrderLines($id: ID!, $after: String) {
  node(id: $id) {
    ... on FulfillmentOrder {
      lineItems(first: 250, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes { id remainingQuantity totalQuantity lineItem { id } }
      }
    }
  }
}`,
  answer: z.object({
    node: z
      .object({
        lineItems: z.object({
          pageInfo: PageInfo,
          nodes: z.array(
            z.object({
              id: Id,
              remainingQuantity: z.int(),
              totalQuantity: z.int(),
              lineItem: z.object({ id: Id }),
            }),
          ),
        }),
      })
      .nullable(),
  }),
} satisfies Operation<unknown>;

/** From where each line is shipped. */
export const orderShelves = {
  name: 'OrderShelves',
  document: `query OrderShelves($id: ID!) {
  order(id: $id) {
    id
    fulfillmentOrders(first: 20) {
      nodes {
        id
        status
        assignedLocation { location { id } }
        lineItems(first: 20) {
          pageInfo { hasNextPage endCursor }
          nodes { totalQuantity lineItem { id } }
        }
      }
    }
  }
}`,
  answer: z.object({
    order: z
      .object({
        id: Id,
        fulfillmentOrders: z.object({
          nodes: z.array(
            z.object({
              id: Id,
              status: z.string(),
              assignedLocation: z.object({ location: z.object({ id: Id }).nullable() }),
              lineItems: z.object({
                pageInfo: PageInfo,
                nodes: z.array(z.object({ totalQuantity: z.int(), lineItem: z.object({ id: Id }) })),
              }),
            }),
          ),
        }),
      })
      .nullable(),
  }),
} satisfies Operation<unknown>;

export const fulfillmentLines = {
  name: 'FulfillmentLines',
  document: `query FulfillmentLines($id: ID!, $after: String) {
  node(id: $id) {
    ... on Fulfillment {
      fulfillmentLineItems(first: 250, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes { quantity lineItem { id } }
      }
    }
  }
}`,
  answer: z.object({
    node: z
      .object({ fulfillmentLineItems: z.object({ pageInfo: PageInfo, nodes: z.array(Units) }) })
      .nullable(),
  }),
} satisfies Operation<unknown>;

export const createFulfillment = {
  name: 'CreateFulfillment',
  document: `mutation CreateFulfillment($fulfillment: FulfillmentInput!) {
  fulfillmentCreate(fulfillment: $fulfillment) {
    fulfillment { id }
    userErrors { field message }
  }
}`,
  answer: z.object({
    fulfillmentCreate: z
      .object({ fulfillment: z.object({ id: Id }).nullable(), userErrors: UserErrors })
      .nullable(),
  }),
} satisfies Operation<unknown>;
