/** A WooCommerce shop on loopback, for newcomers, tests and what-if runs: see README.md for what it is and is not. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Sandbox, SandboxOptions, SandboxProduct } from '#nodes/kit/sandbox.ts';
import { Money } from '#runtime/money.ts';
import { orderBody } from './bodies/order-body.ts';
import { type BodyContext, productBody } from './bodies/product-body.ts';
import { Catalogue } from './catalogue.ts';
import { Deliveries } from './deliveries.ts';
import { Ground } from './ground.ts';
import { shopApp } from './http/app.ts';
import { FaultBox } from './http/faults.ts';
import { type Journal, noJournal, openJournal, readJournal } from './journal.ts';
import { KeyRing } from './key-ring.ts';
import { OrderBook } from './order-book.ts';
import { OrderDesk } from './order-desk.ts';
import { SavedShop } from './saved-shop.ts';
import type { ShopSettings } from './state.ts';
import { WebhookBook } from './webhook-book.ts';

export interface WooCommerceSandboxOptions extends SandboxOptions {
  /** PEM: the shop is then reached by https, with this certificate. */
  readonly tls?: { readonly key: string; readonly cert: string };
}

/**
 * Opens the shop. With `stateDir` it goes on where it was closed or killed, with the keys that it had then;
 * name and currency are those of the first opening.
 * @throws {Error} when the port is taken, the folder's file is damaged or the currency is none.
 */
export async function openWooCommerceSandbox(options: WooCommerceSandboxOptions): Promise<Sandbox> {
  const saved = new SavedShop();
  if (options.stateDir) await readJournal(options.stateDir, (entry) => saved.apply(entry));
  const settings = saved.settings ?? newSettings(options);
  saved.settings = settings;
  const server = options.tls ? createTlsServer(options.tls) : createServer();
  // The port is taken first: the same shop opened twice then fails here, before it touches the other's file.
  const address = await listen(server, options.port ?? 0);
  try {
    const journal = options.stateDir ? openJournal(options.stateDir, saved.entries()) : noJournal;
    return openShop(server, address, saved, settings, journal);
  } catch (error) {
    server.close();
    throw error;
  }
}

function openShop(
  server: Server,
  address: string,
  saved: SavedShop,
  settings: ShopSettings,
  journal: Journal,
): Sandbox {
  const ground = new Ground(settings, saved.counters, journal);
  const catalogue = new Catalogue(ground);
  const book = new OrderBook();
  const desk = new OrderDesk(ground, catalogue, book);
  const webhooks = new WebhookBook(ground);
  const keys = new KeyRing(ground);
  const faults = new FaultBox();
  const context: BodyContext = { shop: address, currency: settings.currency, catalogue };
  const deliveries = new Deliveries(ground, webhooks, {
    source: address,
    faults: () => faults.now,
    bodyOf: (topic, id) => resourceBody(context, book, topic, id),
  });
  restore(saved, catalogue, book, webhooks);
  for (const key of saved.keys.values()) keys.restore(key);
  ground.onAnnounce((topic, id) => {
    if (!faults.now.dropWebhooks) webhooks.queue(topic, id);
  });

  const afterwards = () => deliveries.wake();
  faults.onSet(() => deliveries.rouse());
  const ping = deliveries.ping.bind(deliveries);
  server.on(
    'request',
    shopApp({ context, catalogue, book, desk, keys, webhooks, ground, faults, afterwards, ping }),
  );
  deliveries.wake();

  const { consumerKey, consumerSecret, webhookSecret } = settings;
  return {
    address,
    account: { baseUrl: address, secret: { consumerKey, consumerSecret, webhookSecret } },
    addProducts(products) {
      for (const product of products) addProduct(catalogue, product);
      ground.flush();
    },
    onCountChange: (listener) => catalogue.onCountChange(listener),
    webhooksWaiting: () => deliveries.waiting,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await Promise.all([closed, deliveries.close()]);
      ground.flush();
      journal.close();
    },
  };
}

/** A SKU that the shop has already keeps everything that it has, its count above all. */
function addProduct(catalogue: Catalogue, product: SandboxProduct): void {
  const { sku, title, price, quantity, barcode = '', oversell = false } = product;
  if (catalogue.bySku(sku)) return;
  const manageStock = quantity !== null;
  catalogue.add({
    type: 'simple',
    parentId: 0,
    name: title,
    sku,
    price,
    manageStock,
    quantity,
    barcode,
    backorders: oversell ? 'notify' : 'no',
    attributes: [],
  });
}

function restore(saved: SavedShop, catalogue: Catalogue, book: OrderBook, webhooks: WebhookBook): void {
  for (const product of saved.products.values()) catalogue.restore(product);
  const orders = [...saved.orders.values()];
  for (const order of orders.sort((one, other) => one.id - other.id)) book.add(order);
  for (const order of orders.sort((one, other) => one.modifiedMs - other.modifiedMs)) book.touched(order);
  for (const webhook of saved.webhooks.values()) webhooks.restore(webhook);
  for (const due of saved.due.values()) webhooks.restoreDue(due);
}

/** What is deleted, or gone meanwhile, is told by its id alone (recorded: webhook-22). */
function resourceBody(context: BodyContext, book: OrderBook, topic: string, id: number): unknown {
  const [resource, event] = topic.split('.');
  if (event === 'deleted') return { id };
  const order = resource === 'order' ? book.byId(id) : undefined;
  if (order) return orderBody(context, order);
  const product = resource === 'product' ? context.catalogue.byId(id) : undefined;
  return product ? productBody(context, product) : { id };
}

function newSettings(options: SandboxOptions): ShopSettings {
  return {
    name: options.shopName ?? 'Sandbox shop',
    currency: Money.shape.currency.parse(options.currency ?? 'GBP'),
    consumerKey: `ck_${randomBytes(20).toString('hex')}`,
    consumerSecret: `cs_${randomBytes(20).toString('hex')}`,
    webhookSecret: randomBytes(24).toString('hex'),
  };
}

async function listen(server: Server, port: number): Promise<string> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const scheme = 'addContext' in server ? 'https' : 'http';
  return `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
