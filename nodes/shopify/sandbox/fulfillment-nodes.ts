/** What is to be shipped of an order, and what was, as GraphQL shows it. An order has one fulfilment order here. */
import { fulfillmentId, fulfillmentLineId, gid, idOf } from './ids.ts';
import { locationNode } from './item-nodes.ts';
import { type OrderFigures, type OrderRecord, stamp } from './order-record.ts';
import { indexPage, type PageArguments } from './page.ts';

type LineNode = (index: number) => unknown;

export function fulfillmentOrderNode(
  order: OrderRecord,
  figures: OrderFigures,
  lineNode: LineNode,
  locationName = 'Warehouse',
) {
  const id = idOf('FulfillmentOrder', order.seq);
  const status = statusOf(figures);
  return {
    __typename: 'FulfillmentOrder',
    id: gid('FulfillmentOrder', id),
    status,
    assignedLocation: { name: locationName, location: locationNode(order.location, locationName) },
    supportedActions: status === 'OPEN' || status === 'IN_PROGRESS' ? [{ action: 'CREATE_FULFILLMENT' }] : [],
    lineItems: (page: PageArguments) =>
      indexPage(order.lines.length, page, (index) => {
        const units = figures.lines[index];
        return {
          id: gid('FulfillmentOrderLineItem', fulfillmentLineId(order.seq, index)),
          totalQuantity: (units?.toShip ?? 0) + (units?.shipped ?? 0),
          remainingQuantity: units?.toShip ?? 0,
          lineItem: lineNode(index),
        };
      }),
  };
}

function statusOf({ cancelled, lines }: OrderFigures): string {
  if (cancelled) return 'CANCELLED';
  if (lines.every(({ toShip }) => toShip === 0)) return 'CLOSED';
  return lines.some(({ shipped }) => shipped > 0) ? 'IN_PROGRESS' : 'OPEN';
}

/** What was shipped, oldest first. */
export function fulfillmentNodes(order: OrderRecord, lineNode: LineNode) {
  const shipped = order.steps.flatMap((step) => (step.kind === 'ship' ? [step] : []));
  return shipped.map(({ atMs, units, tracking }, index) => {
    const id = fulfillmentId(order.seq, index);
    return {
      __typename: 'Fulfillment',
      id: gid('Fulfillment', id),
      createdAt: stamp(atMs),
      status: 'SUCCESS',
      trackingInfo: ({ first }: { first?: number | null }) =>
        (tracking ? [tracking] : []).slice(0, first ?? undefined),
      fulfillmentLineItems: (page: PageArguments) =>
        indexPage(units.length, page, (place) => ({
          id: gid('FulfillmentLineItem', id * 100 + place),
          quantity: units[place]?.quantity,
          lineItem: lineNode(units[place]?.line ?? 0),
        })),
    };
  });
}
