/** Any mail server as a mail service. It can't be asked whether a message arrived: a person, or the message itself, says. */
import type { FarSide } from '#runtime/outbox/outside-effect.ts';
import type { ChannelCall } from '#runtime/sync/channel.ts';
import type { ConnectionFinding } from '#runtime/sync/connection-finding.ts';
import type { MailService } from '../email/mail-service.ts';
import { sendMail, signIn } from './client.ts';
import { SmtpSecret } from './secret.ts';

const TYPE = 'smtp';
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/;

async function check(far: FarSide, observe?: (call: ChannelCall) => void): Promise<ConnectionFinding[]> {
  await signIn({ far, ...(observe && { observe }) });
  const { security, host } = SmtpSecret.parse(far.secret);
  if (security !== 'none' || LOOPBACK.test(host)) return [];
  return [
    {
      code: 'smtp.not-secured',
      tone: 'warn',
      reason: `Password and emails go to ${host} readable for everybody on the way.`,
      fix: 'Connect again with the security tls or starttls.',
      action: 'connect-again',
    },
  ];
}

export const smtp: MailService = {
  type: TYPE,
  title: 'Mail server (SMTP)',
  secret: SmtpSecret,
  effects: [],
  carries: 'email',
  connect: [
    {
      id: 'keys',
      kind: 'keys',
      title: 'User name and password',
      help: 'Sends emails by the mail server of your provider or your own. Nothing is sent when you connect.',
      form: SmtpSecret,
      connect: async ({ input }) => {
        const secret = SmtpSecret.parse(input);
        const host = secret.host.includes(':') ? `[${secret.host}]` : secret.host;
        const baseUrl = `https://${host}:${secret.port}`;
        await check({
          connectionId: '' as FarSide['connectionId'],
          type: TYPE,
          baseUrl,
          secret,
          client: null,
        });
        return { baseUrl, secret, name: `${secret.host}: ${secret.from}` };
      },
    },
  ],
  check,
  send: sendMail,
};
