/** What goes outside about single orders: shipped, refunded, noted. Each is looked for before it is done again. */
import type { z } from 'zod';
import { Rejected } from '../errors.ts';
import { Fulfilment, type OrderAction, type OrderActions, OrderNote, Refund } from '../sync/order-action.ts';
import { inDoubtUnlessRefused } from './in-doubt.ts';
import { defineOutsideEffect, type OutsideCall, type OutsideEffect } from './outside-effect.ts';

/** A shop that was slow may still be about to do it: looked at after this time. */
const SETTLE_MS = 5_000;

interface Definition<Request> {
  /** It can be taken back where the channel allows it. */
  readonly undoable?: boolean;
  readonly type: string;
  readonly title: string;
  /** For the sentence "SyncFlow can't … on etsy yet." */
  readonly verb: string;
  readonly fix: string;
  readonly payload: z.ZodType<Request>;
  readonly of: (actions: OrderActions | undefined) => OrderAction<Request> | undefined;
}

function orderEffect<Request>(definition: Definition<Request>): OutsideEffect {
  const { type, title, verb, fix, payload, of, undoable = false } = definition;
  const actionAt = ({ far }: OutsideCall<Request>): OrderAction<Request> => {
    const action = of(far.client?.orderActions);
    if (action) return action;
    throw new Rejected(`SyncFlow can't ${verb} on ${far.type} yet.`, { fix });
  };
  return defineOutsideEffect<Request>({
    type,
    title,
    payload,
    deduplicates: false,
    lane: 'orders',
    settleMs: SETTLE_MS,
    write: async (call) => {
      const { payload: request, key, queuedAt: since } = call;
      return await inDoubtUnlessRefused(() => actionAt(call).perform(request, { key, since }));
    },
    probe: async (call) => {
      const done = await actionAt(call).wasDone(call.payload, { key: call.key, since: call.queuedAt });
      if (done === null) return 'unknown';
      return done ? 'done' : 'not-done';
    },
    ...(undoable && {
      compensate: async (call) => {
        const action = actionAt(call);
        if (!action.takeBack)
          throw new Rejected(`${call.far.type} can't take this back.`, { fix: UNDO_BY_HAND });
        await action.takeBack(call.payload, { key: call.key, since: call.queuedAt });
      },
    }),
  });
}

const BY_HAND = 'Do it in the shop itself, then mark this as done.';
const UNDO_BY_HAND = 'Take it back in the shop itself, then drop this message.';

export const ORDER_EFFECTS: readonly OutsideEffect[] = [
  orderEffect<Fulfilment>({
    type: 'fulfil-order',
    title: 'Mark as shipped',
    verb: 'mark orders as shipped',
    fix: BY_HAND,
    payload: Fulfilment,
    of: (actions) => actions?.fulfil,
  }),
  orderEffect<Refund>({
    type: 'refund-order',
    title: 'Refund an order',
    verb: 'refund orders',
    fix: BY_HAND,
    payload: Refund,
    of: (actions) => actions?.refund,
  }),
  orderEffect<OrderNote>({
    type: 'note-order',
    title: 'Note on an order',
    verb: 'write notes on orders',
    fix: BY_HAND,
    payload: OrderNote,
    undoable: true,
    of: (actions) => actions?.note,
  }),
];
