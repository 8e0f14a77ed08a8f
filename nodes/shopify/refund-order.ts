/** Refunds units of an order. The key makes a repeat harmless; the refund's note carries its mark, so it can be found. */
import type { ChannelAccount } from '#runtime/sync/channel.ts';
import type { OrderAction, Refund } from '#runtime/sync/order-action.ts';
import { numericId } from './gid.ts';
import { keptLocations } from './kept-locations.ts';
import { markOf } from './note-order.ts';
import { createRefund, refundState, suggestedRefund } from './operations/order-action-operations.ts';
import { noSuchOrder, orderGid, refusedAction } from './order-refusals.ts';
import type { ShopifySecret } from './secret.ts';
import { locationsOfLines } from './shelves-of-order.ts';
import type { Transport } from './transport.ts';

const PAGES_MAX = 100;

interface LineState {
  readonly id: string;
  readonly refundableQuantity: number;
  readonly unfulfilledQuantity: number;
}

export function refundAction(
  transport: Transport,
  account: Pick<ChannelAccount<ShopifySecret>, 'locations' | 'secret'>,
): OrderAction<Refund> {
  return {
    perform: async (refund, { key }) => {
      const state = await readRefundState(transport, refund.externalId);
      if (!state) throw noSuchOrder(refund.externalId);
      const mark = markOf(key);
      const before = state.refunds.find(({ note }) => note?.includes(mark));
      if (before) return { receipt: before.id };
      const what = `refund order ${refund.externalId}`;
      const units = unitsOf(refund, state.lines);
      if (units.length === 0)
        throw refusedAction(what, [{ field: null, message: 'nothing is left to refund' }]);
      const shelves = refund.restock ? await shelvesFor(transport, account, refund.externalId) : null;
      const refundLineItems = units.flatMap((one) => refundLines(one, shelves?.(one.line.id) ?? null));
      const back = refund.payBack ? await paymentsBack(transport, refund, units) : [];
      // Of an order in another currency than the shop's, Shopify takes amounts in the customer's.
      const [currency] = back.map((payment) => payment.currency);
      const input = {
        orderId: state.id,
        note: [refund.reason.trim(), `[${mark}]`].filter(Boolean).join(' '),
        notify: refund.notify,
        refundLineItems,
        ...(refund.lines === null && { shipping: { fullRefund: true } }),
        ...(currency && { currency }),
        transactions: back.map((payment) => payment.transaction),
      };
      const { refundCreate } = await transport(createRefund, { input, key });
      if (refundCreate?.refund) return { receipt: refundCreate.refund.id };
      throw refusedAction(what, refundCreate?.userErrors ?? []);
    },
    wasDone: async ({ externalId }, { key }) => {
      const state = await readRefundState(transport, externalId);
      return state ? state.refunds.some(({ note }) => note?.includes(markOf(key))) : null;
    },
  };
}

/** null: the shop knows no such order. */
export async function readRefundState(transport: Transport, externalId: string) {
  const id = orderGid(externalId);
  const lines: LineState[] = [];
  for (let after: string | null = null, page = 0; page < PAGES_MAX; page += 1) {
    const variables: Readonly<Record<string, unknown>> = { id, after };
    const { order } = await transport(refundState, variables);
    if (!order) return null;
    lines.push(...order.lineItems.nodes);
    if (!order.lineItems.pageInfo.hasNextPage) return { id: order.id, refunds: order.refunds, lines };
    after = order.lineItems.pageInfo.endCursor;
  }
  throw new Error(`order ${externalId} has more than ${PAGES_MAX} pages of lines`);
}

/** Units go back to where they were to come from: to the kept location, or of several to the line's own. */
async function shelvesFor(
  transport: Transport,
  account: Pick<ChannelAccount<ShopifySecret>, 'locations' | 'secret'>,
  externalId: string,
): Promise<(lineId: string) => string> {
  const kept = await keptLocations(transport, account);
  const [first] = kept;
  if (!first) throw new Error('a shop without a location was let through');
  if (kept.length === 1) return () => first.id;
  const lines = await locationsOfLines(transport, externalId);
  return (lineId) => lines.get(numericId(lineId)) ?? first.id;
}

interface Units {
  readonly line: LineState;
  readonly quantity: number;
}

/** Not more than can still be refunded: what Shopify took back already is done. */
function unitsOf({ lines: wanted }: Refund, lines: readonly LineState[]): Units[] {
  const all = lines.map((line) => ({ line, quantity: line.refundableQuantity }));
  const asked = wanted?.flatMap(({ lineId, quantity }) => {
    const line = lines.find(({ id }) => id.endsWith(`/${lineId}`));
    return line ? [{ line, quantity: Math.min(quantity, line.refundableQuantity) }] : [];
  });
  return (asked ?? all).filter(({ quantity }) => quantity > 0);
}

/** Units that are not shipped go back as cancelled, shipped ones as returned; those first that nobody has yet. */
function refundLines({ line, quantity }: Units, locationId: string | null) {
  const lineItemId = line.id;
  if (locationId === null) return [{ lineItemId, quantity, restockType: 'NO_RESTOCK' }];
  const unshipped = Math.min(quantity, line.unfulfilledQuantity);
  return [
    { lineItemId, quantity: unshipped, restockType: 'CANCEL', locationId },
    { lineItemId, quantity: quantity - unshipped, restockType: 'RETURN', locationId },
  ].filter((one) => one.quantity > 0);
}

/** What Shopify itself would give back for these units, and by which payments. */
async function paymentsBack(transport: Transport, refund: Refund, units: readonly Units[]) {
  const id = orderGid(refund.externalId);
  const lines = units.map(({ line, quantity }) => ({ lineItemId: line.id, quantity }));
  const { order } = await transport(suggestedRefund, { id, lines, whole: refund.lines === null });
  const suggested = order?.suggestedRefund?.suggestedTransactions ?? [];
  return suggested.flatMap(({ gateway, amountSet, parentTransaction }) =>
    gateway && parentTransaction
      ? [
          {
            currency: amountSet.presentmentMoney.currencyCode,
            transaction: {
              orderId: id,
              kind: 'REFUND',
              gateway,
              amount: amountSet.presentmentMoney.amount,
              parentId: parentTransaction.id,
            },
          },
        ]
      : [],
  );
}
