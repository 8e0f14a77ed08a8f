/**
 * Money and goods go back. WooCommerce knows no idempotency keys, and `api_refund` moves real money unless one says
 * otherwise: so both switches are always sent, each refund bears our mark, and it is looked for before anything is done.
 */
import { Rejected } from '#runtime/errors.ts';
import type { OrderAction, Refund } from '#runtime/sync/order-action.ts';
import type { Rest } from '../rest.ts';
import { refundBody } from './refund-amounts.ts';
import { demandOrder, isMarked, markOf, postTo, readOrderOf, refundsOf } from './shop-order.ts';

export function refundAction(rest: Rest): OrderAction<Refund> {
  return {
    perform: async ({ externalId, lines, restock, payBack, reason }, { key }) => {
      const order = await demandOrder(rest, externalId);
      const refunds = await refundsOf(rest, externalId);
      const before = refunds.find((refund) => isMarked(refund, key));
      if (before) return { receipt: String(before.id) };
      const body = refundBody(order, refunds, lines);
      if (!body) throw nothingLeft();
      const { id } = await postTo(rest, externalId, 'refunds', {
        ...body,
        reason,
        api_refund: payBack,
        api_restock: restock,
        meta_data: [{ key: markOf(key), value: 'refunded' }],
      });
      return { receipt: String(id) };
    },
    wasDone: async ({ externalId }, { key }) => {
      if (!(await readOrderOf(rest, externalId))) return null;
      return (await refundsOf(rest, externalId)).some((refund) => isMarked(refund, key));
    },
  };
}

function nothingLeft(): Rejected {
  return new Rejected('All of it was refunded in the shop before.', {
    code: 'far-side.refused',
    concerns: 'call',
    fix: 'Nothing is left to be done there: mark this as done.',
  });
}
