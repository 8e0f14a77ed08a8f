/** Sends letters about accounts by the mail server of the settings. */
import { randomUUID } from 'node:crypto';
import { htmlOf } from '#nodes/email/html-template.ts';
import { textOf } from '#nodes/email/text-template.ts';
import { sendMail, signIn } from '#nodes/smtp/client.ts';
import type { SmtpSecret } from '#nodes/smtp/secret.ts';
import { InDoubt, Rejected } from '#runtime/errors.ts';
import { ConnectionId } from '#runtime/ids.ts';
import type { MailContent } from '#runtime/outbox/mail.ts';
import type { Settings } from '../settings.ts';
import { mailServerOf, senderOf } from './mail-server.ts';

export interface Letter {
  readonly to: string;
  /** One line. */
  readonly subject: string;
  readonly content: MailContent;
}

export interface AccountMail {
  /** Hands a letter to the mail server, once. @returns null: it took it; else what went wrong, in sentences for a person. */
  send(letter: Letter): Promise<string | null>;
  /** Greets the server and signs in. @returns as `send`. */
  check(): Promise<string | null>;
}

/** Somebody waits for the answer. */
const SEND_MS_MAX = 20_000;

/** @returns null: no mail server is set up, and links are sent on by people. */
export function openAccountMail({
  MAIL_URL,
  MAIL_FROM,
}: Pick<Settings, 'MAIL_URL' | 'MAIL_FROM'>): AccountMail | null {
  if (MAIL_URL === undefined || MAIL_FROM === undefined) return null;
  const server: SmtpSecret = { ...mailServerOf(MAIL_URL), ...senderOf(MAIL_FROM) };
  const asking = () => ({
    far: {
      connectionId: ConnectionId.parse('settings'),
      type: 'smtp',
      baseUrl: `smtp://${server.host}`,
      secret: server,
      client: null,
    },
    signal: AbortSignal.timeout(SEND_MS_MAX),
    ownServer: true as const,
  });
  return {
    send: ({ to, subject, content }) =>
      troubleOf(async () => {
        const html = htmlOf(subject, content);
        await sendMail({ to: [to], subject, html, text: textOf(content), key: randomUUID() }, asking());
      }),
    check: () => troubleOf(() => signIn(asking())),
  };
}

async function troubleOf(work: () => Promise<void>): Promise<string | null> {
  try {
    await work();
    return null;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const whole = /[.!?]$/.test(reason) ? reason : `${reason}.`;
    if (error instanceof InDoubt) return `${whole} It may have been sent all the same.`;
    // What a node would be told to do about it is of no use here.
    const settings = error instanceof Rejected && error.concerns === 'connection';
    return settings ? `${whole} Whoever runs SyncFlow corrects the settings MAIL_URL and MAIL_FROM.` : whole;
  }
}
