/** `/webhooks`: made, read, changed and removed; a new one is greeted by a ping. */
import { randomBytes } from 'node:crypto';
import { Router } from 'express';
import { z } from 'zod';
import { webhookBody } from '../bodies/webhook-body.ts';
import type { Webhook } from '../state.ts';
import type { WebhookBook } from '../webhook-book.ts';
import { listAnswer, pageOf } from './list-page.ts';
import { type ApiRequest, answering, type Stage } from './reply.ts';
import { unknownId, WordPressError } from './wordpress-error.ts';

const TOPIC =
  /^((order|product|customer|coupon)\.(created|updated|deleted|restored)|action\.(woocommerce|wc)_\w+)$/;

const WebhookInput = z.object({
  name: z.string().optional(),
  topic: z.string().optional(),
  delivery_url: z.string().optional(),
  secret: z.string().optional(),
  status: z.string().optional(),
});
type WebhookInput = z.infer<typeof WebhookInput>;

export function webhookRoutes(stage: Stage, book: WebhookBook, ping: (webhook: Webhook) => void): Router {
  const router = Router();
  const bodyOf = (webhook: Webhook) => webhookBody(stage.shop, webhook);

  const list = answering(stage, (request) => {
    const page = pageOf(request);
    const { status = 'all' } = request.query;
    const found = book.all.filter((webhook) => status === 'all' || webhook.status === status);
    const rows = found.slice(page.offset, page.offset + page.size).map(bodyOf);
    return listAnswer(`${stage.shop}/wp-json/wc/v3/webhooks`, request, page, rows, found.length);
  });
  /** The `status` that is sent is not looked at: a new webhook is active. */
  const create = answering(stage, ({ body }) => {
    const input = parse(body);
    const { topic = '', delivery_url: deliveryUrl = '' } = input;
    if (!TOPIC.test(topic)) throw invalid('topic', 'Webhook topic is required and must be valid.');
    demandUrl(deliveryUrl);
    const name = input.name || `Webhook created on ${new Date().toUTCString()}`;
    const secret = input.secret || randomBytes(25).toString('hex');
    const webhook = book.add({ name, topic, deliveryUrl, secret });
    const answer = { status: 201, body: bodyOf(webhook) };
    ping(webhook);
    return answer;
  });
  const read = answering(stage, (request) => ({ body: bodyOf(known(book, request, 404)) }));
  const change = answering(stage, (request) => {
    const webhook = known(book, request, 400);
    const changes = changesOf(parse(request.body));
    book.edit(webhook, changes);
    if (changes.deliveryUrl && webhook.status === 'active') ping(webhook);
    return { body: bodyOf(webhook) };
  });
  const remove = answering(stage, (request) => {
    if (!['true', '1'].includes(request.query.force ?? '')) {
      throw new WordPressError(
        501,
        'woocommerce_rest_trash_not_supported',
        'Webhooks do not support trashing.',
      );
    }
    const webhook = known(book, request, 404);
    book.remove(webhook);
    return { body: bodyOf(webhook) };
  });

  router.route('/webhooks').get(list).post(create);
  router.route('/webhooks/:id').get(read).post(change).put(change).patch(change).delete(remove);
  return router;
}

function parse(body: unknown): WebhookInput {
  const input = WebhookInput.safeParse(body ?? {});
  if (!input.success) throw invalid('topic', 'Webhook fields must be texts.');
  return input.data;
}

/** Empty fields are taken as not sent. */
function changesOf(input: WebhookInput): Partial<Webhook> {
  if (input.topic && !TOPIC.test(input.topic)) throw invalid('topic', 'Webhook topic must be valid.');
  if (input.delivery_url) demandUrl(input.delivery_url);
  const status = z
    .enum(['active', 'paused', 'disabled'])
    .optional()
    .safeParse(input.status || undefined);
  if (!status.success) throw invalid('status', 'Webhook status must be valid.');
  return {
    ...(input.name ? { name: input.name } : {}),
    ...(input.topic ? { topic: input.topic } : {}),
    ...(input.delivery_url ? { deliveryUrl: input.delivery_url } : {}),
    ...(input.secret ? { secret: input.secret } : {}),
    ...(status.data ? { status: status.data } : {}),
  };
}

function demandUrl(url: string): void {
  if (/^https?:\/\//.test(url) && URL.canParse(url)) return;
  throw invalid(
    'delivery_url',
    'Webhook delivery URL must be a valid URL starting with http:// or https://.',
  );
}

function invalid(field: string, message: string): WordPressError {
  return new WordPressError(400, `woocommerce_rest_shop_webhook_invalid_${field}`, message);
}

function known(book: WebhookBook, request: ApiRequest, status: 400 | 404): Webhook {
  const webhook = book.byId(request.ids.id ?? 0);
  if (!webhook) throw unknownId('shop_webhook', status);
  return webhook;
}
