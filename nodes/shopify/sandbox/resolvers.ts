/** What the sandbox's GraphQL answers: the root values of QueryRoot and Mutation. */
import { GraphQLError } from 'graphql';
import type { Catalogue } from './catalogue.ts';
import { gid, LOCATION_GID, SHOP_ID, seqOf } from './ids.ts';
import { itemNode, locationNode, productNode, productsAfter, variantNode } from './item-nodes.ts';
import type { OrderBook } from './order-book.ts';
import { orderNodes } from './order-nodes.ts';
import { figuresOf } from './order-record.ts';
import { connection, type PageArguments, pageSize, placeAfter } from './page.ts';
import type { quantitySetter } from './set-quantities.ts';
import type { ShopSettings } from './settings.ts';
import { type SubscriptionInput, type Subscriptions, subscriptionNode } from './subscriptions.ts';

export interface ResolverParts {
  readonly settings: ShopSettings;
  readonly catalogue: Catalogue;
  readonly orders: OrderBook;
  readonly subscriptions: Subscriptions;
  readonly setQuantities: ReturnType<typeof quantitySetter>;
}

type Search = PageArguments & { readonly query?: string | null };

const IDS_MAX = 250;

export function rootValue(parts: ResolverParts) {
  const { settings, catalogue, orders, subscriptions } = parts;
  const orderNode = orderNodes(catalogue, settings.currency);
  const node = ({ id }: { id: string }): unknown => nodeOf(id, catalogue, orders, orderNode);

  return {
    shop: {
      id: gid('Shop', SHOP_ID),
      name: settings.name,
      myshopifyDomain: settings.secret.shop,
      currencyCode: settings.currency,
    },
    location: ({ id }: { id?: string | null }) => (!id || id === LOCATION_GID ? locationNode : null),
    locations: (page: PageArguments) =>
      connection(
        page.after ? [] : [locationNode],
        pageSize(page),
        () => [1],
        (one) => one,
      ),
    node,
    nodes: ({ ids }: { ids: readonly string[] }) => {
      if (ids.length > IDS_MAX) {
        const text = `The input array size of ${ids.length} is greater than the maximum allowed of ${IDS_MAX}.`;
        throw new GraphQLError(text, { extensions: { code: 'MAX_INPUT_SIZE_EXCEEDED' } });
      }
      return ids.map((id) => node({ id }));
    },
    productVariants: (search: Search) => {
      const [last = 0] = placeAfter(search, [0]);
      const from = search.query
        ? (seqOf('ProductVariant', gid('ProductVariant', idBound(search.query))) ?? 0)
        : 0;
      const size = pageSize(search);
      const rows = productsAfter(catalogue, Math.max(last, from), size + 1);
      return connection(rows, size, (product) => [product.seq], variantNode);
    },
    order: ({ id }: { id: string }) => {
      const order = orders.bySeq(seqOf('Order', id) ?? 0);
      return order ? orderNode(order) : null;
    },
    orders: (search: Search & { readonly sortKey?: string | null }) => {
      const size = pageSize(search);
      if (search.sortKey !== 'UPDATED_AT') {
        if (search.query) throw new GraphQLError('the sandbox searches orders only with sortKey UPDATED_AT');
        const [last = 0] = placeAfter(search, [0]);
        return connection(orders.after(last, size + 1), size, (order) => [order.seq], orderNode);
      }
      const start = search.query ? [updateBound(search.query), 0] : [0, 0];
      const [atMs = 0, afterSeq = 0] = placeAfter(search, start);
      const rows = orders.updatedSince({ atMs, afterSeq }, size + 1);
      return connection(rows, size, (order) => [figuresOf(order).updatedAtMs, order.seq], orderNode);
    },
    webhookSubscriptions: (page: PageArguments & { readonly topics?: readonly string[] | null }) => {
      const size = pageSize(page);
      const [last = 0] = placeAfter(page, [0]);
      const rows = subscriptions.after(last, page.topics ?? null, size + 1);
      return connection(rows, size, (one) => [one.seq], subscriptionNode);
    },
    inventorySetQuantities: parts.setQuantities,
    webhookSubscriptionCreate: (args: { topic: string; webhookSubscription: SubscriptionInput }) =>
      subscriptions.create(args.topic, args.webhookSubscription),
    webhookSubscriptionUpdate: (args: { id: string; webhookSubscription: SubscriptionInput }) =>
      subscriptions.update(args.id, args.webhookSubscription),
  };
}

function nodeOf(
  id: string,
  catalogue: Catalogue,
  orders: OrderBook,
  orderNode: ReturnType<typeof orderNodes>,
) {
  if (id === LOCATION_GID) return locationNode;
  const order = orders.bySeq(seqOf('Order', id) ?? 0);
  if (order) return orderNode(order);
  const item = catalogue.bySeq(seqOf('InventoryItem', id) ?? 0);
  if (item) return itemNode(item);
  const variant = catalogue.bySeq(seqOf('ProductVariant', id) ?? 0);
  if (variant) return variantNode(variant);
  const product = catalogue.bySeq(seqOf('Product', id) ?? 0);
  return product ? productNode(product) : null;
}

/** `id:>123`, the one search for variants that the sandbox knows. */
function idBound(query: string): number {
  const digits = /^id:>(\d{1,15})$/.exec(query)?.[1];
  if (!digits) throw new GraphQLError(`the sandbox does not know the search "${query.slice(0, 100)}"`);
  return Number(digits);
}

/** `updated_at:>='2026-11-22T10:00:00Z'`, the one search for orders that the sandbox knows. */
function updateBound(query: string): number {
  const text = /^updated_at:>='?([0-9TZ:.+-]{10,40}?)'?$/.exec(query)?.[1];
  const atMs = Date.parse(text ?? '');
  if (Number.isNaN(atMs))
    throw new GraphQLError(`the sandbox does not know the search "${query.slice(0, 100)}"`);
  return atMs;
}
