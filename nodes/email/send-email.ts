import { z } from 'zod';
import { Rejected } from '#runtime/errors.ts';
import { ConnectionId } from '#runtime/ids.ts';
import { MAIL_EFFECT, MailAddress } from '#runtime/outbox/mail.ts';
import { serviceSetting } from '../kit/connection-setting.ts';
import { defineNode } from '../kit/define-node.ts';
import { fillIn } from '../kit/fill-in.ts';
import { AnyPort } from '../kit/port-types.ts';

const RECIPIENTS_MAX = 20;

/** Sends an email for each item. */
export const sendEmail = defineNode({
  type: 'send-email',
  title: 'Send an email',
  summary: 'Sends an email for each item',
  help: 'Sends an email by SendGrid, Mailgun or your own mail server, in light and dark, with plain text beside. In subject and text, {sku} or {available} stand for fields of the message. For warnings that many things can raise at once use "Alert": it groups them.',
  group: 'Tell',
  effect: 'message',
  input: AnyPort,
  outputs: {},
  config: z.object({
    connection: serviceSetting(['sendgrid', 'mailgun', 'smtp'], {
      title: 'Send by',
      needed: 'choose by which account it is sent',
      empty: 'Nobody yet',
      help: 'A connection to SendGrid, Mailgun or a mail server.',
    }),
    to: z
      .string()
      .max(1_000)
      .default('')
      .meta({ title: 'To', help: 'One or several addresses with commas between, or a field like {email}.' }),
    subject: z.string().min(1).max(200).default('{title}').meta({ title: 'Subject' }),
    text: z.string().min(1).max(4_000).default('{title}').meta({ title: 'Text', format: 'text' }),
    level: z
      .enum(['info', 'warning', 'urgent'])
      .default('info')
      .meta({ title: 'How urgent', words: { info: 'Note', warning: 'Warning', urgent: 'Urgent' } }),
    inDoubt: z
      .enum(['ask', 'again'])
      .default('ask')
      .meta({
        title: 'When nobody can tell whether it was sent',
        words: { ask: 'Ask me', again: 'Send it again' },
      }),
  }),
  describe: ({ subject, to }) => (to ? `${subject} → ${to}` : 'Sends to nobody yet'),
  run: async ({ input, config, context }) => {
    const to = fillIn(config.to, input)
      .split(/[,;\s]+/)
      .filter((address) => address !== '');
    if (config.connection === '' || to.length === 0) {
      context.log('no email sent: no connection or no address is chosen');
      return {};
    }
    const wrong = to.find((address) => !MailAddress.safeParse(address).success);
    if (wrong !== undefined || to.length > RECIPIENTS_MAX) {
      throw new Rejected(
        wrong === undefined
          ? `An email goes to ${RECIPIENTS_MAX} addresses at most, and here are ${to.length}.`
          : 'One of the addresses that the email is to go to is none.',
        { code: 'item.shape', fix: 'Correct "To" in the settings of "Send an email".' },
      );
    }
    const subject = fillIn(config.subject, input)
      .replace(/[\r\n]+/g, ' ')
      .slice(0, 200);
    await context.effects.send({
      key: context.key,
      effect: MAIL_EFFECT,
      connectionId: ConnectionId.parse(config.connection),
      subject: `Email to ${to.length} ${to.length === 1 ? 'address' : 'addresses'}`,
      payload: {
        to,
        subject,
        content: {
          tone: config.level,
          heading: subject,
          paragraphs: fillIn(config.text, input)
            .split(/\n{2,}/)
            .slice(0, 50),
          facts: [],
          action: null,
          footer: 'Sent by a flow of SyncFlow.',
        },
      },
      whenInDoubt: config.inDoubt,
    });
    return {};
  },
});
