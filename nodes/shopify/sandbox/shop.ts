/** Puts the parts of a sandbox shop together. */
import type { DatabaseSync } from 'node:sqlite';
import type { RequestHandler, Router } from 'express';
import { API_VERSION } from '../operations/operation.ts';
import { openAnswerStore } from './answer-store.ts';
import { graphqlApi } from './api.ts';
import { appControlRouter } from './app-control.ts';
import { newAppState } from './app-state.ts';
import { STANDARD_PLAN } from './bucket.ts';
import { type BulkOperations, openBulkOperations } from './bulk-operations.ts';
import { type Catalogue, openCatalogue, type Product, type ProductEdit } from './catalogue.ts';
import { controlRouter } from './control.ts';
import { openDatabase } from './database.ts';
import { type Deliveries, openDeliveries } from './deliveries.ts';
import { openFaults } from './faults.ts';
import { availableAt, itemNodes } from './item-nodes.ts';
import { type JobBook, openJobs } from './job-book.ts';
import { openLevels } from './levels.ts';
import { NotBookable } from './not-bookable.ts';
import { oauthRoutes } from './oauth.ts';
import { type MoveCount, openOrderBook } from './order-book.ts';
import { orderMutations } from './order-mutations.ts';
import { orderNodes } from './order-nodes.ts';
import { rootValue } from './resolvers.ts';
import { restWriter } from './rest-order.ts';
import type { ShopifySandboxOptions } from './sandbox.ts';
import { webhookSender } from './send-webhook.ts';
import { quantitySetter } from './set-quantities.ts';
import { openSettings, type ShopSettings } from './settings.ts';
import { type ShopEvents, shopEvents } from './shop-events.ts';
import { openSubscriptions } from './subscriptions.ts';
import { openTokens } from './token-book.ts';

export interface Shop {
  readonly database: DatabaseSync;
  readonly settings: ShopSettings;
  readonly catalogue: Catalogue;
  readonly deliveries: Deliveries;
  readonly jobs: JobBook;
  readonly bulk: BulkOperations;
  readonly api: RequestHandler;
  readonly oauth: Router;
  readonly control: Router;
  readonly appControl: Router;
}

const RETRY_DELAYS_MS: readonly number[] = [200, 500, 1000, 2000, 4000, 8000, 15_000];
const BULK_DELAY_MS = 200;
const JOB_DELAY_MS = 30;

/** @param address where the shop is reached, known once it listens. */
export function openShop(options: ShopifySandboxOptions, address: () => string): Shop {
  const database = openDatabase(options.stateDir);
  const settings = openSettings(database, options.shopName ?? 'Sandbox shop', options.currency);
  const { currency } = settings;
  const locations = options.locations ?? ['Warehouse'];
  const app = newAppState();
  let version = options.servedVersion ?? API_VERSION;
  const catalogue = openCatalogue(database, currency);
  const levels = openLevels(database);
  const faults = openFaults();
  const subscriptions = openSubscriptions(database, app);
  const rest = restWriter(catalogue, currency);

  const move: MoveCount = (seq, units, location, cause) => {
    if (location === 0) return catalogue.move(seq, units, cause);
    if (!locations[location]) throw new NotBookable(`the shop has no location ${location}`);
    const product = catalogue.bySeq(seq);
    if (product?.quantity == null) return;
    const quantity = (levels.at(seq, location) ?? 0) + units;
    levels.set(seq, location, quantity);
    events.counted(product, location, quantity);
  };
  const orders = openOrderBook(database, catalogue, currency, move, (order, step) =>
    events.ordered(order, step),
  );
  const deliveries = openDeliveries(database, {
    retryDelaysMs: options.webhookRetryDelaysMs ?? RETRY_DELAYS_MS,
    send: webhookSender(settings, orders, rest.order),
    ended: subscriptions.delivered,
  });
  const events: ShopEvents = shopEvents({
    settings,
    subscriptions,
    deliveries,
    faults,
    restRefund: rest.newestRefund,
  });
  catalogue.onCountChange(({ quantity }, product) => events.counted(product, 0, quantity));

  const items = itemNodes(levels, locations);
  const nodes = orderNodes(catalogue, items, currency, locations);
  const jobs = openJobs(JOB_DELAY_MS);
  const bulk = openBulkOperations({
    database,
    catalogue,
    nodes: items,
    app,
    address,
    delayMs: options.bulkDelayMs ?? BULK_DELAY_MS,
  });
  const tokens = openTokens(database, app, settings.secret.accessToken);
  const mutationParts = { database, orders, nodes, jobs, currency, locations };
  const setParts = { database, catalogue, levels, locations, counted: events.counted };
  const api = graphqlApi({
    scopesOf: tokens.scopesOf,
    version: () => version,
    points: options.points ?? STANDARD_PLAN,
    faults,
    rootValue: rootValue({
      settings,
      app,
      version: () => version,
      locations,
      catalogue,
      items,
      orders,
      orderNodes: nodes,
      jobs,
      bulk,
      subscriptions,
      setQuantities: quantitySetter({ ...setParts, answers: openAnswerStore(database) }),
      orderMutations: orderMutations({ ...mutationParts, answers: openAnswerStore(database) }),
    }),
  });

  const count = (sku: string, quantity: number, location: number): void => {
    const product = catalogue.bySku(sku);
    if (product?.quantity == null)
      throw new NotBookable(`the shop does not count a product with SKU "${sku}"`);
    if (!locations[location]) throw new NotBookable(`the shop has no location ${location}`);
    if (location > 0) {
      levels.set(product.seq, location, quantity);
      events.counted(product, location, quantity);
    } else if (product.quantity !== quantity) {
      catalogue.move(product.seq, quantity - product.quantity, { cause: 'staff', orderId: null });
      catalogue.announce();
    }
  };
  const countAt = (product: Product, location: number) =>
    product.quantity === null ? null : (availableAt(product, location, levels) ?? 0);
  const change = (sku: string, edit: ProductEdit): void => {
    const product = catalogue.edit(sku, edit);
    events.product(product.removed ? 'products/delete' : 'products/update', product);
  };
  return {
    database,
    settings,
    catalogue,
    deliveries,
    jobs,
    bulk,
    api,
    oauth: oauthRoutes({ settings, app, tokens }),
    control: controlRouter({ orders, catalogue, faults, count, countAt, change }),
    appControl: appControlRouter({
      app,
      settings,
      subscriptions,
      events,
      serve: (served) => {
        version = served;
      },
    }),
  };
}
