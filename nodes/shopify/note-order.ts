/**
 * Notes on an order. Shopify has one note for each order, which staff edit too, and no way to add to it or to compare
 * before writing: it is read, and written with a line more. What staff type within that moment would be lost.
 */
import type { OrderAction, OrderNote } from '#runtime/sync/order-action.ts';
import { orderState, updateNote } from './operations/order-action-operations.ts';
import { noSuchOrder, orderGid, refusedAction } from './order-refusals.ts';
import type { Transport } from './transport.ts';

/** Shopify's note holds 5,000 characters. */
const NOTE_LENGTH_MAX = 5_000;

export function noteAction(transport: Transport): OrderAction<OrderNote> {
  const read = async (externalId: string) =>
    (await transport(orderState, { id: orderGid(externalId) })).order;
  return {
    perform: async ({ externalId, text }, { key }) => {
      const order = await read(externalId);
      if (!order) throw noSuchOrder(externalId);
      const line = lineOf(text, key);
      const before = order.note ?? '';
      if (before.includes(line)) return { receipt: null };
      const note = [before, line].filter(Boolean).join('\n');
      if (note.length > NOTE_LENGTH_MAX)
        throw refusedAction(`note on order ${order.name}`, [
          { field: null, message: `its note would be longer than ${NOTE_LENGTH_MAX} characters` },
        ]);
      const { orderUpdate } = await transport(updateNote, { id: order.id, note });
      if (!orderUpdate?.order)
        throw refusedAction(`note on order ${order.name}`, orderUpdate?.userErrors ?? []);
      return { receipt: null };
    },
    wasDone: async ({ externalId, text }, { key }) => {
      const order = await read(externalId);
      return order ? (order.note ?? '').includes(lineOf(text, key)) : null;
    },
    takeBack: async ({ externalId, text }, { key }) => {
      const order = await read(externalId);
      const lines = order?.note?.split('\n') ?? [];
      const left = lines.filter((line) => line !== lineOf(text, key));
      if (!order || left.length === lines.length) return;
      const { orderUpdate } = await transport(updateNote, { id: order.id, note: left.join('\n') });
      if (!orderUpdate?.order)
        throw refusedAction(`note on order ${order.name}`, orderUpdate?.userErrors ?? []);
    },
  };
}

/** With a mark, so that the same text for another cause is another line. */
function lineOf(text: string, key: string): string {
  return `${text.replace(/\s+/g, ' ').trim()} [${markOf(key)}]`;
}

/** Short enough for people, long enough to be no other: `sf-1a2b3c4d5e6f`. */
export function markOf(key: string): string {
  return `sf-${key.replaceAll('-', '').slice(0, 12)}`;
}
