/** Reads a file of stock as people send it: comma, semicolon or tab, any order of columns. What is wrong is named by its line. */
import { CsvError, parse } from 'csv-parse/sync';
import { LocationId, MAIN_LOCATION, Sku } from '#runtime/ids.ts';
import { Problem } from '../problem.ts';

export interface StockFileRow {
  /** Counted from 1, as a spreadsheet does; the first one has the names of the columns. */
  readonly line: number;
  readonly sku: Sku;
  readonly location: LocationId;
  readonly quantity: number;
}

export interface StockFile {
  readonly rows: readonly StockFileRow[];
  readonly wrong: readonly { readonly line: number; readonly text: string }[];
}

const ROWS_MAX = 50_000;
const QUANTITY_MAX = 1_000_000_000;
const NAMES = {
  sku: ['sku'],
  quantity: ['on hand', 'on_hand', 'quantity', 'qty', 'count'],
  location: ['location'],
} as const;

type Record_ = { readonly record: readonly string[]; readonly info: { readonly lines: number } };

/** @throws {Problem} 400 when it is no such file at all; then nothing of it can be used. */
export function readStockFile(text: string): StockFile {
  const [head, ...records] = recordsOf(text);
  const names = (head?.record ?? []).map((name) => name.trim().toLowerCase());
  const columnOf = (wanted: readonly string[]) => names.findIndex((name) => wanted.includes(name));
  const [skuAt, quantityAt, locationAt] = [NAMES.sku, NAMES.quantity, NAMES.location].map(columnOf) as [
    number,
    number,
    number,
  ];
  if (skuAt < 0 || quantityAt < 0) {
    throw notRead(
      'Its first line must name the columns: “sku” and “on hand” are needed, “location” is possible',
    );
  }
  if (records.length > ROWS_MAX) throw notRead(`It has more than ${ROWS_MAX} lines: divide it`);
  const rows: StockFileRow[] = [];
  const wrong: { line: number; text: string }[] = [];
  const seen = new Map<string, number>();
  for (const { record, info } of records) {
    const read = rowOf(record[skuAt], record[quantityAt], record[locationAt]);
    if (typeof read === 'string') {
      wrong.push({ line: info.lines, text: read });
      continue;
    }
    const place = `${read.sku}\n${read.location}`;
    const before = seen.get(place);
    if (before !== undefined) {
      wrong.push({ line: info.lines, text: `“${read.sku}” stands in line ${before} already` });
      continue;
    }
    seen.set(place, info.lines);
    rows.push({ line: info.lines, ...read });
  }
  return { rows, wrong };
}

function recordsOf(text: string): readonly Record_[] {
  const firstLine = text.slice(0, text.search(/[\r\n]|$/));
  const delimiter = [';', '\t', ','].find((one) => firstLine.includes(one)) ?? ',';
  try {
    return parse(text, {
      bom: true,
      delimiter,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
    }) as unknown as readonly Record_[];
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = typeof error.lines === 'number' ? ` (line ${error.lines})` : '';
    throw notRead(`It is no file of comma separated values${line}: ${error.message}`);
  }
}

function rowOf(
  skuText: string | undefined,
  quantityText: string | undefined,
  locationText: string | undefined,
): Omit<StockFileRow, 'line'> | string {
  // Our own export puts an apostrophe before what a spreadsheet would take for a formula.
  const sku = Sku.safeParse((skuText ?? '').trim().replace(/^'(?=[=+\-@\t\r＝＋－＠])/, ''));
  if (!sku.success) return 'There is no SKU, or it is none that can be';
  const digits = (quantityText ?? '').trim();
  const quantity = /^\d{1,10}$/.test(digits) ? Number(digits) : Number.NaN;
  if (!(quantity <= QUANTITY_MAX)) {
    return `“${digits.slice(0, 40)}” is no quantity: it must be a whole number, 0 or more`;
  }
  const named = (locationText ?? '').trim();
  const location = LocationId.safeParse(named === '' ? MAIN_LOCATION : named);
  if (!location.success) return `“${named.slice(0, 40)}” is no location`;
  return { sku: sku.data, location: location.data, quantity };
}

function notRead(why: string): Problem {
  return new Problem(400, 'The file could not be read', `${why}. Nothing was changed.`);
}
