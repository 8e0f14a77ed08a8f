/** Which webhooks follow from what happens in the shop, and what is in them. */
import { randomUUID } from 'node:crypto';
import type { Product } from './catalogue.ts';
import type { Deliveries, Subject } from './deliveries.ts';
import type { Faults } from './faults.ts';
import { gid, idOf, LOCATION_ID, SHOP_ID } from './ids.ts';
import { figuresOf, isPaid, type OrderRecord, type OrderStep, stamp } from './order-record.ts';
import { restProduct } from './rest-product.ts';
import type { ShopSettings } from './settings.ts';
import type { Subscriptions } from './subscriptions.ts';

export interface ShopEventParts {
  readonly settings: ShopSettings;
  readonly subscriptions: Subscriptions;
  readonly deliveries: Pick<Deliveries, 'add' | 'start'>;
  readonly faults: Faults;
  /** The body of an order's newest refund. */
  readonly restRefund: (order: OrderRecord) => Readonly<Record<string, unknown>>;
}

export interface ShopEvents {
  /** An order was placed (no step), or something happened to it. Inside the booking's transaction. */
  ordered(order: OrderRecord, step: OrderStep | null): void;
  counted(product: Product, location: number, available: number): void;
  product(topic: 'products/create' | 'products/update' | 'products/delete', product: Product): void;
  /** The app was uninstalled: told before its subscriptions go. */
  uninstalled(): void;
  scopesChanged(previous: readonly string[], current: readonly string[]): void;
}

export function shopEvents(parts: ShopEventParts): ShopEvents {
  const { settings, subscriptions, deliveries, faults } = parts;

  const tell = (topic: string, subject: () => Subject): void => {
    if (faults.dropsWebhooks()) return;
    const receivers = subscriptions.ofTopic(topic.toUpperCase().replace('/', '_'));
    if (receivers.length === 0) return;
    const how = { copies: faults.webhookCopies(), delayMs: faults.webhookDelayMs(), eventId: randomUUID() };
    const told = subject();
    for (const receiver of receivers) deliveries.add(topic, told, receiver, how);
    // Behind the end of the booking's transaction.
    setImmediate(deliveries.start);
  };

  return {
    ordered: (order, step) => {
      const whole = (): Subject => ({ orderSeq: order.seq, steps: order.steps.length });
      for (const topic of orderTopics(order, step)) tell(topic, whole);
      if (step?.kind === 'refund') tell('refunds/create', () => ({ body: parts.restRefund(order) }));
      if (step?.kind === 'edit') tell('orders/edited', () => ({ body: editBody(order, step) }));
    },
    counted: (product, location, available) =>
      tell('inventory_levels/update', () => ({ body: levelBody(product, location, available) })),
    product: (topic, product) =>
      tell(topic, () => ({
        body: topic === 'products/delete' ? { id: idOf('Product', product.seq) } : restProduct(product),
      })),
    uninstalled: () => tell('app/uninstalled', () => ({ body: shopBody(settings) })),
    scopesChanged: (previous, current) =>
      tell('app/scopes_update', () => ({
        body: { id: 1, previous, current, updated_at: stamp(Date.now()) },
      })),
  };
}

function orderTopics(order: OrderRecord, step: OrderStep | null): string[] {
  if (!step) return ['orders/create', ...(isPaid(order) ? ['orders/paid'] : [])];
  if (step.kind === 'paid') return ['orders/paid', 'orders/updated'];
  if (step.kind === 'cancel') return ['orders/cancelled', 'orders/updated'];
  if (step.kind !== 'ship') return ['orders/updated'];
  const whole = figuresOf(order).fulfillmentStatus === 'fulfilled';
  return [whole ? 'orders/fulfilled' : 'orders/partially_fulfilled', 'orders/updated'];
}

/** Does not hold the order, only what was changed in it. */
function editBody(order: OrderRecord, step: Extract<OrderStep, { kind: 'edit' }>) {
  const change = ({ line, quantity }: { line: number; quantity: number }) => ({
    id: line + 1,
    delta: quantity,
  });
  return {
    order_edit: {
      id: step.atMs,
      app_id: null,
      order_id: idOf('Order', order.seq),
      created_at: stamp(step.atMs),
      notify_customer: false,
      staff_note: '',
      line_items: { additions: step.raised.map(change), removals: step.removed.map(change) },
    },
  };
}

function levelBody(product: Product, location: number, available: number) {
  const item = idOf('InventoryItem', product.seq);
  return {
    inventory_item_id: item,
    location_id: LOCATION_ID + location,
    available: product.quantity === null ? null : available,
    updated_at: stamp(Date.now()),
    admin_graphql_api_id: `gid://shopify/InventoryLevel/${LOCATION_ID + location}?inventory_item_id=${item}`,
  };
}

function shopBody({ name, secret, currency }: ShopSettings) {
  return {
    id: SHOP_ID,
    name,
    email: 'owner@example.com',
    domain: secret.shop,
    myshopify_domain: secret.shop,
    currency,
    admin_graphql_api_id: gid('Shop', SHOP_ID),
  };
}
