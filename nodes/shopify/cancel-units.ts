/**
 * Cancels units of an order. Shopify has no call of that name: an order is edited, or units that are not shipped are refunded
 * and restocked as cancelled, which is what its own admin does under "Refund". The latter moves the money too, and is known
 * again by its key.
 */
import type { ChannelAccount } from '#runtime/sync/channel.ts';
import type { OrderAction, UnitsCancellation } from '#runtime/sync/order-action.ts';
import { noSuchOrder, refusedAction } from './order-refusals.ts';
import { readRefundState, refundAction } from './refund-order.ts';
import type { ShopifySecret } from './secret.ts';
import type { Transport } from './transport.ts';

const REASONS = { inventory: 'Cancelled: out of stock', other: 'Cancelled' } as const;

export function cancelUnitsAction(
  transport: Transport,
  account: Pick<ChannelAccount<ShopifySecret>, 'locations' | 'secret'>,
): OrderAction<UnitsCancellation> {
  const refund = refundAction(transport, account);
  const asRefund = ({ externalId, lines, reason }: UnitsCancellation) => ({
    externalId,
    lines,
    restock: true,
    payBack: true,
    reason: REASONS[reason],
    notify: true,
  });
  return {
    perform: async (request, mark) => {
      const as = asRefund(request);
      if (!(await refund.wasDone(as, mark))) await demandUnshipped(transport, request);
      return await refund.perform(as, mark);
    },
    wasDone: async (request, mark) => await refund.wasDone(asRefund(request), mark),
  };
}

/** @throws {Rejected} when some of the units have left, or are gone already: a part of it is not done. */
async function demandUnshipped(
  transport: Transport,
  { externalId, lines }: UnitsCancellation,
): Promise<void> {
  const state = await readRefundState(transport, externalId);
  if (!state) throw noSuchOrder(externalId);
  for (const { lineId, quantity } of lines) {
    const line = state.lines.find(({ id }) => id.endsWith(`/${lineId}`));
    const left = Math.min(line?.unfulfilledQuantity ?? 0, line?.refundableQuantity ?? 0);
    if (left >= quantity) continue;
    throw refusedAction(`cancel ${quantity} units of order ${externalId}`, [
      { field: null, message: `${left} of them are neither shipped nor taken out` },
    ]);
  }
}
