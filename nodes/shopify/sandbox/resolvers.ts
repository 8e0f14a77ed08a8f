/** What the sandbox's GraphQL answers: the root values of QueryRoot and Mutation. */
import { GraphQLError } from 'graphql';
import type { AppState } from './app-state.ts';
import type { BulkOperations } from './bulk-operations.ts';
import type { Catalogue } from './catalogue.ts';
import { gid, LOCATION_GID, SHOP_ID, seqOf } from './ids.ts';
import { type ItemNodes, locationIndex, locationNode, productsAfter } from './item-nodes.ts';
import type { JobBook } from './job-book.ts';
import { nodeFinder } from './node-finder.ts';
import type { OrderBook } from './order-book.ts';
import type { orderMutations } from './order-mutations.ts';
import type { OrderNodes } from './order-nodes.ts';
import { orderSearch } from './order-search.ts';
import { connection, indexPage, type PageArguments, pageSize, placeAfter } from './page.ts';
import type { quantitySetter } from './set-quantities.ts';
import type { ShopSettings } from './settings.ts';
import { type SubscriptionInput, type Subscriptions, subscriptionNode } from './subscriptions.ts';

export interface ResolverParts {
  readonly settings: ShopSettings;
  readonly app: AppState;
  readonly version: () => string;
  readonly locations: readonly string[];
  readonly catalogue: Catalogue;
  readonly items: ItemNodes;
  readonly orders: OrderBook;
  readonly orderNodes: OrderNodes;
  readonly jobs: JobBook;
  readonly bulk: BulkOperations;
  readonly subscriptions: Subscriptions;
  readonly setQuantities: ReturnType<typeof quantitySetter>;
  readonly orderMutations: ReturnType<typeof orderMutations>;
}

type Search = PageArguments & { readonly query?: string | null };

const IDS_MAX = 250;
const COUNT_MAX = 25_001;

export function rootValue(parts: ResolverParts) {
  const { settings, catalogue, items, orders, orderNodes, subscriptions, locations } = parts;
  const node = nodeFinder(parts);
  const oneLocation = (index: number) => locationNode(index, locations[index]);

  return {
    shop: {
      id: gid('Shop', SHOP_ID),
      name: settings.name,
      myshopifyDomain: settings.secret.shop,
      currencyCode: settings.currency,
    },
    publicApiVersions: () => [{ handle: parts.version(), displayName: parts.version(), supported: true }],
    currentAppInstallation: (_args: object, { scopes }: { scopes: readonly string[] }) => ({
      id: gid('AppInstallation', 1),
      // Shopify lists what a wider scope brings along.
      accessScopes: [...scopes, ...scopes.filter(isWrite).map((one) => one.replace('write_', 'read_'))].map(
        (handle) => ({ handle }),
      ),
    }),
    location: ({ id }: { id?: string | null }) => {
      const index = locationIndex(id ?? LOCATION_GID, locations);
      return index === null ? null : oneLocation(index);
    },
    locations: (page: PageArguments) => indexPage(locations.length, page, oneLocation),
    node,
    nodes: ({ ids }: { ids: readonly string[] }) => {
      if (ids.length > IDS_MAX) {
        const text = `The input array size of ${ids.length} is greater than the maximum allowed of ${IDS_MAX}.`;
        throw new GraphQLError(text, { extensions: { code: 'MAX_INPUT_SIZE_EXCEEDED' } });
      }
      return ids.map((id) => node({ id }));
    },
    job: ({ id }: { id: string }) => parts.jobs.find(id),
    bulkOperation: parts.bulk.find,
    productVariants: (search: Search) => {
      const [last = 0] = placeAfter(search, [0]);
      const from = search.query
        ? (seqOf('ProductVariant', gid('ProductVariant', idBound(search.query))) ?? 0)
        : 0;
      const size = pageSize(search);
      const rows = productsAfter(catalogue, Math.max(last, from), size + 1);
      return connection(rows, size, (product) => [product.seq], items.variant);
    },
    productVariantsCount: ({ limit }: { limit?: number | null }) => {
      const count = [...catalogue.all()].length;
      const most = Math.min(limit ?? COUNT_MAX, COUNT_MAX);
      return { count: Math.min(count, most), precision: count > most ? 'AT_LEAST' : 'EXACT' };
    },
    order: ({ id }: { id: string }) => {
      const order = orders.bySeq(seqOf('Order', id) ?? 0);
      return order ? orderNodes.order(order) : null;
    },
    orders: orderSearch(orders, orderNodes, parts.app),
    webhookSubscriptions: (page: PageArguments & { readonly topics?: readonly string[] | null }) => {
      const size = pageSize(page);
      const [last = 0] = placeAfter(page, [0]);
      const rows = subscriptions.after(last, page.topics ?? null, size + 1);
      return connection(rows, size, (one) => [one.seq], subscriptionNode);
    },
    ...parts.orderMutations,
    bulkOperationRunQuery: parts.bulk.run,
    inventorySetQuantities: parts.setQuantities,
    webhookSubscriptionCreate: (args: { topic: string; webhookSubscription: SubscriptionInput }) =>
      subscriptions.create(args.topic, args.webhookSubscription),
    webhookSubscriptionUpdate: (args: { id: string; webhookSubscription: SubscriptionInput }) =>
      subscriptions.update(args.id, args.webhookSubscription),
  };
}

const isWrite = (scope: string): boolean => scope.startsWith('write_');

/** `id:>123`, the one search for variants that the sandbox knows. */
function idBound(query: string): number {
  const digits = /^id:>(\d{1,15})$/.exec(query)?.[1];
  if (!digits) throw new GraphQLError(`the sandbox does not know the search "${query.slice(0, 100)}"`);
  return Number(digits);
}
