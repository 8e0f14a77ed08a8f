/** Refunds as GraphQL shows them, and what Shopify suggests for one. */
import { GraphQLError } from 'graphql';
import { gid, lineOf, refundId, transactionId } from './ids.ts';
import { locationNode } from './item-nodes.ts';
import {
  isPaid,
  type OrderFigures,
  type OrderRecord,
  type RefundStep,
  refundLineIds,
  stamp,
} from './order-record.ts';
import { priceOf, takeOut } from './order-steps.ts';
import { indexPage, type PageArguments } from './page.ts';

/** An amount in minor units as a MoneyBag. */
export type Bag = (amount: number) => unknown;

/** @param lineNode the order's line in a place. */
export function refundNode(
  order: OrderRecord,
  refund: RefundStep,
  index: number,
  lineNode: (index: number) => unknown,
  bag: Bag,
) {
  const id = refundId(order.seq, index);
  const ids = refundLineIds(order, index, refund.removed.length);
  const line = (place: number) => {
    const removed = refund.removed[place];
    const restocked = removed?.how !== 'no_restock';
    return {
      id: gid('RefundLineItem', ids[place] ?? 0),
      lineItem: lineNode(removed?.line ?? 0),
      quantity: removed?.quantity,
      restockType: removed?.how.toUpperCase(),
      restocked,
      location: restocked ? locationNode(removed?.location ?? order.location) : null,
    };
  };
  const transaction = () => ({
    __typename: 'OrderTransaction',
    id: gid('OrderTransaction', transactionId(order.seq, index + 1)),
    kind: 'REFUND',
    status: 'SUCCESS',
    gateway: 'bogus',
    amountSet: bag(refund.amount),
  });
  return {
    __typename: 'Refund',
    id: gid('Refund', id),
    legacyResourceId: String(id),
    createdAt: stamp(refund.atMs),
    note: refund.note,
    totalRefundedSet: bag(refund.amount),
    refundLineItems: (page: PageArguments) => indexPage(ids.length, page, line),
    transactions: (page: PageArguments) => indexPage(refund.amount > 0 ? 1 : 0, page, transaction),
  };
}

export interface SuggestionArguments {
  readonly refundLineItems?: readonly { readonly lineItemId: string; readonly quantity: number }[] | null;
  readonly suggestFullRefund?: boolean | null;
}

/** What a refund of these lines comes to, and from which payment. */
export function suggestedRefund(
  order: OrderRecord,
  figures: OrderFigures,
  wanted: SuggestionArguments,
  bag: Bag,
) {
  const units = wanted.suggestFullRefund
    ? figures.lines.flatMap(({ current }, line) => (current > 0 ? [{ line, quantity: current }] : []))
    : (wanted.refundLineItems ?? []).map(({ lineItemId, quantity }) => {
        const line = lineOf(order.seq, lineItemId);
        if (line === null || (figures.lines[line]?.current ?? 0) < quantity)
          throw new GraphQLError('Refund line items quantity cannot refund more items than were purchased');
        return { line, quantity };
      });
  const amount = Math.min(priceOf(order, takeOut(order, units, false)), figures.total - figures.refunded);
  const payment = { id: paymentGid(order), kind: 'SALE', gateway: 'bogus' };
  const pays = isPaid(order) && amount > 0;
  return {
    amountSet: bag(amount),
    suggestedTransactions: pays
      ? [{ kind: 'SUGGESTED_REFUND', gateway: 'bogus', amountSet: bag(amount), parentTransaction: payment }]
      : [],
  };
}

/** The payment of an order, to which refunds refer. */
export function paymentGid(order: OrderRecord): string {
  return gid('OrderTransaction', transactionId(order.seq, 0));
}
