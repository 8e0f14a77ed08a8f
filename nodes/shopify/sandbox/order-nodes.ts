/** Orders as GraphQL shows them. */
import type { Catalogue } from './catalogue.ts';
import { gid, idOf, lineId, refundId } from './ids.ts';
import { decimalWriter } from './money-text.ts';
import { figuresOf, type OrderRecord, refundLineIds, stamp } from './order-record.ts';
import { connection, type PageArguments, pageSize, placeAfter } from './page.ts';

export type OrderNode = (order: OrderRecord) => Readonly<Record<string, unknown>>;

/** Makes the nodes of one shop's orders. */
export function orderNodes(catalogue: Catalogue, currency: string): OrderNode {
  const decimal = decimalWriter(currency);
  const bag = (amount: number) => {
    const money = { amount: decimal(amount), currencyCode: currency };
    return { shopMoney: money, presentmentMoney: money };
  };

  const lineNode = (order: OrderRecord, index: number, currentQuantity: number) => {
    const line = order.lines[index];
    const product = catalogue.bySeq(line?.product ?? 0);
    return {
      __typename: 'LineItem',
      id: gid('LineItem', lineId(order.seq, index)),
      title: product?.title,
      name: product?.title,
      sku: product?.sku,
      quantity: line?.quantity,
      currentQuantity,
      originalUnitPriceSet: bag(line?.price ?? 0),
    };
  };

  return (order) => {
    const figures = figuresOf(order);
    const id = idOf('Order', order.seq);
    const node = (index: number) => lineNode(order, index, figures.currentQuantities[index] ?? 0);
    return {
      __typename: 'Order',
      id: gid('Order', id),
      legacyResourceId: String(id),
      name: figures.name,
      test: false,
      createdAt: stamp(order.placedAtMs),
      processedAt: stamp(order.placedAtMs),
      updatedAt: stamp(figures.updatedAtMs),
      cancelledAt: null,
      currencyCode: currency,
      displayFinancialStatus: figures.financialStatus.toUpperCase(),
      displayFulfillmentStatus: 'UNFULFILLED',
      totalPriceSet: bag(figures.total),
      currentTotalPriceSet: bag(figures.currentTotal),
      lineItems: (page: PageArguments) => indexPage(order.lines.length, page, node),
      refunds: ({ first }: { first?: number | null }) =>
        order.refunds.slice(0, first ?? undefined).map((_refund, index) => refundNode(order, index, node)),
    };
  };
}

function refundNode(order: OrderRecord, index: number, lineNode: (index: number) => unknown) {
  const refund = order.refunds[index];
  const id = refundId(order.seq, index);
  const ids = refundLineIds(order, index);
  const line = (place: number) => ({
    id: gid('RefundLineItem', ids[place] ?? 0),
    lineItem: lineNode(refund?.lines[place]?.line ?? 0),
    quantity: refund?.lines[place]?.quantity,
    restockType: refund?.restock ? 'CANCEL' : 'NO_RESTOCK',
    restocked: refund?.restock,
  });
  return {
    __typename: 'Refund',
    id: gid('Refund', id),
    legacyResourceId: String(id),
    createdAt: stamp(refund?.atMs ?? 0),
    refundLineItems: (page: PageArguments) => indexPage(ids.length, page, line),
  };
}

/** A page of things that are numbered from 0 to `count`. */
function indexPage(count: number, page: PageArguments, node: (index: number) => unknown) {
  const size = pageSize(page);
  const [last = -1] = placeAfter(page, [-1]);
  const length = Math.max(Math.min(size + 1, count - last - 1), 0);
  const indexes = Array.from({ length }, (_, offset) => last + 1 + offset);
  return connection(indexes, size, (index) => [index], node);
}
