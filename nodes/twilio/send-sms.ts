import { z } from 'zod';
import { ConnectionId } from '#runtime/ids.ts';
import { PhoneNumber, TEXT_EFFECT } from '#runtime/outbox/text-message.ts';
import { serviceSetting } from '../kit/connection-setting.ts';
import { defineNode } from '../kit/define-node.ts';
import { fillIn } from '../kit/fill-in.ts';
import { AnyPort } from '../kit/port-types.ts';
import { segmentsOf } from './segments.ts';

const SECONDS_OF_HOUR = 3_600;
const LAST_DIGITS = 3;

/** Sends a text message for each item. */
export const sendSms = defineNode({
  type: 'send-sms',
  title: 'Send an SMS',
  summary: 'Sends a text message for each item',
  help: 'Sends a text message by Twilio. In the text, {sku} or {available} stand for fields of the message. A text of up to 160 plain characters is one segment; one character outside of the plain alphabet (an emoji, ş, a curly quote) makes segments of 70. Each segment costs. For warnings that many things can raise at once use "Alert": it groups them.',
  group: 'Tell',
  effect: 'message',
  input: AnyPort,
  outputs: {},
  config: z.object({
    connection: serviceSetting(['twilio'], {
      title: 'Send by',
      needed: 'choose by which account it is sent',
      empty: 'Nobody yet',
      help: 'A connection to Twilio.',
    }),
    to: z.string().max(40).default('').meta({
      title: 'To',
      help: 'A number with its country, like +447700900123, or a field of the message like {phone}.',
    }),
    text: z.string().min(1).max(1_600).default('{title}').meta({ title: 'Text', format: 'text' }),
    validHours: z.int().min(1).max(10).default(1).meta({
      title: 'Worth sending for',
      unit: 'hours',
      help: 'What could not be sent by then is dropped.',
    }),
  }),
  describe: ({ text }) => {
    const { segments, encoding } = segmentsOf(text);
    return `${segments} ${segments === 1 ? 'segment' : 'segments'} (${encoding}) before fields are filled in`;
  },
  run: async ({ input, config, context }) => {
    const to = fillIn(config.to, input).replace(/[\s()-]/g, '');
    if (config.connection === '' || to === '') {
      context.log('no text message sent: no connection or no number is chosen');
      return {};
    }
    const text = fillIn(config.text, input);
    const { segments, encoding, outside } = segmentsOf(text);
    context.log('a text message', { segments, encoding, outside: outside.slice(0, 10).join(' ') });
    await context.effects.send({
      key: context.key,
      effect: TEXT_EFFECT,
      connectionId: ConnectionId.parse(config.connection),
      subject: `SMS to …${to.slice(-LAST_DIGITS)}, ${segments} ${segments === 1 ? 'segment' : 'segments'}`,
      payload: { to: PhoneNumber.parse(to), text, validSeconds: config.validHours * SECONDS_OF_HOUR },
    });
    return {};
  },
});
