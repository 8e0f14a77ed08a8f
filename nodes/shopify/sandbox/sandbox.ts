/** Opens a sandbox shop of Shopify: a real HTTP server on this machine. */
import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type ErrorRequestHandler } from 'express';
import type { Sandbox, SandboxOptions } from '../../kit/sandbox.ts';
import { API_VERSION } from '../operations.ts';
import { openAnswerStore } from './answer-store.ts';
import { graphqlApi } from './api.ts';
import { type BucketSize, STANDARD_PLAN } from './bucket.ts';
import { openCatalogue } from './catalogue.ts';
import { controlRouter } from './control.ts';
import { openDatabase, transaction } from './database.ts';
import { openDeliveries } from './deliveries.ts';
import { openFaults } from './faults.ts';
import { type Booked, NotBookable, openOrderBook } from './order-book.ts';
import { rootValue } from './resolvers.ts';
import { restWriter } from './rest-order.ts';
import { webhookSender } from './send-webhook.ts';
import { quantitySetter, type SetPayload } from './set-quantities.ts';
import { openSettings } from './settings.ts';
import { openSubscriptions } from './subscriptions.ts';

export interface ShopifySandboxOptions extends SandboxOptions {
  /** The cost bucket; a shop on the Standard plan without it. */
  readonly points?: BucketSize;
  /** Waits between the tries of a webhook. A real shop: 8 tries in 4 hours; here 8 tries in about half a minute. */
  readonly webhookRetryDelaysMs?: readonly number[];
  /** The API version that the shop still serves; older ones "fall forward" to it. */
  readonly servedVersion?: string;
}

const RETRY_DELAYS_MS: readonly number[] = [200, 500, 1000, 2000, 4000, 8000, 15_000];
const BODY_BYTES_MAX = 5 * 1024 * 1024;

/** @throws {Error} when the port is taken, or the currency is none of the sandbox's or not that of the stored shop. */
export async function openShopifySandbox(options: ShopifySandboxOptions = {}): Promise<Sandbox> {
  const database = openDatabase(options.stateDir);
  const settings = openSettings(database, options.shopName ?? 'Sandbox shop', options.currency);
  const catalogue = openCatalogue(database, settings.currency);
  const faults = openFaults();
  const subscriptions = openSubscriptions(database);

  const booked: Booked = (topic, order) => {
    const how = { copies: faults.webhookCopies(), delayMs: faults.webhookDelayMs(), eventId: randomUUID() };
    const receivers = subscriptions.ofTopic(topic.toUpperCase().replace('/', '_'));
    for (const receiver of receivers) deliveries.add(topic, order, receiver, how);
    // Behind the end of the booking's transaction.
    setImmediate(deliveries.start);
  };
  const orders = openOrderBook(database, catalogue, settings.currency, booked);
  const deliveries = openDeliveries(database, {
    retryDelaysMs: options.webhookRetryDelaysMs ?? RETRY_DELAYS_MS,
    send: webhookSender(settings, orders, restWriter(catalogue, settings.currency)),
  });
  const count = (sku: string, quantity: number): void => {
    const product = catalogue.bySku(sku);
    if (product?.quantity == null)
      throw new NotBookable(`the shop does not count a product with SKU "${sku}"`);
    if (product.quantity !== quantity)
      catalogue.move(product.seq, quantity - product.quantity, { cause: 'staff', orderId: null });
    catalogue.announce();
  };
  const setQuantities = quantitySetter(database, catalogue, openAnswerStore<SetPayload>(database));
  const api = graphqlApi({
    accessToken: settings.secret.accessToken,
    version: options.servedVersion ?? API_VERSION,
    points: options.points ?? STANDARD_PLAN,
    faults,
    rootValue: rootValue({ settings, catalogue, orders, subscriptions, setQuantities }),
  });

  const app = express().disable('x-powered-by');
  app.use(express.json({ limit: BODY_BYTES_MAX }));
  app.post('/admin/api/:version/graphql.json', api);
  app.use('/sandbox', controlRouter({ orders, catalogue, faults, count }));
  app.use(refuse);
  const server = createServer(app);
  await listen(server, options.port ?? 0).catch((error) => {
    database.close();
    throw error;
  });
  deliveries.start();

  const close = async (): Promise<void> => {
    await deliveries.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    database.close();
  };
  let closing: Promise<void> | undefined;
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    address,
    account: { baseUrl: address, secret: settings.secret },
    addProducts: (products) => transaction(database, () => catalogue.add(products)),
    onCountChange: catalogue.onCountChange,
    webhooksWaiting: deliveries.waiting,
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
}

/** A body that is no JSON or too long: 400 or 413 as express found it; anything else is a bug of the sandbox. */
const refuse: ErrorRequestHandler = (error, _request, response, _next) => {
  const status = Number(error?.status) || 500;
  response.status(status).json({ errors: status < 500 ? 'Bad Request' : String(error) });
};
