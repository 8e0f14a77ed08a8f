/** Every service that comes with SyncFlow, by its type, and everything that can be done outside. */
import type { Services } from '#runtime/clients/service.ts';
import { cancelOrder } from '#runtime/outbox/cancel-order.ts';
import { ORDER_EFFECTS } from '#runtime/outbox/order-effects.ts';
import { type OutsideEffects, outsideEffectsOf } from '#runtime/outbox/outside-effect.ts';
import { emailEffect } from './email/email-effect.ts';
import { googleSheets } from './google-sheets/google-sheets-service.ts';
import { http } from './http/http-service.ts';
import { mailgun } from './mailgun/mailgun-service.ts';
import { sendgrid } from './sendgrid/sendgrid-service.ts';
import { smtp } from './smtp/smtp-service.ts';
import { twilio } from './twilio/twilio-service.ts';
import { webhooks } from './webhooks/webhook-service.ts';

const MAIL_SERVICES = [sendgrid, mailgun, smtp];

export const ALL_SERVICES: Services = new Map(
  [webhooks, http, twilio, ...MAIL_SERVICES, googleSheets].map((service) => [service.type, service]),
);

export const ALL_OUTSIDE_EFFECTS: OutsideEffects = outsideEffectsOf([
  cancelOrder,
  ...ORDER_EFFECTS,
  emailEffect(MAIL_SERVICES),
  ...[...ALL_SERVICES.values()].flatMap(({ effects }) => effects),
]);
