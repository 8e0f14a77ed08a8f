/** Rows as a file of comma separated values, made as they are read: a long list is never in memory as a whole. */
import { stringify } from 'csv-stringify/sync';

const ROWS_TOGETHER = 500;

/** @param columns the names of the columns, in order; they stand in the first line, also of an empty list. */
export async function* csvParts<Row>(
  rows: AsyncIterable<Row>,
  columns: readonly string[],
  cellsOf: (row: Row) => readonly (readonly (string | number)[])[],
): AsyncGenerator<string> {
  let lines: (readonly (string | number)[])[] = [columns];
  // What people typed must be no formula where the file is opened.
  const written = () => stringify(lines as unknown[][], { escape_formulas: true });
  for await (const row of rows) {
    lines.push(...cellsOf(row));
    if (lines.length < ROWS_TOGETHER) continue;
    yield written();
    lines = [];
  }
  yield written();
}
