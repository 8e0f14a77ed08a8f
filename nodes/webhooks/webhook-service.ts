/** Webhooks out as a service: an address, a secret, and the outside effect that signs and sends. */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Service } from '#runtime/clients/service.ts';
import { budgetOf } from '#runtime/limits/rate-headers.ts';
import { defineOutsideEffect } from '#runtime/outbox/outside-effect.ts';
import { networkTrouble } from '../kit/network-trouble.ts';
import { signedHeaders } from './standard-signature.ts';
import { beginningOf, troubleOf } from './webhook-answer.ts';

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;
const SECRET_BYTES = 24;
/** The convention asks for 15 to 30 seconds. */
const TIMEOUT_MS = 20_000;

/** An address that webhooks may be sent to: https, or this machine; no user name in it. */
export const WebhookUrl = z
  .url({ protocol: /^https?$/ })
  .max(2_000)
  .refine((text) => {
    if (!URL.canParse(text)) return false;
    const { protocol, hostname, username, password } = new URL(text);
    return !username && !password && (protocol === 'https:' || LOOPBACK.test(hostname));
  }, 'must begin with https:// (http:// on this machine only), without a user name');

/** `whsec_` and base64, as the convention writes it. */
const SigningSecret = z.string().regex(/^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/);

/** What the vault holds: the address may carry a key of its own, so it is a secret too. */
export const WebhookSecret = z.object({
  url: WebhookUrl,
  secret: SigningSecret,
  /** The one before, which signs too until then: receivers take up the new one meanwhile. */
  previous: z.object({ secret: SigningSecret, until: z.coerce.date() }).exactOptional(),
});
export type WebhookSecret = z.infer<typeof WebhookSecret>;

/** How long the secret before signs too. */
const ROTATION_MS = 24 * 3_600_000;

/** The same address with a new secret. Two changes within a day end the oldest one at once. */
export function withNewSecret(
  { url, secret }: WebhookSecret,
  now: Date = new Date(),
): WebhookSecret & { readonly previous: NonNullable<WebhookSecret['previous']> } {
  const until = new Date(now.getTime() + ROTATION_MS);
  return { url, secret: newWebhookSecret(), previous: { secret, until } };
}

/** A new secret, to be given to the receiver once. */
export function newWebhookSecret(): string {
  return `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;
}

const Payload = z.object({
  /** What it is about: `alert.raised`. Words with dots between, as the convention wants them. */
  type: z
    .string()
    .regex(/^[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)*$/)
    .max(80),
  data: z.record(z.string(), z.unknown()),
});

/** The `webhook-id` of a message, by its key. */
export function messageIdOf(key: string): string {
  return `msg_${key}`;
}

const webhook = defineOutsideEffect<z.infer<typeof Payload>>({
  type: 'webhook',
  title: 'Webhook',
  payload: Payload,
  // Every try carries the same webhook-id, by which the convention lets receivers tell repetitions.
  deduplicates: true,
  write: async ({ payload, key, queuedAt, far, signal, observe }) => {
    const { url, secret, previous } = WebhookSecret.parse(far.secret);
    const { host } = new URL(url);
    const id = messageIdOf(key);
    const body = JSON.stringify({
      type: payload.type,
      timestamp: queuedAt.toISOString(),
      data: payload.data,
    });
    const now = new Date();
    const secrets = previous && previous.until > now ? [secret, previous.secret] : [secret];
    const started = performance.now();
    let ms = 0;
    let status = 0;
    let headers = new Headers();
    let answer = '';
    try {
      const response = await fetch(url, {
        method: 'POST',
        body,
        redirect: 'manual',
        signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
        headers: {
          'content-type': 'application/json',
          'user-agent': 'SyncFlow',
          ...signedHeaders(secrets, id, now, body),
        },
      });
      ({ status, headers } = response);
      ms = performance.now() - started;
      answer = await beginningOf(response, new URL(url));
    } catch (error) {
      throw networkTrouble(error, host, false);
    } finally {
      const budget = budgetOf(headers);
      if (status === 0) ms = performance.now() - started;
      observe({ name: 'webhook', ms, status, answer, ...(budget && { budget }) });
    }
    const trouble = troubleOf(status, headers, host);
    if (trouble) throw trouble;
    return { receipt: id };
  },
});

export const webhooks: Service = {
  type: 'webhook',
  title: 'Webhook',
  secret: WebhookSecret,
  effects: [webhook],
};
