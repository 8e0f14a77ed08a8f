/**
 * Twilio's REST API of 2010-04-01, as far as it is used: messages and the account (OpenAPI `twilio_api_v2010`, 2026-04).
 * Twilio promises no idempotency for sends: what got no answer is looked up, never simply sent again.
 */
import { z } from 'zod';
import type { OutsideCall } from '#runtime/outbox/outside-effect.ts';
import type { TextMessage } from '#runtime/outbox/text-message.ts';
import { callService, type ServiceAnswer, type ServiceCall } from '../kit/service-call.ts';
import { troubleOfStatus } from '../kit/service-refusal.ts';
import { errorOf } from './refusals.ts';
import { TwilioSecret } from './secret.ts';

const Sent = z.object({ sid: z.string(), num_segments: z.string() });
const Listed = z.object({
  messages: z.array(z.object({ sid: z.string(), body: z.string().nullable(), date_created: z.string() })),
});
const Account = z.object({ status: z.string(), type: z.string().optional(), friendly_name: z.string() });
const Refused = z.object({ code: z.number().optional(), message: z.string().optional() });

/** Clocks differ a little, and Twilio's stamps have whole seconds. */
const CLOCKS_MS = 5_000;

type Asking = Pick<OutsideCall, 'far'> & Partial<Pick<OutsideCall, 'observe' | 'signal'>>;

/** @returns the SID of the message. @throws as `OutsideEffect.write` does. */
export async function createMessage(
  asking: Asking,
  { to, text, validSeconds }: TextMessage,
  callback: string | null,
): Promise<string> {
  const { from } = TwilioSecret.parse(asking.far.secret);
  const body = new URLSearchParams({
    To: to,
    [from.startsWith('MG') ? 'MessagingServiceSid' : 'From']: from,
    Body: text,
    ValidityPeriod: String(validSeconds),
    ...(callback !== null && { StatusCallback: callback }),
  });
  const answer = await ask(asking, '/Messages.json', { method: 'POST', body, name: 'sms', reading: false });
  return Sent.parse(answer.json).sid;
}

/** Whether a message like this one was made since then. */
export async function hasMessage(asking: Asking, { to, text }: TextMessage, since: Date): Promise<boolean> {
  const earliest = new Date(since.getTime() - CLOCKS_MS);
  // Newest first. No filter by the day: a message that still waits at Twilio has no day of sending.
  const query = new URLSearchParams({ To: to, PageSize: '100' });
  const answer = await ask(asking, `/Messages.json?${query}`, { name: 'sms look', reading: true });
  return Listed.parse(answer.json).messages.some(
    ({ body, date_created }) => body === text && Date.parse(date_created) >= earliest.getTime(),
  );
}

export async function readAccount(asking: Asking): Promise<z.infer<typeof Account>> {
  return Account.parse((await ask(asking, '.json', { name: 'account', reading: true })).json);
}

async function ask(
  { far, observe, signal }: Asking,
  path: string,
  call: Pick<ServiceCall, 'method' | 'body' | 'name' | 'reading'>,
): Promise<ServiceAnswer> {
  const { accountSid, authToken, apiKey, apiKeySecret } = TwilioSecret.parse(far.secret);
  const pair = apiKey && apiKeySecret ? `${apiKey}:${apiKeySecret}` : `${accountSid}:${authToken}`;
  const answer = await callService({
    ...call,
    url: `${far.baseUrl}/2010-04-01/Accounts/${accountSid}${path}`,
    headers: { authorization: `Basic ${Buffer.from(pair).toString('base64')}` },
    observe,
    signal,
  });
  if (answer.status < 300) return answer;
  const { code = answer.status === 401 ? 20003 : 0, message = '' } =
    Refused.safeParse(answer.json).data ?? {};
  throw errorOf(code, answer.afterMs) ?? troubleOfStatus('Twilio', answer, message, call.reading);
}
