/**
 * SendGrid's event webhook: batches of events of one account (twilio.com/docs/sendgrid, "Event Webhook reference" and "Signature
 * verification"). Only what says whether our mails arrived, and who wants no more of them, is read.
 */
import { createPublicKey, verify } from 'node:crypto';
import { z } from 'zod';
import type { HookDelivery, HookNews, HookReading } from '#runtime/clients/service.ts';
import { bounced, delivered, dropped, failed, optOut, refusedForNow } from '../email/delivery-news.ts';
import { jsonIn, refusedHook } from '../kit/hook-reading.ts';
import { KEY_ARGUMENT, SendGridSecret } from './client.ts';

const SIGNATURE = 'x-twilio-email-event-webhook-signature';
const TIMESTAMP = 'x-twilio-email-event-webhook-timestamp';
const SECOND_MS = 1_000;
/** SendGrid tries for a day; whether it signs a repetition anew is not said, so a signature may be as old as that. */
const AGE_MS_MAX = 25 * 3_600_000;

const Event = z.looseObject({
  event: z.string(),
  email: z.string().max(320).default(''),
  [KEY_ARGUMENT]: z.uuid().optional().catch(undefined),
  sg_message_id: z.string().max(300).default(''),
  reason: z.string().default(''),
  type: z.string().optional(),
});
type Event = z.infer<typeof Event>;
const Batch = z.array(Event).max(10_000);

export function readEvents({ headers, body }: HookDelivery, secret: unknown): HookReading {
  const { webhookKey } = SendGridSecret.parse(secret);
  if (!webhookKey) {
    return refusedHook(403, 'This connection does not know the verification key of the event webhook.');
  }
  const [signature, timestamp] = [headers[SIGNATURE], headers[TIMESTAMP]];
  if (!signature || !timestamp)
    return refusedHook(400, `The header ${SIGNATURE} or ${TIMESTAMP} is missing.`);
  if (!isSigned(webhookKey, timestamp, body, signature))
    return refusedHook(403, 'The signature is not one of this event webhook.');
  if (Math.abs(Date.now() - Number(timestamp) * SECOND_MS) > AGE_MS_MAX)
    return refusedHook(403, 'The signature is more than a day old.');
  const batch = Batch.safeParse(jsonIn(body));
  if (!batch.success) return refusedHook(400, 'This is no list of events.');
  const news = batch.data.flatMap(newsOf);
  return news.length > 0
    ? { kind: 'news', news }
    : { kind: 'ignored', reason: 'nothing of our own mails that is kept' };
}

/** The account may send other mails too, by other programs: only what carries our key is ours. */
function newsOf(told: Event): HookNews[] {
  const { event, email, reason, type, sg_message_id: receipt } = told;
  const key = told[KEY_ARGUMENT];
  if (key === undefined) return [];
  if (event === 'delivered') return [delivered(key, receipt)];
  if (event === 'blocked' || (event === 'bounce' && type === 'blocked'))
    return [failed(key, receipt, refusedForNow(email, reason))];
  if (event === 'bounce') return [failed(key, receipt, bounced(email, reason))];
  if (event === 'dropped') return [failed(key, receipt, dropped('SendGrid', email, reason))];
  if (event === 'spamreport' || event === 'unsubscribe' || event === 'group_unsubscribe')
    return [optOut(email, false)];
  if (event === 'group_resubscribe') return [optOut(email, true)];
  return [];
}

/** ECDSA over P-256 with SHA-256 of the timestamp and the bytes as they came. Node's own crypto: 80 times faster than SendGrid's package. */
function isSigned(key: string, timestamp: string, body: Buffer, signature: string): boolean {
  try {
    const publicKey = createPublicKey({ key: Buffer.from(key, 'base64'), format: 'der', type: 'spki' });
    const signed = Buffer.concat([Buffer.from(timestamp), body]);
    return verify('sha256', signed, publicKey, Buffer.from(signature, 'base64'));
  } catch {
    // A key or a signature that is none.
    return false;
  }
}
