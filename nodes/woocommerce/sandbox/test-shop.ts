/** A sandbox with hands: what customers, staff and other programs do in it, for tests. */
import type {
  Sandbox,
  SandboxCountChange,
  SandboxFaults,
  SandboxOrder,
  SandboxProduct,
  SandboxSale,
} from '#nodes/kit/sandbox.ts';
import { ConnectionId } from '#runtime/ids.ts';
import type { Order } from '#runtime/orders/order.ts';
import type { ChannelCall, ChannelClient, WebhookDelivery } from '#runtime/sync/channel.ts';
import { woocommerce } from '../channel.ts';
import { basicAuthorization } from '../request-auth.ts';
import type { WooCommerceSecret } from '../secret.ts';
import { openWooCommerceSandbox } from './sandbox.ts';

export const connectionId = ConnectionId.parse('shop-1');

/** What a proxy that ends TLS tells the shop behind it. */
export const BEHIND_TLS = { 'x-forwarded-proto': 'https' };

interface ApiResult {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

export interface TestShop {
  readonly sandbox: Sandbox;
  readonly secret: WooCommerceSecret;
  /** Every change of a count since the shop was opened. */
  readonly changes: readonly SandboxCountChange[];
  /** Our client, with other keys if wanted; tells its calls to `calls`. */
  client(calls?: ChannelCall[], keys?: Partial<WooCommerceSecret>): ChannelClient;
  /** Another program with a key. */
  api(method: string, path: string, body?: object): Promise<ApiResult>;
  control(method: string, path: string, body?: object): Promise<Response>;
  faults(next: SandboxFaults): Promise<Response>;
  /** Changes how the site around the shop is set up; what is not named is as in a well-run one. */
  site(next: object): Promise<Response>;
  buy(lines: SandboxSale['lines'], customer?: string): Promise<SandboxOrder>;
  refund(order: SandboxOrder, quantity: number, restock: boolean): Promise<Response>;
  quantities(): Promise<Record<string, number | null>>;
  /** What we make of a delivery, by the same code that serves real shops. */
  orderIn(delivery: WebhookDelivery | undefined): Order;
}

export async function openTestShop(products: readonly SandboxProduct[] = []): Promise<TestShop> {
  const sandbox = await openWooCommerceSandbox({ currency: 'EUR' });
  const secret = woocommerce.secret.parse(sandbox.account.secret);
  const changes: SandboxCountChange[] = [];
  sandbox.onCountChange((change) => changes.push(change));
  sandbox.addProducts(products);

  const json = { 'content-type': 'application/json' };
  const bodyOf = (body?: object) => (body ? { body: JSON.stringify(body) } : {});
  const control: TestShop['control'] = (method, path, body) =>
    fetch(`${sandbox.address}/sandbox/${path}`, { method, headers: json, ...bodyOf(body) });
  return {
    sandbox,
    secret,
    changes,
    control,
    client(calls = [], keys = {}) {
      const account = { connectionId, baseUrl: sandbox.address, secret: { ...secret, ...keys } };
      return woocommerce.open(account, (call) => calls.push(call));
    },
    async api(method, path, body) {
      const headers = { ...json, ...BEHIND_TLS, authorization: basicAuthorization(secret) };
      const url = `${sandbox.address}/wp-json/wc/v3/${path}`;
      const response = await fetch(url, { method, headers, ...bodyOf(body) });
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    },
    faults: (next) => control('PUT', 'faults', next),
    site: (next) => control('PUT', 'site', next),
    async buy(lines, customer) {
      const response = await control('POST', 'sales', { lines, ...(customer ? { customer } : {}) });
      if (!response.ok) throw new Error(await response.text());
      return (await response.json()) as SandboxOrder;
    },
    refund: (order, quantity, restock) => {
      const lines = [{ lineId: order.lineIds[0], quantity }];
      return control('POST', 'refunds', { orderId: order.id, lines, restock });
    },
    quantities: async () => {
      const response = await control('GET', 'quantities');
      return (await response.json()) as Record<string, number | null>;
    },
    orderIn(delivery) {
      if (!delivery) throw new Error('no delivery');
      const reading = woocommerce.readWebhook(delivery, secret);
      if (reading.kind !== 'event' || reading.topic !== 'order.changed')
        throw new Error(JSON.stringify(reading));
      const order = woocommerce.readOrder({ topic: reading.topic, body: delivery.body, connectionId });
      if ('skipped' in order) throw new Error(order.skipped);
      return order.order;
    },
  };
}
