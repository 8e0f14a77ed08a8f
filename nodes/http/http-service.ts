/** Any HTTP API as a service: what writes goes through the outbox, what reads is done in the run. */
import { z } from 'zod';
import type { Service } from '#runtime/clients/service.ts';
import { Rejected } from '#runtime/errors.ts';
import { defineOutsideEffect } from '#runtime/outbox/outside-effect.ts';
import type { KeysWay } from '#runtime/sync/channel-connect.ts';
import { callHttp, HttpSecret } from './http-call.ts';

const TIMEOUT_MS = 20_000;

const Payload = z.object({
  method: z.enum(['POST', 'PUT', 'PATCH', 'DELETE']),
  path: z.string().max(4_000),
  /** null: no body. */
  body: z.unknown(),
});

const write = defineOutsideEffect<z.infer<typeof Payload>>({
  type: 'http-request',
  title: 'HTTP request',
  payload: Payload,
  // Some APIs know the key, others do not: what was cut off is settled as the node says.
  deduplicates: false,
  write: async ({ payload: { method, path, body }, key, far, signal, observe }) => {
    const headers = { 'idempotency-key': key };
    const sent = body === null || body === undefined ? {} : { body };
    const { status } = await callHttp(far, {
      method,
      path,
      ...sent,
      headers,
      timeoutMs: TIMEOUT_MS,
      signal,
      observe,
    });
    if (status < 400) return { receipt: String(status) };
    throw new Rejected(`${new URL(far.baseUrl).host} refused the request (${status}).`, {
      code: 'far-side.refused',
      fix: 'Look at what was sent, mend the flow, deploy, then retry.',
    });
  },
});

/** Nothing is called when one connects: which path would do no harm is known to nobody. */
const keys: KeysWay = {
  id: 'keys',
  kind: 'keys',
  title: 'Address and key',
  help: 'Any HTTP API that is called with a key in a header, or with none. Nothing is called when you connect.',
  form: HttpSecret,
  connect: async ({ input }) => {
    const secret = HttpSecret.parse(input);
    const { origin, host } = new URL(secret.url);
    return { baseUrl: origin, secret, name: `HTTP: ${host}` };
  },
};

export const http: Service = {
  type: 'http',
  title: 'HTTP API',
  secret: HttpSecret,
  effects: [write],
  connect: [keys],
  read: async (far, { path, timeoutMs, signal, observe }) =>
    await callHttp(far, { method: 'GET', path, timeoutMs, signal, observe }),
};
