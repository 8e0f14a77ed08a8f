/**
 * From which location the shop ships the lines of an order. It stands in its fulfilment orders and not in the order itself
 * (schema 2026-10), so that no order webhook tells it. Where a line is shipped from several, the one with most units counts:
 * what is wrong by that at the others shows in their counts.
 */
import { Rejected } from '#runtime/errors.ts';
import type { LocationId } from '#runtime/ids.ts';
import { numericId } from './gid.ts';
import type { KeptLocation } from './kept-locations.ts';
import { orderShelves } from './operations/shipping-operations.ts';
import { orderGid } from './order-refusals.ts';
import { restOfFulfillmentOrder } from './shipping-state.ts';
import type { Transport } from './transport.ts';

/** Of the shop's locations, by the id of the line; none of an order that the shop does not show. */
export async function locationsOfLines(
  transport: Transport,
  externalId: string,
): Promise<Map<string, string>> {
  const { order } = await transport(orderShelves, { id: orderGid(externalId) });
  if (!order) return new Map();
  const units = new Map<string, Map<string, number>>();
  for (const { id, status, assignedLocation, lineItems } of order.fulfillmentOrders.nodes) {
    const location = assignedLocation.location?.id;
    // What was cancelled there was moved, or is shipped by nobody.
    if (!location || status === 'CANCELLED') continue;
    for (const { totalQuantity, lineItem } of [
      ...lineItems.nodes,
      ...(await restOfFulfillmentOrder(transport, id, lineItems.pageInfo)),
    ]) {
      const line = numericId(lineItem.id);
      const there = units.get(line) ?? new Map<string, number>();
      units.set(line, there.set(location, (there.get(location) ?? 0) + totalQuantity));
    }
  }
  return new Map(
    [...units].flatMap(([line, there]) => mostOf(there).map((location) => [line, location] as const)),
  );
}

/**
 * Those of them that are kept in step, as the ledger calls them. None where the app may not see fulfilment orders: a look at
 * the connection tells of that, and no order is held up by it.
 */
export async function shelvesOf(
  transport: Transport,
  externalId: string,
  kept: readonly KeptLocation[],
): Promise<Map<string, LocationId>> {
  const byId = new Map(kept.map(({ id, location }) => [id, location]));
  const lines = await locationsOfLines(transport, externalId).catch((error: unknown) => {
    if (error instanceof Rejected && error.code === 'far-side.rights') return new Map<string, string>();
    throw error;
  });
  return new Map(
    [...lines].flatMap(([line, id]) => {
      const location = byId.get(id);
      return location ? [[line, location] as const] : [];
    }),
  );
}

function mostOf(there: ReadonlyMap<string, number>): string[] {
  const [most] = [...there].sort(([, a], [, b]) => b - a);
  return most ? [most[0]] : [];
}
