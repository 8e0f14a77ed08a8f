/** A mail server, spoken to by nodemailer: one connection for each message, to an address that was checked. */
import { once } from 'node:events';
import { isIP } from 'node:net';
import { createTransport, type Transporter } from 'nodemailer';
import { checkedAddress } from '#runtime/outgoing/guard.ts';
import { type MailCall, messageIdOf, type OutgoingMail } from '../email/mail-service.ts';
import { GIVEN_UP, troubleOf } from './refusals.ts';
import { SmtpSecret } from './secret.ts';

const CONNECT_MS = 10_000;
const ANSWER_MS = 20_000;
/** A server that says a little now and then never falls silent: nobody waits for it for ever. */
const WHOLE_MS = 90_000;

type Asking = Pick<MailCall, 'far'> &
  Partial<MailCall> & {
    /** Whoever runs SyncFlow named this server in the settings: it may stand in their own network. */
    readonly ownServer?: true;
  };

/** @returns the Message-ID. @throws as `OutsideEffect.write` does. */
export async function sendMail(
  { to, subject, html, text, key }: OutgoingMail,
  asking: Asking,
): Promise<string | null> {
  const { from, fromName } = SmtpSecret.parse(asking.far.secret);
  const messageId = messageIdOf(key, from);
  await talk(asking, 'email', true, async (transport, signal) => {
    await transport.sendMail({
      signal,
      from: { name: fromName, address: from },
      // Nobody sees who else got it: the recipients stand in the envelope alone.
      to: to.length === 1 ? to[0] : { name: 'Undisclosed recipients', address: from },
      envelope: { from, to: [...to] },
      subject,
      text,
      html,
      messageId,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  });
  return messageId;
}

/** Greets and signs in, and sends nothing. */
export async function signIn(asking: Asking): Promise<void> {
  await talk(asking, 'sign in', false, async (transport, signal) => {
    // Nothing of ours waits for it then; nodemailer itself ends it only when the server falls silent.
    await Promise.race([transport.verify(), untilAborted(signal)]);
  });
}

async function talk(
  { far, observe, signal, ownServer }: Asking,
  name: string,
  sends: boolean,
  work: (transport: Transporter, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const { host, port, security, user, password } = SmtpSecret.parse(far.secret);
  const started = performance.now();
  let status = 0;
  let transport: Transporter | undefined;
  const limits = [AbortSignal.timeout(WHOLE_MS), ...(signal ? [signal] : [])];
  try {
    // The address that is connected to is the one that was checked; the certificate must be the name's.
    transport = createTransport({
      host: ownServer ? host : await checkedAddress(host),
      port,
      secure: security === 'tls',
      requireTLS: security === 'starttls',
      ignoreTLS: security === 'none',
      ...(isIP(host) === 0 && { tls: { servername: host }, name: 'syncflow' }),
      ...(user && { auth: { user, pass: password ?? '' } }),
      connectionTimeout: CONNECT_MS,
      greetingTimeout: CONNECT_MS,
      socketTimeout: ANSWER_MS,
    });
    await work(transport, AbortSignal.any(limits));
    status = 250;
  } catch (error) {
    status = Number(Object(error).responseCode ?? 0);
    throw troubleOf(error, host, sends);
  } finally {
    transport?.close();
    // SMTP's replies have the meanings of HTTP's status by their first digit, but 4xx: those may pass.
    observe?.({
      name,
      ms: performance.now() - started,
      status: status >= 400 && status < 500 ? 503 : status >= 500 ? 422 : status,
    });
  }
}

async function untilAborted(signal: AbortSignal): Promise<never> {
  if (!signal.aborted) await once(signal, 'abort');
  throw Object.assign(new Error('no end in time'), { code: GIVEN_UP });
}
