/** Mailgun as a mail service. */
import type { FarSide } from '#runtime/outbox/outside-effect.ts';
import type { ChannelCall } from '#runtime/sync/channel.ts';
import type { KeysWay } from '#runtime/sync/channel-connect.ts';
import type { ConnectionFinding } from '#runtime/sync/connection-finding.ts';
import type { MailService } from '../email/mail-service.ts';
import { findMail, lookAtDomain, MailgunSecret, sendMail } from './client.ts';
import { readEvent } from './event-webhook.ts';

const TYPE = 'mailgun';

async function check(far: FarSide, observe?: (call: ChannelCall) => void): Promise<ConnectionFinding[]> {
  await lookAtDomain({ far, ...(observe && { observe }) });
  const { from, domain } = MailgunSecret.parse(far.secret);
  if (from.endsWith(`@${domain}`) || domain.endsWith(from.slice(from.lastIndexOf('@') + 1))) return [];
  return [
    {
      code: 'mailgun.other-domain',
      tone: 'warn',
      reason: `Emails come from ${from}, but ${domain} sends them: many programs will take them for spam.`,
      fix: `Connect again with an address of ${domain}.`,
      action: 'connect-again',
    },
  ];
}

const way = (id: string, title: string, api: string): KeysWay => ({
  id,
  kind: 'keys',
  title,
  help: 'Sends emails by your Mailgun account; a domain lies in exactly one region. Nothing is sent when you connect.',
  form: MailgunSecret,
  connect: async ({ input, sandboxUrl }) => {
    const secret = MailgunSecret.parse(input);
    const baseUrl = sandboxUrl ?? api;
    const far: FarSide = {
      connectionId: '' as FarSide['connectionId'],
      type: TYPE,
      baseUrl,
      secret,
      client: null,
    };
    await check(far);
    return { baseUrl, secret, name: `Mailgun: ${secret.from}` };
  },
});

export const mailgun: MailService = {
  type: TYPE,
  title: 'Mailgun',
  secret: MailgunSecret,
  effects: [],
  carries: 'email',
  connect: [
    way('keys', 'Region US', 'https://api.mailgun.net'),
    way('keys-eu', 'Region EU', 'https://api.eu.mailgun.net'),
  ],
  check,
  send: sendMail,
  wasSent: findMail,
  readHook: readEvent,
};
