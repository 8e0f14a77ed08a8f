/** The conflict strategies that come with SyncFlow, by the word that stands in a client's policy. */
import { z } from 'zod';
import type { ConflictStrategy } from './conflict-strategy.ts';

export const PolicyName = z.enum(['hold', 'backorder', 'cancel']);
export type PolicyName = z.infer<typeof PolicyName>;

/** A person decides. The default: nothing is done that could not be taken back. */
const hold: ConflictStrategy = {
  type: 'hold',
  decide: () => ({ kind: 'hold', because: null }),
};

/** The line is accepted and waits for goods. An order that is not paid yet waits for nothing. */
const backorder: ConflictStrategy = {
  type: 'backorder',
  decide: ({ order }) =>
    order.status === 'pending'
      ? {
          kind: 'hold',
          because: 'it is not paid yet, and nothing is owed to an order that may never be paid',
        }
      : { kind: 'backorder' },
};

/**
 * The order is cancelled on its channel; when something else of it can be shipped, only what is not there is refunded.
 * Where a channel can't do that, a person decides: losing nine good lines over a tenth is not what is meant by it.
 */
const cancel: ConflictStrategy = {
  type: 'cancel',
  decide: ({ order, channel }) => {
    const hold = (because: string) => ({ kind: 'hold', because }) as const;
    if (order.status === 'fulfilled') return hold('the shop has marked it as shipped');
    if (order.restCanShip) {
      return channel.lines && order.status !== 'pending'
        ? { kind: 'cancel', scope: 'line' }
        : hold("the rest of the order can be shipped, and SyncFlow can't refund a single line of it");
    }
    return channel.orders
      ? { kind: 'cancel', scope: 'order' }
      : hold("SyncFlow can't cancel orders on this channel");
  },
};

/** Every strategy by its name. */
export const CONFLICT_STRATEGIES: Readonly<Record<PolicyName, ConflictStrategy>> = {
  hold,
  backorder,
  cancel,
};
