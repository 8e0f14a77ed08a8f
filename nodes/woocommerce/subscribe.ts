/** Keeps the webhooks that bring a shop's events to us. */
import { z } from 'zod';
import { Rejected } from '#runtime/errors.ts';
import { past } from './past-caches.ts';
import type { Rest } from './rest.ts';

/** `order.deleted` brings an id alone; it makes us poll. */
const TOPICS = [
  'order.created',
  'order.updated',
  'order.deleted',
  'order.restored',
  'product.created',
  'product.updated',
  'product.deleted',
  'product.restored',
] as const;
const PER_PAGE = 100;
const PAGES_MAX = 50;
const NAME = 'SyncFlow';

const Webhook = z.object({
  id: z.int(),
  name: z.string().catch(''),
  status: z.string(),
  topic: z.string(),
  delivery_url: z.string(),
});
type Webhook = z.infer<typeof Webhook>;

export interface Subscription {
  readonly address: string;
  readonly secret: string;
  /**
   * true: writes the secret to webhooks that are well too. WooCommerce never shows a secret, so this is done once by
   * each process; later looks write only where something is amiss.
   */
  readonly afresh: boolean;
}

/**
 * Makes sure that each topic has one active webhook to the address that signs with the secret. What WooCommerce has
 * switched off after a row of failures is switched on again; ours that lead to a former address of this machine are
 * led here. Webhooks of others are not touched, and none is ever deleted.
 * @throws {Rejected} also when somebody has paused ours by hand: that is a person's decision to take back.
 */
export async function subscribe(rest: Rest, { address, secret, afresh }: Subscription): Promise<void> {
  const ours = (await allWebhooks(rest)).filter((webhook) => isOurs(webhook, address));
  const paused: string[] = [];
  for (const topic of TOPICS) {
    const candidates = ours.filter((webhook) => webhook.topic === topic);
    const webhook =
      candidates.find(({ delivery_url: url }) => sameAddress(url, address)) ?? candidates[0] ?? null;
    if (!webhook) await create(rest, topic, address, secret);
    else if (webhook.status === 'paused') paused.push(topic);
    else if (afresh || webhook.status !== 'active' || !sameAddress(webhook.delivery_url, address))
      await mend(rest, webhook, address, secret);
  }
  if (paused.length > 0) {
    throw new Rejected(`Somebody has paused SyncFlow's webhooks in WooCommerce (${paused.join(', ')}).`, {
      code: 'far-side.refused',
      concerns: 'call',
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

/** To our address, or by our name to the same path on another host: the path holds the connection's own id. */
function isOurs({ name, delivery_url: url }: Webhook, address: string): boolean {
  if (sameAddress(url, address)) return true;
  return name.startsWith(`${NAME} `) && URL.parse(url)?.pathname === URL.parse(address)?.pathname;
}

/** WordPress cleans an address when it stores it, so the two are compared as addresses and not as text. */
function sameAddress(one: string, other: string): boolean {
  return one === other || (URL.parse(one)?.href ?? one) === (URL.parse(other)?.href ?? other);
}

async function create(rest: Rest, topic: string, address: string, secret: string): Promise<void> {
  const body = { name: `${NAME} ${topic}`, topic, delivery_url: address, secret, status: 'active' };
  await rest({ name: 'POST webhooks', method: 'POST', path: 'webhooks', body }, Webhook);
}

/** POST and not PUT: WordPress takes either for a change, firewalls often only the first. */
async function mend(rest: Rest, webhook: Webhook, address: string, secret: string): Promise<void> {
  const moved = sameAddress(webhook.delivery_url, address) ? {} : { delivery_url: address };
  const body = { status: 'active', secret, ...moved };
  await rest({ name: 'POST webhooks/*', method: 'POST', path: `webhooks/${webhook.id}`, body }, Webhook);
}
