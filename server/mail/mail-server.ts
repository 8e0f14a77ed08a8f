/** The mail server of the settings, as the SMTP client of the nodes takes it. */

import { SmtpSecret } from '#nodes/smtp/secret.ts';
import { MailAddress } from '#runtime/outbox/mail.ts';

const SENDER = /^(?:(?<name>[^<>"]*?)\s*<(?<inBrackets>[^<>\s]+)>|(?<bare>[^<>\s]+))$/;

/**
 * @param url `smtps://user:password@host:465` (TLS from the start) or `smtp://…` (STARTTLS); `?security=none` for neither.
 * @throws {Error} with a sentence that does not repeat the URL, which has a password in it.
 */
export function mailServerOf(url: string): Omit<SmtpSecret, 'from' | 'fromName'> {
  if (!URL.canParse(url)) throw new Error('is no address');
  const { protocol, hostname, port, username, password, searchParams, pathname } = new URL(url);
  if (protocol !== 'smtp:' && protocol !== 'smtps:') throw new Error('must begin with smtp:// or smtps://');
  const fromTheStart = protocol === 'smtps:';
  const options = [...searchParams.keys()].filter((name) => name !== 'security');
  if (options.length > 0 || !/^\/?$/.test(pathname))
    throw new Error('has more in it than server and security');
  const security = searchParams.get('security') ?? (fromTheStart ? 'tls' : 'starttls');
  if (fromTheStart && security !== 'tls') throw new Error('is smtps://, so its security is tls');
  const parsed = SmtpSecret.omit({ from: true, fromName: true }).safeParse({
    // An IPv6 address stands in brackets there, and without them here.
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port || (fromTheStart ? 465 : 587),
    security,
    ...(username && { user: decoded(username), password: decoded(password) }),
  });
  if (!parsed.success) throw new Error(parsed.error.issues[0]?.message ?? 'is not right');
  return parsed.data;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new Error('has a % in its user name or password that must be written %25');
  }
}

/** `Harbour Agency <hello@example.com>`, or the address alone. @throws {Error} with a sentence. */
export function senderOf(text: string): Pick<SmtpSecret, 'from' | 'fromName'> {
  const { name, inBrackets, bare } = SENDER.exec(text.trim())?.groups ?? {};
  const from = MailAddress.safeParse(inBrackets ?? bare);
  if (!from.success) throw new Error('must be an email address, or a name and an address in <>');
  const fromName = SmtpSecret.shape.fromName.safeParse(name || undefined);
  if (!fromName.success) throw new Error(`the name of the sender ${fromName.error.issues[0]?.message}`);
  return { from: from.data, fromName: fromName.data };
}
