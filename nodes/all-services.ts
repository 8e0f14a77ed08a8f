/** Every service that comes with SyncFlow, by its type, and everything that can be done outside. */
import type { Services } from '#runtime/clients/service.ts';
import { cancelOrder } from '#runtime/outbox/cancel-order.ts';
import { ORDER_EFFECTS } from '#runtime/outbox/order-effects.ts';
import { type OutsideEffects, outsideEffectsOf } from '#runtime/outbox/outside-effect.ts';
import { http } from './http/http-service.ts';
import { webhooks } from './webhooks/webhook-service.ts';

export const ALL_SERVICES: Services = new Map([webhooks, http].map((service) => [service.type, service]));

export const ALL_OUTSIDE_EFFECTS: OutsideEffects = outsideEffectsOf([
  cancelOrder,
  ...ORDER_EFFECTS,
  ...[...ALL_SERVICES.values()].flatMap(({ effects }) => effects),
]);
