/** Everything of an order: its lines and refunds, however many there are. */
import {
  isWhole,
  type OrderNode,
  orderLines,
  REFUNDS_MAX,
  REFUNDS_PER_PAGE,
  type RefundNode,
  refundLinePage,
  refundPage,
} from './operations/order-operations.ts';
import type { Transport } from './transport.ts';

const PAGES_MAX = 200;

/** The order with what a page of orders left out; null: it is gone meanwhile. */
export async function wholeOrder(transport: Transport, order: OrderNode): Promise<OrderNode | null> {
  return isWhole(order) ? order : await readWhole(transport, order.id);
}

/** null: the shop has no such order. */
export async function readWhole(transport: Transport, id: string): Promise<OrderNode | null> {
  const lines: OrderNode['lineItems']['nodes'] = [];
  let after: string | null = null;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const variables: Readonly<Record<string, unknown>> = { id, after };
    const { order } = await transport(orderLines, variables);
    if (!order) return null;
    const { lineItems, refunds, ...head } = order;
    lines.push(...lineItems.nodes);
    after = lineItems.pageInfo.endCursor;
    if (lineItems.pageInfo.hasNextPage) continue;
    if (refunds.length >= REFUNDS_MAX) throw new Error(`order ${id} has ${REFUNDS_MAX} refunds or more`);
    return {
      ...head,
      lineItems: { pageInfo: lineItems.pageInfo, nodes: lines },
      refunds: await readRefunds(
        transport,
        refunds.map((refund) => refund.id),
      ),
    };
  }
  throw new Error(`order ${id} has more than ${PAGES_MAX} pages of lines`);
}

async function readRefunds(transport: Transport, ids: readonly string[]): Promise<RefundNode[]> {
  const refunds: RefundNode[] = [];
  for (let start = 0; start < ids.length; start += REFUNDS_PER_PAGE) {
    const { nodes } = await transport(refundPage, { ids: ids.slice(start, start + REFUNDS_PER_PAGE) });
    for (const refund of nodes) if (refund) refunds.push(await withAllLines(transport, refund));
  }
  return refunds;
}

async function withAllLines(transport: Transport, refund: RefundNode): Promise<RefundNode> {
  const nodes = [...refund.refundLineItems.nodes];
  let { pageInfo } = refund.refundLineItems;
  for (let page = 0; pageInfo.hasNextPage && page < PAGES_MAX; page += 1) {
    const variables = { id: refund.id, after: pageInfo.endCursor };
    const more = (await transport(refundLinePage, variables)).node?.refundLineItems;
    if (!more) break;
    nodes.push(...more.nodes);
    pageInfo = more.pageInfo;
  }
  return { ...refund, refundLineItems: { pageInfo, nodes } };
}
