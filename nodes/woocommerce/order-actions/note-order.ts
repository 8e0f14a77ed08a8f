/** A line for the shop's staff, in the order's notes. */
import type { OrderAction, OrderNote } from '#runtime/sync/order-action.ts';
import type { Rest } from '../rest.ts';
import { demandOrder, hasNote, noteOnce, readOrderOf, removeNotes } from './shop-order.ts';

export function noteAction(rest: Rest): OrderAction<OrderNote> {
  return {
    perform: async ({ externalId, text }, { key }) => {
      await demandOrder(rest, externalId);
      await noteOnce(rest, externalId, key, { text, forCustomer: false });
      return { receipt: null };
    },
    wasDone: async ({ externalId }, { key }) => {
      if (!(await readOrderOf(rest, externalId))) return null;
      return await hasNote(rest, externalId, key);
    },
    takeBack: async ({ externalId }, { key }) => {
      if (await readOrderOf(rest, externalId)) await removeNotes(rest, externalId, key);
    },
  };
}
