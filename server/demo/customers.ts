/** The demo's customers: they buy in both shops at a pace that a person can follow, and sometimes at the same moment. */
import type { SandboxOrder } from '#nodes/kit/sandbox.ts';
import type { Invoice } from '../sample-orders/read-invoices.ts';
import { LAST_UNIT } from './catalogue.ts';

const PACE_MS = 2_600;
const LAST_UNIT_EVERY_MS = 25_000;
const REFUND_EVERY = 9;

export class Customers {
  readonly #shops: readonly string[];
  readonly #invoices: readonly Pick<Invoice, 'lines'>[];
  readonly #timers: NodeJS.Timeout[] = [];
  #next = 0;
  #bought: { readonly shop: string; readonly order: SandboxOrder; readonly quantity: number }[] = [];

  /** @param shops addresses of the sandbox shops. */
  constructor(shops: readonly string[], invoices: readonly Pick<Invoice, 'lines'>[]) {
    this.#shops = shops;
    this.#invoices = invoices;
  }

  start(): void {
    this.#timers.push(
      setInterval(() => void this.#buy().catch(() => {}), PACE_MS),
      setInterval(() => void this.#buyLastUnitTwice().catch(() => {}), LAST_UNIT_EVERY_MS),
    );
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }

  async #buy(): Promise<void> {
    const invoice = this.#invoices[this.#next % this.#invoices.length];
    const shop = this.#shops[this.#next % this.#shops.length];
    this.#next += 1;
    if (!invoice || !shop) return;
    if (this.#next % REFUND_EVERY === 0) await this.#refund();
    const offered = await quantitiesIn(shop);
    const lines = invoice.lines
      .filter(({ sku, quantity }) => (offered[sku] ?? 0) >= quantity)
      .map(({ sku, quantity, price }) => ({ sku, quantity, price }));
    if (lines.length === 0) return;
    const order = await post<SandboxOrder>(`${shop}/sandbox/sales`, { lines });
    const [first] = lines;
    if (first) this.#bought = [...this.#bought.slice(-20), { shop, order, quantity: first.quantity }];
  }

  /** A customer sends the first line of an earlier order back, and the shop puts it on its shelf again. */
  async #refund(): Promise<void> {
    const bought = this.#bought.shift();
    const lineId = bought?.order.lineIds[0];
    if (!bought || !lineId) return;
    await post(`${bought.shop}/sandbox/refunds`, {
      orderId: bought.order.id,
      lines: [{ lineId, quantity: bought.quantity }],
      restock: true,
    });
  }

  /** The moment for which the product exists: the last unit is sold in both shops at once. */
  async #buyLastUnitTwice(): Promise<void> {
    const { sku, price } = LAST_UNIT;
    const offered = await Promise.all(this.#shops.map(quantitiesIn));
    if (offered.some((quantities) => quantities[sku] !== 1)) return;
    await Promise.all(
      this.#shops.map((shop) => post(`${shop}/sandbox/sales`, { lines: [{ sku, quantity: 1, price }] })),
    );
  }
}

async function post<Answer>(url: string, body: unknown): Promise<Answer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(10_000),
  });
  if (!response.ok) throw new Error(`a sandbox shop answered ${response.status}`);
  return (await response.json()) as Answer;
}

async function quantitiesIn(shop: string): Promise<Record<string, number | null>> {
  const response = await fetch(`${shop}/sandbox/quantities`, { signal: AbortSignal.timeout(10_000) });
  return (await response.json()) as Record<string, number | null>;
}
