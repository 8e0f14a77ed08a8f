import { z } from 'zod';
import { defineTrigger } from '../kit/define-node.ts';
import { AnyPort } from '../kit/port-types.ts';
import { expectedFields } from './expected-fields.ts';

export const WebhookInConfig = z.object({
  check: z
    .enum(['token', 'signature', 'hmac', 'none'])
    .default('token')
    .meta({
      title: 'Callers prove who they are by',
      words: {
        token: 'The secret, as a bearer token',
        signature: 'A signature (Standard Webhooks)',
        hmac: 'A signature of the body (HMAC-SHA256)',
        none: 'Knowing the address',
      },
      help: 'The secret comes with the address, and is shown once.',
    }),
  header: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9-]{0,60}$/, 'must be the name of a header, such as X-Hub-Signature-256')
    .default('X-Hub-Signature-256')
    .meta({
      title: 'Header of the signature',
      help: 'Hexadecimal or base64, with or without "sha256=" before it.',
      when: { check: ['hmac'] },
    }),
  fields: expectedFields().meta({
    title: 'What must come',
    format: 'text',
    empty: 'Anything',
    help: 'A line for each field: sku: text. Kinds: text, number, yes-no, list, object, any. A "?" behind the name: it may be missing.',
  }),
});
export type WebhookInConfig = z.infer<typeof WebhookInConfig>;

/** Starts when somebody calls an address of its own. */
export const webhookIn = defineTrigger({
  type: 'webhook-in',
  title: 'When an address is called',
  summary: 'Starts with what others send',
  help: 'Starts for each POST to an address of its own that only who knows it can call: JSON, or fields of a form. What does not have the fields that must come is refused (422), so that the caller sees it. It is on disk before the caller hears 200. A call that is repeated with the same Idempotency-Key, webhook-id or X-GitHub-Delivery starts nothing twice. Example: a warehouse that tells what it shipped. While the flow is paused callers hear 503, and shall come again.',
  group: 'Channels',
  wants: 'webhook.received',
  address: true,
  outputs: { received: AnyPort },
  config: WebhookInConfig,
  describe: ({ check }) => (check === 'none' ? 'Whoever knows the address' : 'With a secret'),
  run: ({ event }) => ({ received: JSON.parse(event.body.toString()) as Record<string, unknown> }),
});
