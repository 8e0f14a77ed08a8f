/**
 * A sandbox shop of each channel with the hands of its customers and its staff: what the contract suites of channels
 * work with. The same suites run on every channel, so nothing here may know one from another.
 */
import { ALL_CHANNELS } from '#nodes/all-channels.ts';
import type {
  Sandbox,
  SandboxCalls,
  SandboxCancellation,
  SandboxEdit,
  SandboxFaults,
  SandboxOptions,
  SandboxOrder,
  SandboxPayment,
  SandboxProduct,
  SandboxProductChange,
  SandboxRefund,
  SandboxSale,
  SandboxShipment,
} from '#nodes/kit/sandbox.ts';
import { openShopifySandbox } from '#nodes/shopify/sandbox/sandbox.ts';
import { openWooCommerceSandbox } from '#nodes/woocommerce/sandbox/sandbox.ts';
import { ConnectionId } from '#runtime/ids.ts';
import type {
  Channel,
  ChannelAccount,
  ChannelCall,
  ChannelClient,
  OrderReading,
  WebhookDelivery,
} from '#runtime/sync/channel.ts';

/** With the locations of shops that have several. */
type BenchOptions = SandboxOptions & { readonly locations?: readonly string[] };

const OPENERS: Readonly<Record<string, (options: BenchOptions) => Promise<Sandbox>>> = {
  shopify: openShopifySandbox,
  woocommerce: openWooCommerceSandbox,
};

/** Every channel with a sandbox, for `describe.each`. */
export const CHANNEL_TYPES: readonly string[] = Object.keys(OPENERS);

export interface ChannelBench {
  readonly channel: Channel;
  readonly sandbox: Sandbox;
  readonly account: ChannelAccount;
  /** The same client that serves real shops. */
  readonly client: ChannelClient;
  /** Every HTTP call that `client` made. */
  readonly calls: ChannelCall[];
  buy(sale: SandboxSale): Promise<SandboxOrder>;
  refund(refund: SandboxRefund): Promise<void>;
  cancel(cancellation: SandboxCancellation): Promise<void>;
  edit(edit: SandboxEdit): Promise<void>;
  pay(payment: SandboxPayment): Promise<void>;
  /** Staff ship units by hand. */
  ship(shipment: SandboxShipment): Promise<void>;
  /** Staff change a product's form. */
  change(product: SandboxProductChange): Promise<void>;
  /** Staff change a count in the shop's own admin. */
  recount(sku: string, quantity: number, location?: number): Promise<void>;
  /** At one of its locations, the first one without it. */
  quantities(location?: number): Promise<Record<string, number | null>>;
  /** Replaces all faults; `{}` is a well-behaved shop. */
  faults(faults: SandboxFaults): Promise<void>;
  callsSeen(): Promise<SandboxCalls>;
  /** What a delivery tells, by the same code that serves the ingress and the dispatcher. */
  reading(delivery: WebhookDelivery): OrderReading;
  close(): Promise<void>;
}

/** Opens a shop of the channel. @throws {Error} when a hand of it is refused, with the shop's own words. */
export async function openChannelBench(
  type: string,
  products: readonly SandboxProduct[],
  options: BenchOptions = {},
): Promise<ChannelBench> {
  const channel = ALL_CHANNELS.get(type);
  const open = OPENERS[type];
  if (!channel || !open) throw new Error(`there is no channel ${type} with a sandbox`);
  const sandbox = await open(options);
  sandbox.addProducts(products);
  const calls: ChannelCall[] = [];
  const account: ChannelAccount = { ...sandbox.account, connectionId: ConnectionId.parse(`${type}-1`) };
  const hand = async (method: string, path: string, body?: object): Promise<unknown> => {
    const response = await fetch(`${sandbox.address}/sandbox/${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? null : JSON.parse(text);
  };
  return {
    channel,
    sandbox,
    account,
    calls,
    client: channel.open(account, (call) => calls.push(call)),
    buy: async (sale) => (await hand('POST', 'sales', sale)) as SandboxOrder,
    refund: async (refund) => void (await hand('POST', 'refunds', refund)),
    cancel: async (cancellation) => void (await hand('POST', 'cancellations', cancellation)),
    edit: async (edit) => void (await hand('POST', 'edits', edit)),
    pay: async (payment) => void (await hand('POST', 'payments', payment)),
    ship: async (shipment) => void (await hand('POST', 'shipments', shipment)),
    change: async (product) => void (await hand('PUT', 'products', product)),
    recount: async (sku, quantity, location) =>
      void (await hand('PUT', 'quantities', { sku, quantity, ...(location !== undefined && { location }) })),
    quantities: async (location) =>
      (await hand('GET', `quantities${location ? `?location=${location}` : ''}`)) as Record<
        string,
        number | null
      >,
    faults: async (faults) => void (await hand('PUT', 'faults', faults)),
    callsSeen: async () => (await hand('GET', 'calls')) as SandboxCalls,
    reading: (delivery) => readingOf(channel, account, delivery),
    close: () => sandbox.close(),
  };
}

function readingOf(channel: Channel, account: ChannelAccount, delivery: WebhookDelivery): OrderReading {
  const webhook = channel.readWebhook(delivery, account.secret);
  if (webhook.kind !== 'event' || webhook.topic !== 'order.changed') return { skipped: webhook.kind };
  return channel.readOrder({
    topic: webhook.topic,
    body: delivery.body,
    connectionId: account.connectionId,
  });
}
