/** SendGrid's API v3, as far as it is used: sending, scopes of a key, and looking for a message (tsg_mail_v3, 2026-01). */
import { z } from 'zod';
import type { Probe } from '#runtime/outbox/outside-effect.ts';
import { type MailCall, messageIdOf, type OutgoingMail } from '../email/mail-service.ts';
import { SENDER_FIELDS } from '../email/sender-fields.ts';
import { callService, type ServiceAnswer, type ServiceCall } from '../kit/service-call.ts';
import { troubleOf } from './refusals.ts';

export const SendGridSecret = z.object({
  apiKey: z
    .string()
    .trim()
    .regex(/^SG\.[\w.-]{10,100}$/, 'begins with SG.')
    .meta({ title: 'API key', secret: true, help: 'With the right "Mail Send". Begins with SG.' }),
  ...SENDER_FIELDS,
  webhookKey: z
    .string()
    .trim()
    .regex(/^[A-Za-z0-9+/]{80,200}={0,2}$/, 'is the long text that SendGrid shows as verification key')
    .optional()
    .meta({
      title: 'Verification key',
      help: 'To hear of bounces, drops and complaints: at SendGrid under Settings, Mail settings, Event webhooks, with signature verification switched on. You can add it later by "Connect again".',
    }),
});

/** Events carry it back; everybody at the account can see it, so it is an id and nothing else. */
export const KEY_ARGUMENT = 'syncflow_key';
const Found = z.object({ messages: z.array(z.object({ msg_id: z.string() })) });
const Scopes = z.object({ scopes: z.array(z.string()) });

type Asking = Pick<MailCall, 'far'> & Partial<MailCall>;

/** @returns the `x-message-id`. @throws as `OutsideEffect.write` does. */
export async function sendMail(
  { to, subject, html, text, key }: OutgoingMail,
  asking: Asking,
): Promise<string | null> {
  const { from, fromName } = SendGridSecret.parse(asking.far.secret);
  const body = JSON.stringify({
    // One for each: nobody sees who else got it.
    personalizations: to.map((email) => ({ to: [{ email }], custom_args: { [KEY_ARGUMENT]: key } })),
    from: { email: from, name: fromName },
    subject,
    content: [
      { type: 'text/plain', value: text },
      { type: 'text/html', value: html },
    ],
    headers: { 'Message-ID': messageIdOf(key, from) },
    categories: ['syncflow'],
    tracking_settings: { click_tracking: { enable: false }, open_tracking: { enable: false } },
  });
  const { headers } = await ask(asking, '/v3/mail/send', {
    method: 'POST',
    body,
    name: 'email',
    reading: false,
  });
  return headers.get('x-message-id');
}

/** The activity feed is an add-on at SendGrid; without it nobody can tell. */
export async function findMail({ key }: OutgoingMail, asking: Asking): Promise<Probe> {
  const query = new URLSearchParams({ query: `(unique_args['${KEY_ARGUMENT}']="${key}")`, limit: '1' });
  const answer = await plain(asking, `/v3/messages?${query}`, { name: 'email look', reading: true });
  if ([400, 401, 403, 404].includes(answer.status)) return 'unknown';
  if (answer.status >= 300) throw troubleOf(answer, true);
  // The feed is behind by minutes now and then: that nothing is found says nothing.
  return Found.parse(answer.json).messages.length > 0 ? 'done' : 'unknown';
}

/** What the key may do. */
export async function readScopes(asking: Asking): Promise<readonly string[]> {
  return Scopes.parse((await ask(asking, '/v3/scopes', { name: 'scopes', reading: true })).json).scopes;
}

type Call = Pick<ServiceCall, 'method' | 'body' | 'name' | 'reading'>;

async function ask(asking: Asking, path: string, call: Call): Promise<ServiceAnswer> {
  const answer = await plain(asking, path, call);
  if (answer.status < 300) return answer;
  throw troubleOf(answer, call.reading);
}

async function plain({ far, observe, signal }: Asking, path: string, call: Call): Promise<ServiceAnswer> {
  const { apiKey } = SendGridSecret.parse(far.secret);
  return await callService({
    ...call,
    url: `${far.baseUrl}${path}`,
    headers: {
      authorization: `Bearer ${apiKey}`,
      ...(call.body !== undefined && { 'content-type': 'application/json' }),
    },
    observe,
    signal,
  });
}
