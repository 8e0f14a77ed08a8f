/** The shapes of what the API says of endpoints and of what they were sent; part of views.ts. */
import { z } from 'zod';
import { HAPPENING_TYPES } from '#runtime/endpoints/endpoint-document.ts';
import { list, moment, part, view } from '../view.ts';

export const WebhookEventView = z.enum(HAPPENING_TYPES);
export type WebhookEventView = z.infer<typeof WebhookEventView>;

export const NewWebhookView = view('NewWebhook', {
  id: z.string(),
  secret: z.string().describe('For the receiver. It is shown this once.'),
});
export type NewWebhookView = z.infer<typeof NewWebhookView>;

export const NewWebhookSecretView = view('NewWebhookSecret', {
  secret: z.string().describe('For the receiver. It is shown this once.'),
  previousUntil: moment.describe('Until then the secret before signs too'),
  revision: z.int().describe('The one that the webhook has now'),
});
export type NewWebhookSecretView = z.infer<typeof NewWebhookSecretView>;

export const WebhookRow = view('Webhook', {
  id: z.string(),
  revision: z.int().describe('Grows by one at every change; a change names the one that it saw'),
  name: z.string(),
  address: z.string().describe('Without path and query, which may hold a key'),
  events: list(WebhookEventView).describe('What it is told of; flows send to it by name besides'),
  paused: z.boolean(),
  declinedAt: moment.nullable().describe('When it answered 410, that it wants no more: it was paused then'),
  since: moment,
  secretSince: moment,
  waiting: z.int().describe('Deliveries that are on their way, or are tried again'),
  needsYou: z.int().describe('Deliveries that were given up'),
});
export type WebhookRow = z.infer<typeof WebhookRow>;

export const WebhookDeliveryRow = view('WebhookDelivery', {
  id: z.string(),
  at: moment,
  type: z.string().describe('`order.changed`, or what a flow called it'),
  webhookId: z.string().describe('Header `webhook-id`: the same at every try'),
  subject: z.string(),
  state: z.enum(['queued', 'sending', 'in-doubt', 'sent', 'undone', 'dead', 'dropped']),
  tries: z.int(),
  nextTryAt: moment.nullable(),
  endedAt: moment.nullable(),
  reason: z.string().nullable(),
  fix: z.string().nullable(),
  calls: list(
    part({
      at: moment,
      ms: z.int(),
      status: z.int().describe('0: there was no answer'),
      answer: z.string().nullable().describe('How the answer began'),
    }),
  ).describe('The newest 20, oldest first'),
  canSendAgain: z.boolean(),
});
export type WebhookDeliveryRow = z.infer<typeof WebhookDeliveryRow>;
