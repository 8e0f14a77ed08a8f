/** What a mail service is: a service that takes one kind of message, the email. */
import type { Service } from '#runtime/clients/service.ts';
import type { OutsideCall, Probe } from '#runtime/outbox/outside-effect.ts';

/** An email as it goes out: written, and addressed. */
export interface OutgoingMail {
  readonly to: readonly string[];
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  /** The same UUID at every try. */
  readonly key: string;
}

export type MailCall = Pick<OutsideCall, 'far' | 'observe' | 'signal' | 'queuedAt'>;

export interface MailService extends Service {
  /** @returns what the service calls it. @throws as `OutsideEffect.write` does. */
  send(mail: OutgoingMail, call: MailCall): Promise<string | null>;
  /** Looks whether it was sent; absent: the service can't tell. */
  wasSent?(mail: OutgoingMail, call: MailCall): Promise<Probe>;
}

/** The `Message-ID` of a mail: made of its key, so that mail programs show a repetition once. */
export function messageIdOf(key: string, from: string): string {
  return `<${key}@${from.slice(from.lastIndexOf('@') + 1)}>`;
}
