/** Triggers for what happens to an order, each once: whatever a shop tells, in whatever order and however often. */

import { z } from 'zod';
import type { OrderMoment } from '#runtime/orders/order-moments.ts';
import type { NodeType } from '#runtime/pipelines/node-type.ts';
import { channelSetting } from '../kit/connection-setting.ts';
import { defineTrigger } from '../kit/define-node.ts';
import { OrderPort } from '../kit/port-types.ts';

const HOUR_MS = 3_600_000;

const config = z.object({
  channel: channelSetting({ title: 'Only from this connection', empty: 'All channels' }),
  withinHours: z.int().min(1).max(8_760).default(72).meta({
    title: 'Not if it is longer ago than',
    unit: 'hours',
    help: 'When orders of before are fetched from a shop, flows should not write to people about them.',
  }),
});

interface Definition {
  readonly type: string;
  readonly title: string;
  readonly summary: string;
  readonly help: string;
  readonly moment: OrderMoment;
}

const ONCE =
  'It starts once for it, whether a webhook or a look at the shop brought it, and however often the shop repeats itself. Test orders and unfinished carts are left out.';

function momentTrigger({ moment, help, ...about }: Definition): NodeType {
  return defineTrigger({
    ...about,
    help: `${help} ${ONCE}`,
    group: 'Channels',
    wants: 'order.changed',
    outputs: { order: OrderPort },
    config,
    describe: ({ channel }) => (channel ? 'From one channel' : 'From all channels'),
    run: async ({ event, config: { channel, withinHours }, context }) => {
      if (channel && event.source !== channel) return {};
      const order = await context.effects.readOrder(event);
      if ('skipped' in order) {
        context.log('order skipped', { reason: order.skipped });
        return {};
      }
      const moments = await context.effects.momentsOf(order);
      if (!moments.includes(moment)) return {};
      const happenedAt = moment === 'created' ? order.placedAt : order.updatedAt;
      // By the clock of its coming in: a retry days later still belongs to it.
      if (event.receivedAt.getTime() - happenedAt.getTime() > withinHours * HOUR_MS) {
        context.log('left out: it is too long ago', { order: order.number });
        return {};
      }
      return { order };
    },
  });
}

export const orderCreated = momentTrigger({
  type: 'order-created',
  title: 'When an order is new',
  summary: 'Starts once for each new order',
  help: 'Starts the flow when an order is seen for the first time, paid or not.',
  moment: 'created',
});

export const orderPaid = momentTrigger({
  type: 'order-paid',
  title: 'When an order is paid',
  summary: 'Starts once all of its money has come in',
  help: 'Starts the flow when an order is paid in full: at once where customers pay at the checkout, later for bank transfers and invoices.',
  moment: 'paid',
});

export const orderChanged = momentTrigger({
  type: 'order-changed',
  title: 'When an order changes',
  summary: 'Starts for every change of a known order',
  help: 'Starts the flow when anything about a known order is other than before: its state, its lines, its payment, its total.',
  moment: 'changed',
});

export const orderCancelled = momentTrigger({
  type: 'order-cancelled',
  title: 'When an order is cancelled',
  summary: 'Starts once an order is cancelled as a whole',
  help: 'Starts the flow when a whole order is cancelled. Single lines that are taken out are changes of the order.',
  moment: 'cancelled',
});

export const orderRefunded = momentTrigger({
  type: 'order-refunded',
  title: 'When money goes back',
  summary: 'Starts for each refund of an order',
  help: 'Starts the flow each time when money of an order went back, in part or in full. The lines of the order say how many units the shop put back on its shelf.',
  moment: 'refunded',
});
