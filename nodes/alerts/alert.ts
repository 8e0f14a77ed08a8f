import { z } from 'zod';
import { AlertTopic } from '#runtime/alerts/alert-document.ts';
import { ConnectionId } from '#runtime/ids.ts';
import { serviceSetting } from '../kit/connection-setting.ts';
import { defineNode } from '../kit/define-node.ts';
import { fillIn } from '../kit/fill-in.ts';
import { AnyPort } from '../kit/port-types.ts';

const TEXT_CHARACTERS_MAX = 500;

/** Tells people: on the page, by the ways that each chose, and by a webhook where one is chosen. */
export const alert = defineNode({
  type: 'alert',
  title: 'Alert',
  summary: 'Tells people: on the page, by email, by SMS',
  help: 'Shows an alert on the page, and sends it by email or text message to whoever asked for it under Settings, Alerts; a webhook of yours can hear of it too. In title and text, {sku} or {available} stand for fields of the message. The same title is not told again within the quiet time, so a product that sells every minute warns you once.',
  group: 'Tell',
  effect: 'message',
  input: AnyPort,
  outputs: {},
  config: z.object({
    level: z
      .enum(['info', 'warning', 'urgent'])
      .default('warning')
      .meta({
        title: 'How urgent',
        words: { info: 'Note', warning: 'Warning', urgent: 'Urgent' },
      }),
    topic: AlertTopic.default('other').meta({
      title: 'About',
      words: {
        'low-stock': 'Low stock',
        'new-order': 'A new order',
        payment: 'A payment',
        'sync-failure': 'A sync failure',
        other: 'Something else',
      },
      help: 'People choose under Settings, Alerts what they want to hear of by email or text message.',
    }),
    title: z.string().min(1).max(120).default('Low stock: {title}').meta({ title: 'Title' }),
    text: z
      .string()
      .max(TEXT_CHARACTERS_MAX)
      .default('{available} left of {title} ({sku}). Order more, or take it off sale.')
      .meta({ title: 'Text', format: 'text' }),
    quietHours: z.int().min(0).max(720).default(24).meta({ title: 'Quiet time', unit: 'hours' }),
    webhook: serviceSetting(['webhook'], {
      title: 'Also send to',
      empty: 'Nowhere else',
      help: 'A connection of the kind "Webhook" that hears of each alert.',
    }),
  }),
  describe: ({ title }) => title,
  run: async ({ input, config, context }) => {
    await context.effects.raiseAlert({
      key: context.key,
      level: config.level,
      topic: config.topic,
      title: fillIn(config.title, input),
      text: fillIn(config.text, input),
      quietHours: config.quietHours,
      ...(config.webhook && { webhook: ConnectionId.parse(config.webhook) }),
    });
    return {};
  },
});
