/** From a year of invoices to what will be done: sales and refunds in two shops, and corrections by the staff. */
import { createHash } from 'node:crypto';
import { type Invoice, type InvoiceLine, NOT_COUNTED } from '../sample-orders/read-invoices.ts';

export interface Sale {
  readonly kind: 'sale';
  readonly invoice: string;
  /** 0 or 1: which of the two shops. */
  readonly shop: number;
  readonly lines: readonly InvoiceLine[];
  /** Some of it is sent back later, so its line ids must be remembered. */
  refunded: boolean;
}

/** Units of one earlier sale that come back and go on the shelf again. */
export interface Refund {
  readonly kind: 'refund';
  readonly invoice: string;
  readonly sale: Sale;
  readonly lines: { readonly line: number; quantity: number }[];
}

/** Staff write stock off, or put units back of which no sale is in the data. */
export interface Correction {
  readonly kind: 'correction';
  readonly key: string;
  readonly sku: string;
  readonly change: number;
  readonly note: string;
}

type Step = Sale | Refund | Correction;

export interface Plan {
  readonly steps: readonly Step[];
  readonly titles: ReadonlyMap<string, { readonly title: string; readonly price: string }>;
  readonly counts: {
    readonly invoices: number;
    readonly lines: number;
    readonly sales: number;
    readonly refunds: number;
    readonly corrections: number;
    /** Returned lines of which the data holds no earlier sale to that customer: booked as corrections. */
    readonly returnsWithoutSale: number;
    /** Invoices without goods. */
    readonly accounting: number;
  };
}

interface Sold {
  readonly sale: Sale;
  readonly line: number;
  left: number;
}

/** Plans the first `invoicesMax` invoices. */
export async function planReplay(invoices: AsyncIterable<Invoice>, invoicesMax: number): Promise<Plan> {
  const steps: Step[] = [];
  const titles = new Map<string, { title: string; price: string }>();
  const soldTo = new Map<string, Sold[]>();
  const counts = {
    invoices: 0,
    lines: 0,
    sales: 0,
    refunds: 0,
    corrections: 0,
    returnsWithoutSale: 0,
    accounting: 0,
  };
  for await (const invoice of invoices) {
    if (counts.invoices === invoicesMax) break;
    counts.invoices += 1;
    counts.lines += invoice.lines.length;
    for (const { sku, title, price } of invoice.lines)
      if (!titles.has(sku)) titles.set(sku, { title, price });
    switch (invoice.kind) {
      case 'order':
        steps.push(saleOf(invoice, soldTo));
        counts.sales += 1;
        break;
      case 'cancellation': {
        const returned = returnsOf(invoice, soldTo);
        steps.push(...returned);
        counts.refunds += returned.filter(({ kind }) => kind === 'refund').length;
        counts.returnsWithoutSale += returned.filter(({ kind }) => kind === 'correction').length;
        break;
      }
      case 'correction':
        for (const [index, { sku, quantity, title }] of invoice.lines.entries()) {
          if (quantity === 0 || NOT_COUNTED.has(sku)) continue;
          const note = title === sku ? 'written off' : title;
          steps.push({ kind: 'correction', key: `${invoice.number}:${index}`, sku, change: quantity, note });
          counts.corrections += 1;
        }
        break;
      case 'accounting':
        counts.accounting += 1;
    }
  }
  return { steps, titles, counts };
}

function saleOf(invoice: Invoice, soldTo: Map<string, Sold[]>): Sale {
  const { number, customer } = invoice;
  const lines = invoice.lines.filter(({ quantity }) => quantity > 0);
  // A customer stays with one shop; nobody's orders (no customer number) are spread over both.
  const shop =
    (createHash('sha256')
      .update(customer || number)
      .digest()[0] ?? 0) % 2;
  const sale: Sale = { kind: 'sale', invoice: number, shop, lines, refunded: false };
  for (const [line, { sku, quantity }] of lines.entries()) {
    const key = `${customer} ${sku}`;
    const sold = soldTo.get(key) ?? [];
    sold.push({ sale, line, left: quantity });
    soldTo.set(key, sold);
  }
  return sale;
}

/** The units go back to the newest sales of that SKU to that customer; what has none is a correction. */
function returnsOf(
  { number, customer, lines }: Invoice,
  soldTo: ReadonlyMap<string, Sold[]>,
): (Refund | Correction)[] {
  const refunds = new Map<Sale, Refund>();
  const corrections: Correction[] = [];
  for (const [index, { sku, quantity }] of lines.entries()) {
    let units = -quantity;
    for (const sold of (soldTo.get(`${customer} ${sku}`) ?? []).toReversed()) {
      const back = Math.min(units, sold.left);
      if (back === 0) continue;
      sold.left -= back;
      units -= back;
      const refund = refunds.get(sold.sale) ?? {
        kind: 'refund',
        invoice: number,
        sale: sold.sale,
        lines: [],
      };
      const known = refund.lines.find(({ line }) => line === sold.line);
      if (known) known.quantity += back;
      else refund.lines.push({ line: sold.line, quantity: back });
      refunds.set(sold.sale, refund);
      sold.sale.refunded = true;
    }
    if (units > 0 && !NOT_COUNTED.has(sku)) {
      const key = `${number}:${index}`;
      corrections.push({
        kind: 'correction',
        key,
        sku,
        change: units,
        note: 'returned, without a sale in the data',
      });
    }
  }
  return [...refunds.values(), ...corrections];
}
