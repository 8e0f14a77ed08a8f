import { z } from 'zod';
import { ConnectionId } from '#runtime/ids.ts';
import { serviceSetting } from '../kit/connection-setting.ts';
import { defineNode } from '../kit/define-node.ts';
import { AnyPort } from '../kit/port-types.ts';

/** Sends each item to an address of yours, signed, at least once. */
export const sendWebhook = defineNode({
  type: 'send-webhook',
  title: 'Send a webhook',
  summary: 'Sends the message to an address of yours',
  help: 'Sends each message as signed JSON to the address of the chosen connection, by the Standard Webhooks convention. It is kept until the receiver has taken it. After a crash or a lost answer it may come a second time, with the same webhook-id.',
  group: 'Tell',
  effect: 'message',
  input: AnyPort,
  outputs: {},
  config: z.object({
    connection: serviceSetting(['webhook'], {
      title: 'Send to',
      needed: 'choose where it is sent',
      empty: 'Nowhere yet',
      help: 'A connection of the kind "Webhook".',
    }),
    eventType: z
      .string()
      .regex(/^[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)*$/, 'must be words with dots between, like stock.low')
      .max(80)
      .default('syncflow.message')
      .meta({ title: 'Type of the event' }),
  }),
  describe: ({ connection, eventType }) => (connection ? eventType : 'Sends nowhere yet'),
  run: async ({ input, config, context }) => {
    if (config.connection === '') {
      context.log('no webhook sent: no connection is chosen');
      return {};
    }
    await context.effects.send({
      key: context.key,
      effect: 'webhook',
      connectionId: ConnectionId.parse(config.connection),
      subject: `Webhook ${config.eventType}`,
      payload: { type: config.eventType, data: { ...input } },
    });
    return {};
  },
});
