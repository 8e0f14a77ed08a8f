/** Finds anything in the shop by its global id. */
import type { BulkOperations } from './bulk-operations.ts';
import type { Catalogue, Product } from './catalogue.ts';
import { fulfillmentId, gid, type NumberedType, refundId, STEPS_MAX, seqOf } from './ids.ts';
import { type ItemNodes, locationIndex, locationNode } from './item-nodes.ts';
import type { OrderBook } from './order-book.ts';
import type { OrderNodes } from './order-nodes.ts';

export interface FinderParts {
  readonly catalogue: Catalogue;
  readonly items: ItemNodes;
  readonly orders: OrderBook;
  readonly orderNodes: OrderNodes;
  readonly bulk: BulkOperations;
  readonly locations: readonly string[];
}

export function nodeFinder(parts: FinderParts): (args: { id: string }) => unknown {
  const { catalogue, items, orders, orderNodes, locations } = parts;
  const product = (type: NumberedType, id: string): Product | undefined => {
    const found = catalogue.bySeq(seqOf(type, id) ?? 0);
    return found?.removed ? undefined : found;
  };
  return ({ id }) => {
    const location = locationIndex(id, locations);
    if (location !== null) return locationNode(location, locations[location]);
    const order = orders.bySeq(seqOf('Order', id) ?? 0);
    if (order) return orderNodes.order(order);
    const refund = /^gid:\/\/shopify\/Refund\/(\d{1,15})$/.exec(id)?.[1];
    if (refund) return refundOf(Number(refund), orders, orderNodes);
    const shipped = /^gid:\/\/shopify\/Fulfillment\/(\d{1,15})$/.exec(id)?.[1];
    if (shipped) return fulfillmentOf(Number(shipped), orders, orderNodes);
    const toShip = orders.bySeq(seqOf('FulfillmentOrder', id) ?? 0);
    if (toShip) return orderNodes.fulfillmentOrder(toShip);
    const item = product('InventoryItem', id);
    if (item) return items.item(item);
    const variant = product('ProductVariant', id);
    if (variant) return items.variant(variant);
    const found = product('Product', id);
    return found ? items.product(found) : parts.bulk.find({ id });
  };
}

function fulfillmentOf(id: number, orders: OrderBook, nodes: OrderNodes): unknown {
  const behind = id - fulfillmentId(0, 0);
  const order = orders.bySeq(Math.floor(behind / STEPS_MAX));
  return order ? nodes.fulfillment(order, behind % STEPS_MAX) : null;
}

function refundOf(id: number, orders: OrderBook, nodes: OrderNodes): unknown {
  const behind = id - refundId(0, 0);
  const seq = Math.floor(behind / STEPS_MAX);
  const order = orders.bySeq(seq);
  const found = order && nodes.refund(order, behind % STEPS_MAX);
  return found?.id === gid('Refund', id) ? found : null;
}
