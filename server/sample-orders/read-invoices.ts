/** Reads invoices in the format of the UCI Online Retail data set, one after another, without holding the file in memory. */
import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { parse } from 'csv-parse';
import { z } from 'zod';

export interface InvoiceLine {
  /** In capitals: WooCommerce takes SKUs that differ in case alone for one, and so does the shop itself. */
  readonly sku: string;
  readonly title: string;
  /** Below zero on a cancellation, and where staff wrote stock off. */
  readonly quantity: number;
  /** Decimal text. */
  readonly price: string;
}

export interface Invoice {
  readonly number: string;
  /**
   * `order`: a sale. `cancellation` (numbers with a C): units that came back. `correction`: staff wrote stock
   * off or found some. `accounting` (numbers with an A): no goods at all.
   */
  readonly kind: 'order' | 'cancellation' | 'correction' | 'accounting';
  readonly customer: string;
  readonly lines: readonly InvoiceLine[];
}

const Row = z.object({
  InvoiceNo: z.string().min(1),
  StockCode: z.string().min(1),
  Description: z.string(),
  Quantity: z.coerce.number<string>().int(),
  UnitPrice: z.string(),
  CustomerID: z.string(),
});

/**
 * @param file a .csv or .csv.gz whose rows of one invoice stand together.
 * @throws {Error} naming the line of the first row that can't be read.
 */
export async function* readInvoices(file: string): AsyncGenerator<Invoice> {
  const bytes = createReadStream(file);
  const text = file.endsWith('.gz') ? bytes.pipe(createGunzip()) : bytes;
  bytes.on('error', (error: Error) => text.destroy(error));
  const rows = text.pipe(parse({ columns: true, skip_empty_lines: true }));
  text.on('error', (error: Error) => rows.destroy(error));
  let open: { number: string; customer: string; lines: InvoiceLine[] } | null = null;
  let line = 1;
  for await (const raw of rows) {
    line += 1;
    const parsed = Row.safeParse(raw);
    if (!parsed.success) throw new Error(`${file}, row ${line}: ${z.prettifyError(parsed.error)}`);
    const {
      InvoiceNo: number,
      StockCode,
      Description,
      Quantity: quantity,
      UnitPrice,
      CustomerID,
    } = parsed.data;
    if (open && open.number !== number) {
      yield finished(open);
      open = null;
    }
    open ??= { number, customer: CustomerID.replace(/\.0$/, ''), lines: [] };
    const sku = StockCode.trim().toUpperCase();
    open.lines.push({ sku, title: Description.trim() || sku, quantity, price: UnitPrice.trim() });
  }
  if (open) yield finished(open);
}

function finished(invoice: { number: string; customer: string; lines: InvoiceLine[] }): Invoice {
  return { ...invoice, kind: kindOf(invoice.number, invoice.lines) };
}

function kindOf(number: string, lines: readonly InvoiceLine[]): Invoice['kind'] {
  if (number.startsWith('C')) return 'cancellation';
  if (number.startsWith('A')) return 'accounting';
  return lines.every(({ quantity }) => quantity <= 0) ? 'correction' : 'order';
}

/**
 * Codes of the data set that are no goods: postage, fees, discounts, samples, manual entries. Sold as products
 * that the shop does not count.
 */
export const NOT_COUNTED: ReadonlySet<string> = new Set([
  'POST',
  'D',
  'C2',
  'DOT',
  'M',
  'BANK CHARGES',
  'S',
  'AMAZONFEE',
  'PADS',
  'B',
  'CRUK',
]);
