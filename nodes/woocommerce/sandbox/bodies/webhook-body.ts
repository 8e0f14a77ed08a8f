/** A row of `/webhooks` as WooCommerce 11.0.1 writes it (recorded: rest-01, 41): the secret is never shown. */
import type { Webhook } from '../state.ts';
import { wordpressDate, wordpressDateOrNull } from '../wordpress-text.ts';
import { resourceLinks } from './links.ts';

/** WordPress actions behind a topic; other topics that the sandbox takes have none of their own here. */
const HOOKS: Readonly<Record<string, readonly string[]>> = {
  'order.created': ['woocommerce_new_order'],
  'order.updated': ['woocommerce_update_order', 'woocommerce_order_refunded'],
  'order.deleted': ['wp_trash_post', 'woocommerce_trash_order'],
  'order.restored': ['untrashed_post', 'woocommerce_untrash_order'],
  'product.created': [
    'woocommerce_process_product_meta',
    'woocommerce_new_product',
    'woocommerce_new_product_variation',
  ],
  'product.updated': [
    'woocommerce_process_product_meta',
    'woocommerce_update_product',
    'woocommerce_update_product_variation',
  ],
};

export function webhookBody(shop: string, webhook: Webhook) {
  const [resource = '', event = ''] = webhook.topic.split('.');
  const created = wordpressDate(webhook.createdMs);
  const modified = wordpressDateOrNull(webhook.modifiedMs);
  return {
    id: webhook.id,
    name: webhook.name,
    status: webhook.status,
    topic: webhook.topic,
    resource,
    event,
    hooks: HOOKS[webhook.topic] ?? [],
    delivery_url: webhook.deliveryUrl,
    date_created: created,
    date_created_gmt: created,
    date_modified: modified,
    date_modified_gmt: modified,
    _links: resourceLinks(`${shop}/wp-json/wc/v3`, '/webhooks', webhook.id),
  };
}
