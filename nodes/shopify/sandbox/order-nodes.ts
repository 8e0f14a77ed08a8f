/** Orders as GraphQL shows them. */
import type { Catalogue } from './catalogue.ts';
import { fulfillmentNodes, fulfillmentOrderNode } from './fulfillment-nodes.ts';
import { gid, idOf, lineId } from './ids.ts';
import type { ItemNodes } from './item-nodes.ts';
import { decimalWriter } from './money-text.ts';
import { figuresOf, type OrderFigures, type OrderRecord, stamp } from './order-record.ts';
import { indexPage, type PageArguments } from './page.ts';
import { type Bag, refundNode, type SuggestionArguments, suggestedRefund } from './refund-nodes.ts';

type Json = Readonly<Record<string, unknown>>;

export interface OrderNodes {
  order(order: OrderRecord): Json;
  /** One of an order's refunds, by its place among them. */
  refund(order: OrderRecord, index: number): Json | null;
  /** Its one fulfilment order. */
  fulfillmentOrder(order: OrderRecord): Json;
  /** One of its shipments, by its place among them. */
  fulfillment(order: OrderRecord, index: number): Json | null;
}

const FULFILLMENT = { partial: 'PARTIALLY_FULFILLED', fulfilled: 'FULFILLED' } as const;

interface First {
  readonly first?: number | null;
}

/** Makes the nodes of one shop's orders. */
export function orderNodes(
  catalogue: Catalogue,
  items: ItemNodes,
  currency: string,
  locations: readonly string[],
): OrderNodes {
  const decimal = decimalWriter(currency);
  const bag: Bag = (amount) => {
    const money = { amount: decimal(amount), currencyCode: currency };
    return { shopMoney: money, presentmentMoney: money };
  };
  const lineNodes = (order: OrderRecord, figures: OrderFigures) => (index: number) =>
    lineNode(order, figures, index, { catalogue, items, bag });

  return {
    order: (order) => {
      const figures = figuresOf(order);
      return orderNode(order, figures, lineNodes(order, figures), bag, { currency, locations });
    },
    fulfillmentOrder: (order) => {
      const figures = figuresOf(order);
      return fulfillmentOrderNode(order, figures, lineNodes(order, figures), locations[order.location]);
    },
    fulfillment: (order, index) => fulfillmentNodes(order, lineNodes(order, figuresOf(order)))[index] ?? null,
    refund: (order, index) => {
      const figures = figuresOf(order);
      const refund = figures.refunds[index];
      return refund ? refundNode(order, refund, index, lineNodes(order, figures), bag) : null;
    },
  };
}

function orderNode(
  order: OrderRecord,
  figures: OrderFigures,
  node: (index: number) => unknown,
  bag: Bag,
  { currency: currencyCode, locations }: { readonly currency: string; readonly locations: readonly string[] },
) {
  const id = idOf('Order', order.seq);
  return {
    __typename: 'Order',
    id: gid('Order', id),
    legacyResourceId: String(id),
    name: figures.name,
    note: figures.note,
    test: order.test,
    createdAt: stamp(order.placedAtMs),
    processedAt: stamp(order.placedAtMs),
    updatedAt: stamp(figures.updatedAtMs),
    cancelledAt: figures.cancelled ? stamp(figures.cancelled.atMs) : null,
    cancelReason: figures.cancelled?.reason.toUpperCase() ?? null,
    currencyCode,
    displayFinancialStatus: figures.financialStatus.toUpperCase(),
    displayFulfillmentStatus: figures.fulfillmentStatus
      ? FULFILLMENT[figures.fulfillmentStatus]
      : 'UNFULFILLED',
    totalPriceSet: bag(figures.total),
    currentTotalPriceSet: bag(figures.currentTotal),
    totalRefundedSet: bag(figures.refunded),
    lineItems: (page: PageArguments) => indexPage(order.lines.length, page, node),
    refunds: ({ first }: First) =>
      figures.refunds
        .slice(0, first ?? undefined)
        .map((refund, index) => refundNode(order, refund, index, node, bag)),
    fulfillments: ({ first }: First) => fulfillmentNodes(order, node).slice(0, first ?? undefined),
    fulfillmentOrders: (page: PageArguments) =>
      indexPage(1, page, () => fulfillmentOrderNode(order, figures, node, locations[order.location])),
    suggestedRefund: (wanted: SuggestionArguments) => suggestedRefund(order, figures, wanted, bag),
  };
}

function lineNode(
  order: OrderRecord,
  figures: OrderFigures,
  index: number,
  { catalogue, items, bag }: { readonly catalogue: Catalogue; readonly items: ItemNodes; readonly bag: Bag },
) {
  const line = order.lines[index];
  const product = catalogue.bySeq(line?.product ?? 0);
  const units = figures.lines[index];
  return {
    __typename: 'LineItem',
    id: gid('LineItem', lineId(order.seq, index)),
    variant: product && !product.removed ? items.variant(product) : null,
    title: product?.title,
    variantTitle: null,
    name: product?.title,
    sku: product?.sku || null,
    quantity: units?.sold,
    currentQuantity: units?.current,
    refundableQuantity: units?.current,
    unfulfilledQuantity: units?.toShip,
    originalUnitPriceSet: bag(line?.price ?? 0),
  };
}
