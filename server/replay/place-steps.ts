/** Does the steps of a plan over real HTTP: several customers at once, in the order of the plan, no faster than we keep up. */
import type { SandboxOrder } from '#nodes/kit/sandbox.ts';
import type { Sent } from './messages.ts';
import type { Correction, Plan, Refund, Sale } from './plan.ts';

const CUSTOMERS = 8;
/** While more than this waits on our side, nobody buys: the replay measures the product, not a queue. */
const EVENTS_WAITING_MAX = 100;
const LISTINGS_WAITING_MAX = 1_500;
const LOOK_AGAIN_MS = 5;
const SECOND_MS = 1_000;

export interface Placing {
  readonly shops: readonly [string, string];
  readonly api: { readonly url: string; readonly key: string };
  readonly waiting: () => { readonly events: number; readonly listings: number };
  readonly progress: (steps: number) => void;
}

/** @throws {Error} when a shop or the API answers with something that no step can explain. */
export async function placeSteps({ steps }: Plan, placing: Placing): Promise<Sent> {
  const orders: { shop: number; id: string; lines: number }[] = [];
  const taken: Sent['taken'] = [{}, {}];
  const placed = new Map<Sale, Promise<SandboxOrder>>();
  const corrected: Record<string, number> = {};
  const corrections = { done: 0, refused: 0 };
  let [next, done, refunds] = [0, 0, 0];

  const take = (shop: number, sku: string, units: number) => {
    const counts = taken[shop === 0 ? 0 : 1];
    counts[sku] = (counts[sku] ?? 0) + units;
  };

  async function sell(sale: Sale): Promise<void> {
    const lines = sale.lines.map(({ sku, quantity, price }) => ({ sku, quantity, price }));
    const placing_ = post<SandboxOrder>(`${placing.shops[sale.shop]}/sandbox/sales`, { lines });
    if (sale.refunded) placed.set(sale, placing_);
    const { id } = await placing_;
    orders.push({ shop: sale.shop, id, lines: lines.length });
    for (const { sku, quantity } of lines) take(sale.shop, sku, quantity);
  }

  async function refund({ sale, lines }: Refund): Promise<void> {
    const order = await placed.get(sale);
    if (!order) throw new Error(`invoice ${sale.invoice} is refunded before it was sold`);
    const back = lines.map(({ line, quantity }) => ({ lineId: order.lineIds[line] ?? '', quantity }));
    await post(`${placing.shops[sale.shop]}/sandbox/refunds`, {
      orderId: order.id,
      lines: back,
      restock: true,
    });
    refunds += 1;
    for (const { line, quantity } of lines) take(sale.shop, sale.lines[line]?.sku ?? '', -quantity);
  }

  async function correct(correction: Correction): Promise<void> {
    const { key, sku, change, note } = correction;
    const response = await fetch(`${placing.api.url}/api/v1/stock/adjustments`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${placing.api.key}` },
      body: JSON.stringify({ key, sku, change, note: note.slice(0, 500) }),
    });
    if (response.status === 429) {
      // A key may ask so many times a minute only; the same correction is booked once, however often it is sent.
      await response.body?.cancel();
      await new Promise((resolve) =>
        setTimeout(resolve, Number(response.headers.get('retry-after')) * SECOND_MS),
      );
      return await correct(correction);
    }
    if (response.status === 409) {
      corrections.refused += 1;
    } else if (response.ok) {
      corrections.done += 1;
      corrected[sku] = (corrected[sku] ?? 0) + change;
    } else {
      throw new Error(`the correction ${key} was answered with ${response.status}: ${await response.text()}`);
    }
    await response.body?.cancel().catch(() => {});
  }

  async function customer(): Promise<void> {
    for (let step = steps[next]; step; step = steps[next]) {
      const { events, listings } = placing.waiting();
      if (events > EVENTS_WAITING_MAX || listings > LISTINGS_WAITING_MAX) {
        await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
        continue;
      }
      next += 1;
      if (step.kind === 'sale') await sell(step);
      else if (step.kind === 'refund') await refund(step);
      else await correct(step);
      done += 1;
      placing.progress(done);
    }
  }

  await Promise.all(Array.from({ length: CUSTOMERS }, customer));
  return { orders, taken, refunds, corrections, corrected };
}

async function post<Answer>(url: string, body: unknown): Promise<Answer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok)
    throw new Error(`${url} answered ${response.status}: ${(await response.text()).slice(0, 300)}`);
  return (await response.json()) as Answer;
}
