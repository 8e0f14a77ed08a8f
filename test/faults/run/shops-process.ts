/** Entry of the process with two sandbox shops, their customers, and the network between them and SyncFlow. Never killed. */
import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import type { SandboxOrder } from '#nodes/kit/sandbox.ts';
import { openShopifySandbox } from '#nodes/shopify/sandbox/sandbox.ts';
import { isSigned, type SignedHeaders } from '#nodes/webhooks/standard-signature.ts';
import { newWebhookSecret } from '#nodes/webhooks/webhook-service.ts';
import { openWooCommerceSandbox } from '#nodes/woocommerce/sandbox/sandbox.ts';
import { type CarriedAnswer, Carrier, forward } from './carrier.ts';
import type { FromShops, ToShops } from './messages.ts';
import { type FarSide, type PlannedOrder, PRODUCTS, planRun } from './plan.ts';

const Size = z.object({
  seed: z.number(),
  orders: z.number(),
  ordersPerSecond: z.number(),
  kills: z.number(),
});
const plan = planRun(Size.parse(JSON.parse(process.env.RUN_SIZE ?? '')));
const PROGRESS_MS = 200;
/** Webhooks that come late let others overtake them. */
const LATE_SHARE = 0.2;
const LATE_MS_MAX = 2_500;
const TWICE_SHARE = 0.15;

const shops = [
  // No shop sells so fast on the smallest plan.
  await openShopifySandbox({
    shopName: 'Faults',
    currency: 'GBP',
    points: { max: 20_000, perSecond: 1_000 },
  }),
  await openWooCommerceSandbox({ shopName: 'Faults Outlet', currency: 'GBP' }),
] as const;
for (const shop of shops) shop.addProducts(PRODUCTS);

const accepted = new Set<string>();
const webhooks = { sent: 0, twice: 0, late: 0, refused: 0 };
let syncflow = '';
/** Carries webhooks to SyncFlow: some late, some twice, and notes which were accepted. */
const hooks = await Carrier.open(async ({ path, headers, body }) => {
  const order = orderIn(path, headers, body);
  const chance = chanceOf(
    `${order} ${headers['x-shopify-webhook-id'] ?? headers['x-wc-webhook-delivery-id']}`,
  );
  const deliver = async (): Promise<CarriedAnswer> => {
    const answer = await forward(syncflow, 'POST', path, { ...headers, connection: 'close' }, body);
    if (answer.status >= 200 && answer.status < 300 && order) accepted.add(order);
    else if (order) webhooks.refused += 1;
    return answer;
  };
  webhooks.sent += 1;
  if (chance < LATE_SHARE) {
    webhooks.late += 1;
    await wait((chance / LATE_SHARE) * LATE_MS_MAX);
  }
  const answer = await deliver();
  if (1 - chance < TWICE_SHARE) {
    webhooks.twice += 1;
    void wait(((1 - chance) / TWICE_SHARE) * LATE_MS_MAX)
      .then(deliver)
      .catch(() => {});
  }
  return answer;
});

const received: Record<string, number> = {};
let forged = 0;
const secret = newWebhookSecret();
const receiver = await Carrier.open(async ({ headers, body }) => {
  const signed = headers as unknown as SignedHeaders;
  if (!isSigned(secret, signed, body.toString())) forged += 1;
  const id = signed['webhook-id'];
  received[id] = (received[id] ?? 0) + 1;
  return { status: 204, headers: {}, body: Buffer.alloc(0) };
});

const carriers: Readonly<Record<FarSide, Carrier>> = {
  shopify: await Carrier.open(),
  woocommerce: await Carrier.open(),
  receiver,
};
carriers.shopify.to(shops[0].address);
carriers.woocommerce.to(shops[1].address);

let [steps, refunds] = [0, 0];
process.on('message', (message: ToShops) => {
  switch (message.kind) {
    case 'begin':
      syncflow = message.to;
      void run();
      break;
    case 'end':
      void end();
      break;
    case 'close':
      process.exit(0);
  }
});
process.on('disconnect', () => process.exit(1));
process.on('SIGINT', () => {});

tell({
  kind: 'open',
  accounts: [
    { ...shops[0].account, baseUrl: carriers.shopify.address },
    { ...shops[1].account, baseUrl: carriers.woocommerce.address },
  ],
  hooks: hooks.address,
  receiver: { url: `${receiver.address}/hook`, secret },
});

async function run(): Promise<void> {
  const startedMs = Date.now();
  const at = (atMs: number) => wait(Math.max(0, startedMs + atMs - Date.now()));
  const progress = setInterval(
    () =>
      tell({
        kind: 'progress',
        orders: steps,
        webhooksWaiting: shops[0].webhooksWaiting() + shops[1].webhooksWaiting(),
      }),
    PROGRESS_MS,
  );
  progress.unref();
  for (const { atMs, where, trouble, calls } of plan.troubles)
    void at(atMs).then(() => carriers[where].trouble(trouble, calls));
  const orders: { shop: number; id: string; lines: number }[] = [];
  const taken: [Record<string, number>, Record<string, number>] = [{}, {}];
  const take = (shop: 0 | 1, sku: string, units: number) => {
    taken[shop][sku] = (taken[shop][sku] ?? 0) + units;
  };
  const buy = async ({ atMs, shop, lines, refundAfterMs }: PlannedOrder): Promise<void> => {
    await at(atMs);
    const sale = { lines: lines.map((line) => ({ ...line, price: '2.95' })) };
    const order = await post<SandboxOrder>(`${shops[shop].address}/sandbox/sales`, sale);
    orders.push({ shop, id: order.id, lines: lines.length });
    for (const { sku, quantity } of lines) take(shop, sku, quantity);
    steps += 1;
    const [first] = lines;
    if (refundAfterMs === null || !first) return;
    await wait(refundAfterMs);
    const back = [{ lineId: order.lineIds[0], quantity: first.quantity }];
    await post(`${shops[shop].address}/sandbox/refunds`, { orderId: order.id, lines: back, restock: true });
    take(shop, first.sku, -first.quantity);
    refunds += 1;
  };
  await Promise.all(plan.orders.map(buy));
  tell({
    kind: 'sent',
    sent: { orders, taken, refunds, corrections: { done: 0, refused: 0 }, corrected: {} },
  });
}

async function end(): Promise<void> {
  const shown = await Promise.all(
    shops.map(async ({ address }) => await (await fetch(`${address}/sandbox/quantities`)).json()),
  );
  const troubles = Object.fromEntries(Object.entries(carriers).map(([where, { met }]) => [where, met]));
  tell({ kind: 'end', shown, accepted: [...accepted], webhooks, received, forged, troubles });
}

/** `<shop> <order id>` of a webhook about an order; '' for another one (of a refund, a product, a count). */
function orderIn(path: string, headers: IncomingHttpHeaders, body: Buffer): string {
  const topic = String(headers['x-shopify-topic'] ?? headers['x-wc-webhook-topic'] ?? '');
  if (!/^orders?[/.]/.test(topic)) return '';
  const { id } = JSON.parse(body.toString()) as { readonly id?: number };
  return id === undefined ? '' : `${path.includes('/shopify/') ? 0 : 1} ${id}`;
}

/** A number from 0 to 1 that the seed and the delivery decide, not the moment. */
function chanceOf(delivery: string): number {
  return createHash('sha256').update(`${plan.seed} ${delivery}`).digest().readUInt32BE(0) / 2 ** 32;
}

async function post<Answer>(url: string, body: unknown): Promise<Answer> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as Answer;
}

function tell(message: FromShops): void {
  process.send?.(message);
}
