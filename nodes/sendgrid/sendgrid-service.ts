/** SendGrid as a mail service. */
import type { FarSide } from '#runtime/outbox/outside-effect.ts';
import type { ChannelCall } from '#runtime/sync/channel.ts';
import type { KeysWay } from '#runtime/sync/channel-connect.ts';
import type { ConnectionFinding } from '#runtime/sync/connection-finding.ts';
import type { MailService } from '../email/mail-service.ts';
import { rejectedFor } from '../kit/service-refusal.ts';
import { findMail, readScopes, SendGridSecret, sendMail } from './client.ts';
import { readEvents } from './event-webhook.ts';
import { REFUSALS } from './refusals.ts';

const TYPE = 'sendgrid';

async function check(far: FarSide, observe?: (call: ChannelCall) => void): Promise<ConnectionFinding[]> {
  const scopes = await readScopes({ far, ...(observe && { observe }) });
  const noRight = REFUSALS.find(({ status, says }) => status === 403 && says === null);
  if (!scopes.includes('mail.send') && noRight) throw rejectedFor(noRight.refusal);
  return [];
}

const way = (id: string, title: string, api: string, help: string): KeysWay => ({
  id,
  kind: 'keys',
  title,
  help,
  form: SendGridSecret,
  connect: async ({ input, sandboxUrl }) => {
    const secret = SendGridSecret.parse(input);
    const baseUrl = sandboxUrl ?? api;
    await check({ connectionId: '' as FarSide['connectionId'], type: TYPE, baseUrl, secret, client: null });
    return { baseUrl, secret, name: `SendGrid: ${secret.from}` };
  },
});

export const sendgrid: MailService = {
  type: TYPE,
  title: 'SendGrid',
  secret: SendGridSecret,
  effects: [],
  carries: 'email',
  connect: [
    way(
      'keys',
      'API key',
      'https://api.sendgrid.com',
      'Sends emails by your SendGrid account. Nothing is sent when you connect.',
    ),
    way(
      'keys-eu',
      'API key of an EU subuser',
      'https://api.eu.sendgrid.com',
      'For subusers that are pinned to the EU. Nothing is sent when you connect.',
    ),
  ],
  check,
  send: sendMail,
  wasSent: findMail,
  readHook: readEvents,
};
