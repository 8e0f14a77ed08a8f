/** What is left to ship of an order, and what was shipped. */
import { numericId } from './gid.ts';
import { fulfillmentLines, fulfillmentOrderLines, shippingState } from './operations/shipping-operations.ts';
import { orderGid } from './order-refusals.ts';
import type { Transport } from './transport.ts';

/** A line of a fulfilment order that may be shipped now. */
export interface OpenLine {
  readonly fulfillmentOrderId: string;
  readonly id: string;
  /** Of the order's own line, as `OrderLine` has it. */
  readonly lineId: string;
  readonly remaining: number;
}

export interface Shipment {
  readonly at: Date;
  readonly trackingNumber: string | null;
  readonly units: readonly { readonly lineId: string; readonly quantity: number }[];
}

export interface Shipping {
  readonly open: readonly OpenLine[];
  readonly shipped: readonly Shipment[];
}

const PAGES_MAX = 100;
const GONE: ReadonlySet<string> = new Set(['CANCELLED', 'ERROR', 'FAILURE']);

/** null: the shop knows no such order. */
export async function readShipping(transport: Transport, externalId: string): Promise<Shipping | null> {
  const { order } = await transport(shippingState, { id: orderGid(externalId) });
  if (!order) return null;
  const open: OpenLine[] = [];
  for (const { id, supportedActions, lineItems } of order.fulfillmentOrders.nodes) {
    // On hold, with a third party, or closed: not ours to ship.
    if (!supportedActions.some(({ action }) => action === 'CREATE_FULFILLMENT')) continue;
    const more = await restOfFulfillmentOrder(transport, id, lineItems.pageInfo);
    for (const line of [...lineItems.nodes, ...more])
      open.push({
        fulfillmentOrderId: id,
        id: line.id,
        lineId: numericId(line.lineItem.id),
        remaining: line.remainingQuantity,
      });
  }
  const shipped: Shipment[] = [];
  for (const { id, status, createdAt, trackingInfo, fulfillmentLineItems } of order.fulfillments) {
    if (GONE.has(status)) continue;
    const more = await rest(fulfillmentLineItems.pageInfo, async (after) => {
      const { node } = await transport(fulfillmentLines, { id, after });
      return node?.fulfillmentLineItems;
    });
    shipped.push({
      at: new Date(createdAt),
      trackingNumber: trackingInfo[0]?.number ?? null,
      units: [...fulfillmentLineItems.nodes, ...more].map(({ quantity, lineItem }) => ({
        lineId: numericId(lineItem.id),
        quantity: quantity ?? 0,
      })),
    });
  }
  return { open, shipped };
}

/** The lines of a fulfilment order behind a first page of them. */
export async function restOfFulfillmentOrder(
  transport: Transport,
  id: string,
  first: Page<unknown>['pageInfo'],
) {
  return await rest(first, async (after) => {
    const { node } = await transport(fulfillmentOrderLines, { id, after });
    return node?.lineItems;
  });
}

interface Page<Node> {
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  readonly nodes: readonly Node[];
}

/** The pages behind a first one. */
async function rest<Node>(
  first: Page<Node>['pageInfo'],
  read: (after: string | null) => Promise<Page<Node> | undefined>,
): Promise<Node[]> {
  const nodes: Node[] = [];
  let pageInfo = first;
  for (let page = 0; pageInfo.hasNextPage && page < PAGES_MAX; page += 1) {
    const more = await read(pageInfo.endCursor);
    if (!more) break;
    nodes.push(...more.nodes);
    pageInfo = more.pageInfo;
  }
  return nodes;
}
