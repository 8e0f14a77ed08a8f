/** For tests: a sandbox shop, and a real listener that takes its webhooks. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Sandbox, SandboxOrder } from '#nodes/kit/sandbox.ts';
import { ConnectionId } from '#runtime/ids.ts';
import type { Order } from '#runtime/orders/order.ts';
import type { ChannelClient, RemoteListing, WebhookDelivery } from '#runtime/sync/channel.ts';
import { shopify } from '../channel.ts';
import { ShopifySecret } from '../secret.ts';
import { openShopifySandbox, type ShopifySandboxOptions } from './sandbox.ts';

export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** `MUG` with 10, `HAT` with 2, and `CARD`, which is not counted. */
export const PRODUCTS = [
  { sku: 'MUG', title: 'Mug', price: '4.50', quantity: 10 },
  { sku: 'HAT', title: 'Hat', price: '12.00', quantity: 2 },
  { sku: 'CARD', title: 'Gift card', price: '1.00', quantity: null },
];

const connectionId = ConnectionId.parse('shop-1');
const RETRY_DELAYS_MS = [5, 5, 20, 20, 100, 100, 100];
const UNTIL_MS_MAX = 10_000;

export class ShopBench {
  readonly connectionId = connectionId;
  received: Received[] = [];
  /** Statuses that the listener answers with, one after another; 200 when they run out. */
  statuses: number[] = [];
  sandbox: Sandbox;
  #listener: Server | null = null;
  #port = 0;

  private constructor(sandbox: Sandbox) {
    this.sandbox = sandbox;
  }

  /** A shop with products, subscribed to. */
  static async open(options: ShopifySandboxOptions = {}): Promise<ShopBench> {
    const bench = new ShopBench(await openShop(options));
    await bench.listen();
    await bench.subscribe();
    return bench;
  }

  /** Another shop in its place, or the same again where `stateDir` is the same; not subscribed to. */
  async reopen(options: ShopifySandboxOptions = {}): Promise<void> {
    await this.sandbox.close();
    this.sandbox = await openShop(options);
  }

  async close(): Promise<void> {
    await this.sandbox.close();
    await this.stopListening();
  }

  /** The listener's port stays the same when it stops and listens again. */
  async listen(): Promise<void> {
    this.#listener = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      this.received.push({ headers: request.headers, body: Buffer.concat(chunks) });
      response.writeHead(this.statuses.shift() ?? 200).end();
    }).listen(this.#port, '127.0.0.1');
    await once(this.#listener, 'listening');
    this.#port = (this.#listener.address() as AddressInfo).port;
  }

  async stopListening(): Promise<void> {
    const listener = this.#listener;
    this.#listener = null;
    listener?.closeAllConnections();
    await new Promise((resolve) => (listener ? listener.close(resolve) : resolve(undefined)));
  }

  get secret(): ShopifySecret {
    return ShopifySecret.parse(this.sandbox.account.secret);
  }

  get client(): ChannelClient {
    return shopify.open({ ...this.sandbox.account, secret: this.secret, connectionId });
  }

  get hooks(): string {
    return `http://127.0.0.1:${this.#port}/hooks`;
  }

  /** To whole orders alone: other topics come beside them only where a test asks for them. */
  async subscribe(): Promise<void> {
    for (const topic of ['ORDERS_CREATE', 'ORDERS_UPDATED', 'ORDERS_CANCELLED'])
      await this.ask(
        `mutation { webhookSubscriptionCreate(topic: ${topic}, webhookSubscription: { uri: "${this.hooks}" }) { userErrors { message } } }`,
      );
  }

  /** Asks the shop's API, as every app can. */
  async ask(
    query: string,
    variables: object = {},
  ): Promise<{ data?: Record<string, unknown>; errors?: unknown[] }> {
    const response = await fetch(`${this.sandbox.address}/admin/api/2026-10/graphql.json`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-shopify-access-token': this.secret.accessToken },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as { data?: Record<string, unknown>; errors?: unknown[] };
  }

  async send(method: string, path: string, body: unknown): Promise<{ status: number; json: unknown }> {
    const response = await fetch(this.sandbox.address + path, {
      method,
      headers: { 'content-type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    return { status: response.status, json: await response.json() };
  }

  async sell(...lines: { sku: string; quantity: number; price?: string }[]): Promise<SandboxOrder> {
    return (await this.send('POST', '/sandbox/sales', { lines })).json as SandboxOrder;
  }

  /** @returns the status of the answer. */
  async refund(order: SandboxOrder, line: number, quantity: number, restock: boolean): Promise<number> {
    const lines = [{ lineId: order.lineIds[line], quantity }];
    return (await this.send('POST', '/sandbox/refunds', { orderId: order.id, lines, restock })).status;
  }

  async count(sku: string): Promise<number | null | undefined> {
    const response = await fetch(`${this.sandbox.address}/sandbox/quantities`);
    return ((await response.json()) as Record<string, number | null>)[sku];
  }

  async listing(sku: string): Promise<RemoteListing> {
    for await (const page of this.client.listings()) {
      const found = page.find((one) => one.sku === sku);
      if (found) return found;
    }
    throw new Error(`no listing ${sku}`);
  }

  /** The delivery as the ingress would hand it on. */
  delivery(index: number): WebhookDelivery {
    const received = this.received[index];
    if (!received) throw new Error(`only ${this.received.length} deliveries came in`);
    const headers = Object.entries(received.headers).map(([name, value]) => [name, value?.toString()]);
    return { headers: Object.fromEntries(headers), body: received.body };
  }

  /** What SyncFlow makes of a delivery: verified, then read. */
  order(index: number): Order {
    const delivery = this.delivery(index);
    const reading = shopify.readWebhook(delivery, this.secret);
    if (reading.kind !== 'event' || reading.topic !== 'order.changed')
      throw new Error(JSON.stringify(reading));
    const read = shopify.readOrder({ topic: reading.topic, body: delivery.body, connectionId });
    if (!('order' in read)) throw new Error(read.skipped);
    return read.order;
  }

  /** Waits until so many deliveries came in and none waits any more. */
  async delivered(count: number): Promise<void> {
    const endsAt = Date.now() + UNTIL_MS_MAX;
    while (this.received.length < count || this.sandbox.webhooksWaiting() > 0) {
      if (Date.now() > endsAt) throw new Error(`${this.received.length} of ${count} deliveries came in`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}

async function openShop(options: ShopifySandboxOptions): Promise<Sandbox> {
  const sandbox = await openShopifySandbox({ webhookRetryDelaysMs: RETRY_DELAYS_MS, ...options });
  sandbox.addProducts(PRODUCTS);
  return sandbox;
}
