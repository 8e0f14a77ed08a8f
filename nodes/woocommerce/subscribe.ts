/** Keeps the two webhooks that bring a shop's order events to us. */
import { z } from 'zod';
import { Rejected } from '#runtime/errors.ts';
import { past } from './past-caches.ts';
import type { Rest } from './rest.ts';

const TOPICS = ['order.created', 'order.updated'] as const;
const PER_PAGE = 100;
const PAGES_MAX = 50;

const Webhook = z.object({ id: z.int(), status: z.string(), topic: z.string(), delivery_url: z.string() });
type Webhook = z.infer<typeof Webhook>;

/**
 * Makes sure that each topic has one active webhook to `address` that signs with `secret`. WooCommerce never
 * shows a secret and disables a webhook after a row of failures, so ours are written anew each time; webhooks
 * to any other address are not touched.
 * @throws {Rejected} also when somebody has paused ours by hand: that is a person's decision to take back.
 */
export async function subscribe(rest: Rest, address: string, secret: string): Promise<void> {
  const ours = (await allWebhooks(rest)).filter((webhook) => sameAddress(webhook.delivery_url, address));
  const paused: string[] = [];
  for (const topic of TOPICS) {
    const webhook = ours.find((candidate) => candidate.topic === topic);
    if (!webhook) await create(rest, topic, address, secret);
    else if (webhook.status === 'paused') paused.push(topic);
    else await activate(rest, webhook, secret);
  }
  if (paused.length > 0) {
    throw new Rejected(`Somebody has paused SyncFlow's webhooks in WooCommerce (${paused.join(', ')}).`, {
      fix: 'In WooCommerce under Settings → Advanced → Webhooks set them to Active, or delete them; then retry.',
    });
  }
}

async function allWebhooks(rest: Rest): Promise<Webhook[]> {
  const webhooks: Webhook[] = [];
  for (let page = 1; page <= PAGES_MAX; page += 1) {
    const query = past({ per_page: String(PER_PAGE), page: String(page) });
    const call = { name: 'GET webhooks', method: 'GET', path: 'webhooks', query } as const;
    const { body, totalPages } = await rest(call, z.array(Webhook));
    webhooks.push(...body);
    if (totalPages === null ? body.length < PER_PAGE : page >= totalPages) break;
  }
  return webhooks;
}

/** WordPress cleans an address when it stores it, so the two are compared as addresses and not as text. */
function sameAddress(one: string, other: string): boolean {
  return one === other || (URL.parse(one)?.href ?? one) === (URL.parse(other)?.href ?? other);
}

async function create(rest: Rest, topic: string, address: string, secret: string): Promise<void> {
  const body = { name: `SyncFlow ${topic}`, topic, delivery_url: address, secret, status: 'active' };
  await rest({ name: 'POST webhooks', method: 'POST', path: 'webhooks', body }, Webhook);
}

/** POST and not PUT: WordPress takes either for a change, firewalls often only the first. */
async function activate(rest: Rest, webhook: Webhook, secret: string): Promise<void> {
  const body = { status: 'active', secret };
  await rest({ name: 'POST webhooks/*', method: 'POST', path: `webhooks/${webhook.id}`, body }, Webhook);
}
