/**
 * Orders: those that changed, and all of one. A page asks for the first lines and refunds of each order, which is all of
 * most; orders with more are read by themselves, so that no query costs more than the 1000 points that one may.
 */
import { z } from 'zod';
import { Id, type Operation, PageInfo } from './operation.ts';

/** Orders in a page; lines, refunds and lines of a refund of each. Together about 880 points. */
export const ORDERS_PER_PAGE = 18;
const LINES_FIRST = 6;
const REFUNDS_FIRST = 1;
const REFUND_LINES_FIRST = 4;
/** Where only one order, or a few refunds, are asked for. */
export const LINES_PER_PAGE = 100;
export const REFUNDS_MAX = 250;
export const REFUNDS_PER_PAGE = 5;
const REFUND_LINES_PER_PAGE = 50;

const Money = z.object({ shopMoney: z.object({ amount: z.string(), currencyCode: z.string() }) });

const Line = z.object({
  id: Id,
  variant: z.object({ id: Id }).nullable(),
  title: z.string(),
  variantTitle: z.string().nullable(),
  sku: z.string().nullable(),
  quantity: z.int(),
  originalUnitPriceSet: Money,
});
export type LineNode = z.infer<typeof Line>;

const RefundLine = z.object({
  quantity: z.int(),
  restockType: z.string(),
  lineItem: z.object({ id: Id }),
});

const Refund = z.object({
  id: Id,
  totalRefundedSet: Money,
  refundLineItems: z.object({ pageInfo: PageInfo, nodes: z.array(RefundLine) }),
});
export type RefundNode = z.infer<typeof Refund>;

const OrderHead = z.object({
  id: Id,
  name: z.string(),
  test: z.boolean(),
  createdAt: z.string(),
  processedAt: z.string(),
  updatedAt: z.string(),
  cancelledAt: z.string().nullable(),
  displayFinancialStatus: z.string().nullable(),
  displayFulfillmentStatus: z.string(),
  totalPriceSet: Money,
});

const OrderNode = OrderHead.extend({
  lineItems: z.object({ pageInfo: PageInfo, nodes: z.array(Line) }),
  refunds: z.array(Refund),
});
export type OrderNode = z.infer<typeof OrderNode>;

const MONEY = '{ shopMoney { amount currencyCode } }';
const HEAD = `id name test createdAt processedAt updatedAt cancelledAt displayFinancialStatus displayFulfillmentStatus
    totalPriceSet ${MONEY}`;
const LINE = `id variant { id } title variantTitle sku quantity originalUnitPriceSet ${MONEY}`;
const refundFields = (lines: number) => `id totalRefundedSet ${MONEY}
      refundLineItems(first: ${lines}) {
        pageInfo { hasNextPage endCursor }
        nodes { quantity restockType lineItem { id } }
      }`;
const orderFields = (lines: number, refunds: number) => `${HEAD}
    lineItems(first: ${lines}) { pageInfo { hasNextPage endCursor } nodes { ${LINE} } }
    refunds(first: ${refunds}) { ${refundFields(REFUND_LINES_FIRST)} }`;

export const orderPage = {
  name: 'OrderPage',
  document: `query OrderPage($first: Int!, $after: String, $query: String!, $sortKey: OrderSortKeys!) {
  orders(first: $first, after: $after, query: $query, sortKey: $sortKey) {
    pageInfo { hasNextPage endCursor }
    nodes {
    ${orderFields(LINES_FIRST, REFUNDS_FIRST + 1)}
    }
  }
}`,
  answer: z.object({ orders: z.object({ pageInfo: PageInfo, nodes: z.array(OrderNode) }) }),
} satisfies Operation<unknown>;

/** Whether a page has shown everything of an order. */
export function isWhole({ lineItems, refunds }: OrderNode): boolean {
  return (
    !lineItems.pageInfo.hasNextPage &&
    refunds.length <= REFUNDS_FIRST &&
    refunds.every(({ refundLineItems }) => !refundLineItems.pageInfo.hasNextPage)
  );
}

/** The head of an order, a page of its lines, and the ids of its refunds. */
export const orderLines = {
  name: 'OrderLines',
  document: `query OrderLines($id: ID!, $after: String) {
  order(id: $id) {
    ${HEAD}
    lineItems(first: ${LINES_PER_PAGE}, after: $after) { pageInfo { hasNextPage endCursor } nodes { ${LINE} } }
    refunds(first: ${REFUNDS_MAX}) { id }
  }
}`,
  answer: z.object({
    order: OrderHead.extend({
      lineItems: z.object({ pageInfo: PageInfo, nodes: z.array(Line) }),
      refunds: z.array(z.object({ id: Id })),
    }).nullable(),
  }),
} satisfies Operation<unknown>;

export const refundPage = {
  name: 'RefundPage',
  document: `query RefundPage($ids: [ID!]!) {
  nodes(ids: $ids) {
    ... on Refund { ${refundFields(REFUND_LINES_PER_PAGE)} }
  }
}`,
  answer: z.object({ nodes: z.array(Refund.nullable()) }),
} satisfies Operation<unknown>;

export const refundLinePage = {
  name: 'RefundLinePage',
  document: `query RefundLinePage($id: ID!, $after: String) {
  node(id: $id) {
    ... on Refund {
      refundLineItems(first: 250, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes { quantity restockType lineItem { id } }
      }
    }
  }
}`,
  answer: z.object({
    node: z
      .object({ refundLineItems: z.object({ pageInfo: PageInfo, nodes: z.array(RefundLine) }) })
      .nullable(),
  }),
} satisfies Operation<unknown>;
