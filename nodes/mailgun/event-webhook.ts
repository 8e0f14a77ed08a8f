/**
 * Mailgun's webhooks (documentation.mailgun.com, "Webhooks": securing, and event structure). The signature is made over a time and a
 * random token, and not over the event: a token is therefore good for one text alone.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { HookDelivery, HookNews, HookReading } from '#runtime/clients/service.ts';
import { bounced, delivered, dropped, failed, optOut } from '../email/delivery-news.ts';
import { jsonIn, refusedHook } from '../kit/hook-reading.ts';
import { MailgunSecret } from './client.ts';

const SECOND_MS = 1_000;
/** Mailgun tries again after 10, 10, 15 and 30 minutes, 1, 2 and 4 hours. */
const AGE_MS_MAX = 9 * 3_600_000;

const Told = z.object({
  signature: z.object({
    timestamp: z.string().regex(/^\d{1,12}$/),
    token: z.string().min(20).max(100),
    signature: z.string().max(100),
  }),
  'event-data': z.looseObject({
    event: z.string(),
    recipient: z.string().max(320).default(''),
    severity: z.string().optional(),
    reason: z.string().optional(),
    'delivery-status': z
      .looseObject({ message: z.string().nullish(), description: z.string().nullish() })
      .optional(),
    message: z
      .looseObject({ headers: z.looseObject({ 'message-id': z.string().max(320).optional() }) })
      .optional(),
  }),
});
type Event = z.infer<typeof Told>['event-data'];

export function readEvent({ body }: HookDelivery, secret: unknown): HookReading {
  const { signingKey } = MailgunSecret.parse(secret);
  if (!signingKey) return refusedHook(403, 'This connection does not know the webhook signing key.');
  const told = Told.safeParse(jsonIn(body));
  if (!told.success) return refusedHook(400, 'This is no event of Mailgun.');
  const { signature, 'event-data': event } = told.data;
  if (!isSigned(signingKey, signature)) return refusedHook(403, 'The signature is not one of this account.');
  if (Math.abs(Date.now() - Number(signature.timestamp) * SECOND_MS) > AGE_MS_MAX)
    return refusedHook(403, 'The signature is many hours old.');
  const news = newsOf(event);
  return news
    ? { kind: 'news', news: [news], token: signature.token }
    : { kind: 'ignored', reason: 'nothing of our own mails that is kept' };
}

/** The domain may send other mails too: only a Message-Id that we made names one of ours. */
function newsOf(told: Event): HookNews | null {
  const { event, recipient, severity, reason = '', 'delivery-status': status } = told;
  const receipt = told.message?.headers['message-id'] ?? '';
  const key = z.uuid().safeParse(receipt.slice(0, receipt.indexOf('@'))).data;
  if (key === undefined) return null;
  if (event === 'delivered') return delivered(key, receipt);
  // A failure that is temporary is tried again by Mailgun itself.
  if (event === 'failed' && severity === 'permanent') {
    const says = status?.message || status?.description || reason;
    const failure = reason.startsWith('suppress-')
      ? dropped('Mailgun', recipient, says)
      : bounced(recipient, says);
    return failed(key, receipt, failure);
  }
  if (event === 'complained' || event === 'unsubscribed') return optOut(recipient, false);
  return null;
}

function isSigned(key: string, { timestamp, token, signature }: z.infer<typeof Told>['signature']): boolean {
  const expected = Buffer.from(createHmac('sha256', key).update(`${timestamp}${token}`).digest('hex'));
  const given = Buffer.from(signature);
  return given.length === expected.length && timingSafeEqual(given, expected);
}
