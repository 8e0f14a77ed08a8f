/** What a dead letter is about, in words that its reader knows: the number of an order, a SKU, a product. */
import type { EventDocument, EventTopic } from '#runtime/events/event.ts';
import { type OrderId, orderIdOf } from '#runtime/ids.ts';

type About = Pick<EventDocument, 'topic' | 'partition' | 'source'>;

const WORDS: Readonly<Record<EventTopic, string>> = {
  'order.changed': 'Order',
  'listing.changed': 'Product',
  'connection.notice': 'A notice of the shop',
  'stock.changed': 'A change of stock',
  'stock.listed': 'The daily list of stock',
  'counts.reported': 'The daily report of counts',
  'flow.continued': 'Something that had waited',
  'flow.called': 'A call by another flow',
  'schedule.due': 'A start at a set time',
  'webhook.received': 'A call from outside',
};

/** The order that the event is about; null: it is about none. */
export function orderOf({ topic, partition, source }: About): OrderId | null {
  const [, externalId] = /^order:(.+)$/.exec(partition) ?? [];
  if (topic === 'order.changed' && externalId !== undefined && source !== 'syncflow')
    return orderIdOf(source, externalId);
  return partition.includes(':order:') ? (partition as OrderId) : null;
}

/** @param numbers of orders, by their ids; one that is not kept is called as its shop calls it. */
export function subjectOf(event: About, numbers: ReadonlyMap<string, string>): string {
  const { topic, partition } = event;
  const order = orderOf(event);
  const number = order === null ? undefined : numbers.get(order);
  const [, kind, name] = /^(order|product|sku):(.+)$/.exec(partition) ?? [];
  if (topic === 'order.changed') return `Order ${number ?? name ?? partition}`;
  if (number !== undefined) return `${WORDS[topic]}: order ${number}`;
  if (topic === 'listing.changed' && kind === 'product') return `Product ${name}`;
  return kind === 'sku' ? `${WORDS[topic]}: ${name}` : WORDS[topic];
}
