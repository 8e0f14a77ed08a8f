/**
 * An order as GraphQL shows it, written as webhooks write it: so that one reader reads both, and both are known as the
 * same state. Holds nothing of the customer.
 */
import { numericId } from './gid.ts';
import type { LineNode, OrderNode, RefundNode } from './operations/order-operations.ts';
import type { OrderBody } from './order-body.ts';

/** As REST calls what GraphQL displays; other words say nothing to `readOrder`. */
const FULFILLED = 'FULFILLED';

export function bodyOfNode(order: OrderNode): OrderBody {
  const total = moneyOf(order.totalPriceSet);
  return {
    ...idsOf(order.id),
    name: order.name,
    test: order.test,
    created_at: order.createdAt,
    processed_at: order.processedAt,
    updated_at: order.updatedAt,
    cancelled_at: order.cancelledAt,
    financial_status: order.displayFinancialStatus?.toLowerCase() ?? null,
    fulfillment_status: order.displayFulfillmentStatus === FULFILLED ? 'fulfilled' : null,
    currency: total.currency_code,
    total_price: total.amount,
    total_price_set: { shop_money: total },
    line_items: order.lineItems.nodes.map(lineBody),
    refunds: order.refunds.map(refundBody),
  };
}

function lineBody(line: LineNode): OrderBody['line_items'][number] {
  const price = moneyOf(line.originalUnitPriceSet);
  return {
    ...idsOf(line.id),
    variant_id: line.variant && Number(numericId(line.variant.id)),
    title: line.title,
    variant_title: line.variantTitle,
    sku: line.sku,
    quantity: line.quantity,
    price: price.amount,
    price_set: { shop_money: price },
  };
}

function refundBody(refund: RefundNode): NonNullable<OrderBody['refunds']>[number] {
  const paidBack = Number(refund.totalRefundedSet.shopMoney.amount) > 0;
  return {
    refund_line_items: refund.refundLineItems.nodes.map(({ quantity, restockType, lineItem }) => ({
      line_item_id: Number(numericId(lineItem.id)),
      quantity,
      restock_type: restockType.toLowerCase(),
    })),
    transactions: paidBack ? [{ kind: 'refund', status: 'success' }] : [],
  };
}

function idsOf(globalId: string): { id: number; admin_graphql_api_id: string } {
  return { id: Number(numericId(globalId)), admin_graphql_api_id: globalId };
}

function moneyOf({ shopMoney }: OrderNode['totalPriceSet']): { amount: string; currency_code: string } {
  return { amount: shopMoney.amount, currency_code: shopMoney.currencyCode };
}
