/** What the demo's shops sell, and what their customers will buy: taken from real invoices, cut down to what a person can follow. */
import type { SandboxProduct } from '#nodes/kit/sandbox.ts';
import { type Invoice, NOT_COUNTED, readInvoices } from '../sample-orders/read-invoices.ts';

/** The product of which one unit is left when the demo begins. */
export const LAST_UNIT: SandboxProduct = {
  sku: '22423-GOLD',
  title: 'Regency cakestand, gold edition',
  price: '12.75',
  quantity: 1,
};

const PRODUCTS_MAX = 32;
const INVOICES_READ = 1_500;
const UNITS_MAX = 6;
const LINES_MAX = 4;
const OPENING_UNITS = [9, 24, 60, 14, 120, 36] as const;

export interface DemoCatalogue {
  readonly products: readonly SandboxProduct[];
  /** Small sales of these products, in the order in which they happened. */
  readonly invoices: readonly Pick<Invoice, 'lines'>[];
}

export async function demoCatalogue(file: string): Promise<DemoCatalogue> {
  const invoices: Invoice[] = [];
  for await (const invoice of readInvoices(file)) {
    if (invoice.kind === 'order') invoices.push(invoice);
    if (invoices.length === INVOICES_READ) break;
  }
  const sold = new Map<string, { times: number; title: string; price: string }>();
  for (const { sku, title, price } of invoices.flatMap(({ lines }) => lines)) {
    if (NOT_COUNTED.has(sku) || Number(price) < 1) continue;
    const known = sold.get(sku);
    if (known) known.times += 1;
    else sold.set(sku, { times: 1, title, price });
  }
  const popular = [...sold].sort(([, a], [, b]) => b.times - a.times).slice(0, PRODUCTS_MAX);
  const chosen = new Set(popular.map(([sku]) => sku));
  return {
    products: [
      ...popular.map(([sku, { title, price }], index) => ({
        sku,
        title: readable(title),
        price,
        quantity: OPENING_UNITS[index % OPENING_UNITS.length] ?? 0,
      })),
      LAST_UNIT,
    ],
    invoices: invoices.flatMap(({ lines }) => {
      const small = lines
        .filter(({ sku, quantity }) => chosen.has(sku) && quantity > 0)
        .slice(0, LINES_MAX)
        .map((line) => ({ ...line, quantity: Math.min(UNITS_MAX, Math.ceil(line.quantity / 4)) }));
      return small.length > 0 ? [{ lines: small }] : [];
    }),
  };
}

/** The data set shouts; a shop page does not. */
function readable(title: string): string {
  const lower = title.toLowerCase().replace(/\s+/g, ' ').trim();
  return lower.charAt(0).toUpperCase() + lower.slice(1);
}
