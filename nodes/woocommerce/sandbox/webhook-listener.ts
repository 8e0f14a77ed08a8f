/** A real web server that takes webhooks in: the other end of a sandbox, for tests. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { WebhookDelivery } from '#runtime/sync/channel.ts';

export interface WebhookListener {
  readonly address: string;
  /** All that came, oldest first. */
  readonly deliveries: readonly WebhookDelivery[];
  /** Those that are not pings. */
  readonly events: readonly WebhookDelivery[];
  /** Those of orders. */
  readonly orderEvents: readonly WebhookDelivery[];
  /** Status to answer from now on; 200 at first; 0: none at all. */
  answer(status: number): void;
  close(): Promise<void>;
}

export async function openWebhookListener(): Promise<WebhookListener> {
  const deliveries: WebhookDelivery[] = [];
  let status = 200;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    deliveries.push({ headers: request.headers as Record<string, string>, body: Buffer.concat(chunks) });
    if (status > 0) response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks/1`,
    deliveries,
    get events() {
      return deliveries.filter((delivery) => 'x-wc-webhook-signature' in delivery.headers);
    },
    get orderEvents() {
      return deliveries.filter(({ headers }) => headers['x-wc-webhook-topic']?.startsWith('order.'));
    },
    answer(next) {
      status = next;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Waits until something is so, looking every few milliseconds. */
export async function until(isSo: () => boolean, what: string): Promise<void> {
  const giveUpMs = Date.now() + 10_000;
  while (!isSo()) {
    if (Date.now() > giveUpMs) throw new Error(`Waited 10 s in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
