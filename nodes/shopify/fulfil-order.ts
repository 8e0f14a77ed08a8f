/**
 * Marks units of an order as shipped. Shopify knows no idempotency key here, so what was shipped since the action was
 * asked for, under the same tracking number, counts as done by it and is not shipped again.
 */
import type { ActionMark, Fulfilment, OrderAction } from '#runtime/sync/order-action.ts';
import { createFulfillment } from './operations/shipping-operations.ts';
import { noSuchOrder, refusedAction } from './order-refusals.ts';
import { type OpenLine, readShipping, type Shipping } from './shipping-state.ts';
import type { Transport } from './transport.ts';

/** Shopify stamps whole seconds, by its own clock. */
const CLOCKS_DIFFER_MS = 60_000;

export function fulfilAction(transport: Transport): OrderAction<Fulfilment> {
  return {
    perform: async (request, mark) => {
      const state = await readShipping(transport, request.externalId);
      if (!state) throw noSuchOrder(request.externalId);
      const what = `mark order ${request.externalId} as shipped`;
      const left = leftToShip(request, mark, state);
      if (left === 'done') return { receipt: null };
      const groups = groupsOf(left, state);
      if (groups.size === 0)
        throw refusedAction(what, [{ field: null, message: 'nothing of it is left to ship' }]);
      let receipt: string | null = null;
      for (const [fulfillmentOrderId, lines] of groups) {
        const { fulfillmentCreate } = await transport(createFulfillment, {
          fulfillment: {
            lineItemsByFulfillmentOrder: [
              {
                fulfillmentOrderId,
                fulfillmentOrderLineItems: lines.map(({ line, quantity }) => ({ id: line.id, quantity })),
              },
            ],
            notifyCustomer: request.notify,
            ...(request.tracking && { trackingInfo: request.tracking }),
          },
        });
        if (!fulfillmentCreate?.fulfillment) throw refusedAction(what, fulfillmentCreate?.userErrors ?? []);
        receipt = fulfillmentCreate.fulfillment.id;
      }
      return { receipt };
    },
    wasDone: async (request, mark) => {
      const state = await readShipping(transport, request.externalId);
      return state && leftToShip(request, mark, state) === 'done';
    },
  };
}

/** Units by line that this action still has to ship; null: all that is open. */
type Left = ReadonlyMap<string, number> | null;

function leftToShip({ lines, tracking }: Fulfilment, { since }: ActionMark, state: Shipping): Left | 'done' {
  const sinceMs = since.getTime() - CLOCKS_DIFFER_MS;
  const ours = state.shipped.filter(
    ({ at, trackingNumber }) => at.getTime() >= sinceMs && trackingNumber === (tracking?.number ?? null),
  );
  if (lines === null) {
    const open = state.open.some(({ remaining }) => remaining > 0);
    return !open && ours.length > 0 ? 'done' : null;
  }
  const left = new Map(lines.map(({ lineId, quantity }) => [lineId, quantity]));
  for (const { lineId, quantity } of ours.flatMap(({ units }) => units)) {
    left.set(lineId, Math.max(0, (left.get(lineId) ?? 0) - quantity));
  }
  return [...left.values()].every((quantity) => quantity === 0) ? 'done' : left;
}

interface Take {
  readonly line: OpenLine;
  readonly quantity: number;
}

/** Takes the units from the fulfilment orders that have them, one call for each. */
function groupsOf(left: Left, { open }: Shipping): Map<string, Take[]> {
  const wanted = left && new Map(left);
  const takes = open.flatMap((line): Take[] => {
    const asked = wanted ? (wanted.get(line.lineId) ?? 0) : line.remaining;
    const quantity = Math.min(asked, line.remaining);
    wanted?.set(line.lineId, asked - quantity);
    return quantity > 0 ? [{ line, quantity }] : [];
  });
  return Map.groupBy(takes, ({ line }) => line.fulfillmentOrderId);
}
