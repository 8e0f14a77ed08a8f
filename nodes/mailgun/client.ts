/** Mailgun's API, as far as it is used: sending, and looking for what was accepted (mailgun-openapi, 2026-07). */
import { z } from 'zod';
import type { Probe } from '#runtime/outbox/outside-effect.ts';
import { type MailCall, messageIdOf, type OutgoingMail } from '../email/mail-service.ts';
import { SENDER_FIELDS } from '../email/sender-fields.ts';
import { callService, type ServiceAnswer, type ServiceCall } from '../kit/service-call.ts';
import { troubleOf } from './refusals.ts';

export const MailgunSecret = z.object({
  apiKey: z.string().trim().min(10).max(200).meta({
    title: 'Sending key',
    secret: true,
    help: 'Of the domain, at Mailgun under Sending, Domain settings, Sending keys. The key of the whole account works too.',
  }),
  domain: z
    .string()
    .trim()
    .toLowerCase()
    .regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'is a domain like mg.example.com')
    .meta({ title: 'Domain', help: 'The domain that sends, like mg.example.com.' }),
  ...SENDER_FIELDS,
  signingKey: z.string().trim().min(10).max(200).optional().meta({
    title: 'Webhook signing key',
    secret: true,
    help: 'To hear of bounces and complaints: at Mailgun under Send, Webhooks, "HTTP webhook signing key". You can add it later by "Connect again".',
  }),
});

const Sent = z.object({ id: z.string() });
const Events = z.object({ items: z.array(z.looseObject({ event: z.string() })) });
/** Events are listed after a while; until then, none says nothing. */
const LISTED_MS = 10 * 60_000;
const SECOND_MS = 1_000;
const BAD_REQUEST = 400;

type Asking = Pick<MailCall, 'far'> & Partial<MailCall>;

/** @returns Mailgun's id of the message. @throws as `OutsideEffect.write` does. */
export async function sendMail(
  { to, subject, html, text, key }: OutgoingMail,
  asking: Asking,
): Promise<string | null> {
  const { from, fromName } = MailgunSecret.parse(asking.far.secret);
  const body = new FormData();
  body.append('from', `"${fromName}" <${from}>`);
  for (const address of to) body.append('to', address);
  // With variables, even none, each recipient gets a mail of its own and sees no other address.
  body.append('recipient-variables', JSON.stringify(Object.fromEntries(to.map((address) => [address, {}]))));
  body.append('subject', subject);
  body.append('text', text);
  body.append('html', html);
  body.append('h:Message-Id', messageIdOf(key, from));
  body.append('o:tag', 'syncflow');
  body.append('o:tracking', 'no');
  const answer = await ask(asking, '/messages', { method: 'POST', body, name: 'email', reading: false });
  return Sent.parse(answer.json).id;
}

/** By the Message-Id that we gave it. */
export async function findMail({ key }: OutgoingMail, asking: Asking): Promise<Probe> {
  const { from } = MailgunSecret.parse(asking.far.secret);
  const sinceMs = asking.queuedAt?.getTime() ?? Date.now();
  const query = new URLSearchParams({
    'message-id': messageIdOf(key, from).slice(1, -1),
    begin: String(Math.floor(sinceMs / SECOND_MS) - 60),
    ascending: 'yes',
    limit: '1',
  });
  const answer = await plain(asking, `/events?${query}`, { name: 'email look', reading: true });
  // A key that may only send may not look.
  if (answer.status === 401 || answer.status === 403) return 'unknown';
  if (answer.status >= 300) throw troubleOf(answer, true);
  if (Events.parse(answer.json).items.length > 0) return 'done';
  return Date.now() - sinceMs > LISTED_MS ? 'not-done' : 'unknown';
}

/**
 * Whether the key may send for the domain: asked by a message without recipients, which Mailgun refuses only after it has
 * looked at key and domain. Keys that may only send, which are the better ones, may ask nothing else.
 */
export async function lookAtDomain(asking: Asking): Promise<void> {
  const body = new FormData();
  body.append('o:testmode', 'yes');
  const answer = await plain(asking, '/messages', { method: 'POST', body, name: 'look', reading: true });
  if (answer.status !== BAD_REQUEST && answer.status >= 300) throw troubleOf(answer, true);
}

type Call = Pick<ServiceCall, 'method' | 'body' | 'name' | 'reading'>;

async function ask(asking: Asking, path: string, call: Call): Promise<ServiceAnswer> {
  const answer = await plain(asking, path, call);
  if (answer.status < 300) return answer;
  throw troubleOf(answer, call.reading);
}

async function plain({ far, observe, signal }: Asking, path: string, call: Call): Promise<ServiceAnswer> {
  const { apiKey, domain } = MailgunSecret.parse(far.secret);
  return await callService({
    ...call,
    url: `${far.baseUrl}/v3/${domain}${path}`,
    headers: { authorization: `Basic ${Buffer.from(`api:${apiKey}`).toString('base64')}` },
    observe,
    signal,
  });
}
