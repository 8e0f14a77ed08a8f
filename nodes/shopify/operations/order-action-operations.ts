/** What is done to orders, and what shows that it was. */
import { z } from 'zod';
import { Id, type Operation, PageInfo, UserErrors } from './operation.ts';

export const orderState = {
  name: 'OrderState',
  document: `query OrderState($id: ID!) {
  order(id: $id) { id name note test cancelledAt }
}`,
  answer: z.object({
    order: z
      .object({
        id: Id,
        name: z.string(),
        note: z.string().nullable(),
        test: z.boolean(),
        cancelledAt: z.string().nullable(),
      })
      .nullable(),
  }),
} satisfies Operation<unknown>;

export const cancelOrder = {
  name: 'CancelOrder',
  document: `mutation CancelOrder($id: ID!, $reason: OrderCancelReason!, $staffNote: String) {
  orderCancel(
    orderId: $id
    reason: $reason
    restock: true
    refundMethod: { originalPaymentMethodsRefund: true }
    notifyCustomer: true
    staffNote: $staffNote
  ) {
    job { id done }
    orderCancelUserErrors { code field message }
  }
}`,
  answer: z.object({
    orderCancel: z
      .object({
        job: z.object({ id: z.string(), done: z.boolean() }).nullable(),
        orderCancelUserErrors: UserErrors,
      })
      .nullable(),
  }),
} satisfies Operation<unknown>;

const Money = z.object({ amount: z.string(), currencyCode: z.string() });

/** What a refund of these lines comes to, by which payments, and which refunds there are. */
export const suggestedRefund = {
  name: 'SuggestedRefund',
  document: `query SuggestedRefund($id: ID!, $lines: [RefundLineItemInput!], $whole: Boolean!) {
  order(id: $id) {
    id
    suggestedRefund(refundLineItems: $lines, suggestFullRefund: $whole, refundShipping: $whole) {
      suggestedTransactions {
        gateway
        amountSet { presentmentMoney { amount currencyCode } }
        parentTransaction { id }
      }
    }
  }
}`,
  answer: z.object({
    order: z
      .object({
        id: Id,
        suggestedRefund: z
          .object({
            suggestedTransactions: z.array(
              z.object({
                gateway: z.string().nullable(),
                amountSet: z.object({ presentmentMoney: Money }),
                parentTransaction: z.object({ id: Id }).nullable(),
              }),
            ),
          })
          .nullable(),
      })
      .nullable(),
  }),
} satisfies Operation<unknown>;

/** Lines with what can still be refunded and what is not shipped, and the refunds' notes. */
export const refundState = {
  name: 'RefundState',
  document: `query RefundState($id: ID!, $after: String) {
  order(id: $id) {
    id
    refunds(first: 250) { id note }
    lineItems(first: 250, after: $after) {
      pageInfo { hasNextPage endCursor }
      nodes { id refundableQuantity unfulfilledQuantity }
    }
  }
}`,
  answer: z.object({
    order: z
      .object({
        id: Id,
        refunds: z.array(z.object({ id: Id, note: z.string().nullable() })),
        lineItems: z.object({
          pageInfo: PageInfo,
          nodes: z.array(z.object({ id: Id, refundableQuantity: z.int(), unfulfilledQuantity: z.int() })),
        }),
      })
      .nullable(),
  }),
} satisfies Operation<unknown>;

/** Obligatory key since 2026-04: the same call again gets the first answer. */
export const createRefund = {
  name: 'CreateRefund',
  document: `mutation CreateRefund($input: RefundInput!, $key: String!) {
  refundCreate(input: $input) @idempotent(key: $key) {
    refund { id }
    userErrors { field message }
  }
}`,
  answer: z.object({
    refundCreate: z.object({ refund: z.object({ id: Id }).nullable(), userErrors: UserErrors }).nullable(),
  }),
} satisfies Operation<unknown>;

export const updateNote = {
  name: 'UpdateNote',
  document: `mutation UpdateNote($id: ID!, $note: String!) {
  orderUpdate(input: { id: $id, note: $note }) {
    order { id }
    userErrors { field message }
  }
}`,
  answer: z.object({
    orderUpdate: z.object({ order: z.object({ id: Id }).nullable(), userErrors: UserErrors }).nullable(),
  }),
} satisfies Operation<unknown>;
