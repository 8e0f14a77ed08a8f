/** Opens a sandbox shop of Shopify: a real HTTP server on this machine. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type ErrorRequestHandler, type Express } from 'express';
import type { Sandbox, SandboxOptions } from '../../kit/sandbox.ts';
import type { BucketSize } from './bucket.ts';
import { transaction } from './database.ts';
import { openShop, type Shop } from './shop.ts';

export interface ShopifySandboxOptions extends SandboxOptions {
  /** The cost bucket; a shop on the Standard plan without it. */
  readonly points?: BucketSize;
  /** Waits between the tries of a webhook. A real shop: 8 tries in 4 hours; here 8 tries in about half a minute. */
  readonly webhookRetryDelaysMs?: readonly number[];
  /** The API version that the shop still serves; older ones "fall forward" to it. */
  readonly servedVersion?: string;
  /** Names of the shop's locations, the one that it sells from first; one of them without it. */
  readonly locations?: readonly string[];
  /** How long a bulk query takes at least. */
  readonly bulkDelayMs?: number;
}

const BODY_BYTES_MAX = 5 * 1024 * 1024;

/** @throws {Error} when the port is taken, or the currency is none of the sandbox's or not that of the stored shop. */
export async function openShopifySandbox(options: ShopifySandboxOptions = {}): Promise<Sandbox> {
  let address = '';
  const shop = openShop(options, () => address);
  const server = createServer(appOf(shop));
  await listen(server, options.port ?? 0).catch((error) => {
    shop.database.close();
    throw error;
  });
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  shop.deliveries.start();

  const close = async (): Promise<void> => {
    shop.jobs.close();
    await shop.deliveries.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    shop.database.close();
  };
  let closing: Promise<void> | undefined;
  return {
    address,
    account: { baseUrl: address, secret: shop.settings.secret },
    addProducts: (products) => transaction(shop.database, () => shop.catalogue.add(products)),
    onCountChange: (listener) => shop.catalogue.onCountChange(listener),
    webhooksWaiting: shop.deliveries.waiting,
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

function appOf({ api, oauth, bulk, control, appControl }: Shop): Express {
  const app = express().disable('x-powered-by');
  app.use(express.json({ limit: BODY_BYTES_MAX }), express.urlencoded({ extended: false }));
  app.post('/admin/api/:version/graphql.json', api);
  app.use('/admin/oauth', oauth);
  app.get('/bulk-results/:file', bulk.download);
  app.use('/sandbox', control, appControl);
  app.use(refuse);
  return app;
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
