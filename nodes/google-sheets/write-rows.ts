/** Writes many rows of one table: found by their keys as the sheet is now, and written in one request that is done wholly or not at all. */
import { type Asking, batchUpdate, type CellValue, readRanges } from './client.ts';
import { differingRows } from './differing-rows.ts';
import { REVISION, SHEET_TABLES, type SheetRow } from './sheet-table.ts';
import { findTable, type TableLayout } from './table-layout.ts';

/** Finding the columns, and the keys with their revisions. */
const READS = 2;

/**
 * Brings rows up to date; those that are not there yet are added at the end. A row whose revision in the sheet is newer is
 * left alone, and so is one of the same revision that shows what it should, so that the same rows may be written again, in any
 * order. Rows of people, and their columns, are not touched.
 * @returns how many reads it took.
 */
export async function writeRows(
  asking: Asking,
  tableId: SheetRow['table'],
  tab: string,
  rows: readonly SheetRow[],
): Promise<number> {
  const table = SHEET_TABLES[tableId];
  const layout = await findTable(asking, table, tab);
  const newest = new Map<string, SheetRow>();
  for (const row of rows) {
    if (row.revision >= (newest.get(row.key)?.revision ?? 0)) newest.set(row.key, row);
  }
  const there = await placesOf(asking, layout, table.key.id);
  const found = [...newest.values()].flatMap((row) =>
    (there.get(row.key) ?? []).map((place) => ({ ...place, row })),
  );
  const older = found.filter(({ revision, row }) => revision === null || revision < row.revision);
  const same = found.filter(({ revision, row }) => revision === row.revision);
  const outdated = [...older, ...(await differingRows(asking, layout, table.key.id, same))];
  const requests = outdated.flatMap(({ rowIndex, row }) => cellsAt(layout, rowIndex, table.key.id, row));
  const added = [...newest.values()].filter(({ key }) => !there.has(key));
  if (added.length > 0) requests.push(appended(layout, table.key.id, added));
  if (requests.length > 0) await batchUpdate(asking, requests);
  return READS + (same.length > 0 ? 1 : 0);
}

interface Place {
  readonly rowIndex: number;
  /** null: the cell is empty, or somebody's own. */
  readonly revision: number | null;
}

/** By key: every row that has it, as the sheet is at this moment. */
async function placesOf(
  asking: Asking,
  { sheetId, columns }: TableLayout,
  keyColumn: string,
): Promise<Map<string, Place[]>> {
  const range = (id: string) => {
    const index = columns.get(id);
    return index === undefined ? [] : [{ sheetId, startColumnIndex: index, endColumnIndex: index + 1 }];
  };
  const [keys, revisions] = await readRanges(asking, [...range(keyColumn), ...range(REVISION.id)], 'COLUMNS');
  const places = new Map<string, Place[]>();
  for (const [rowIndex, key] of (keys?.[0] ?? []).entries()) {
    // The first row is the heading, and a cell without a value is nobody's key.
    if (rowIndex === 0 || key === '') continue;
    const place = { rowIndex, revision: revisionOf(revisions?.[0]?.[rowIndex]) };
    places.set(String(key), [...(places.get(String(key)) ?? []), place]);
  }
  return places;
}

const revisionOf = (cell: CellValue | undefined): number | null => (typeof cell === 'number' ? cell : null);

/** A request for each run of columns that stand side by side. The key itself is never written again. */
function cellsAt(layout: TableLayout, rowIndex: number, keyColumn: string, row: SheetRow): object[] {
  const cells = [...valuesOf(layout, row)]
    .filter(([index]) => index !== layout.columns.get(keyColumn))
    .sort(([a], [b]) => a - b);
  const runs: { columnIndex: number; values: object[] }[] = [];
  for (const [index, value] of cells) {
    const last = runs.at(-1);
    if (last && last.columnIndex + last.values.length === index) last.values.push(value);
    else runs.push({ columnIndex: index, values: [value] });
  }
  return runs.map(({ columnIndex, values }) => ({
    updateCells: {
      start: { sheetId: layout.sheetId, rowIndex, columnIndex },
      rows: [{ values }],
      fields: 'userEnteredValue',
    },
  }));
}

/** After the last row in which anything stands, whoever wrote it. */
function appended(layout: TableLayout, keyColumn: string, rows: readonly SheetRow[]): object {
  const width = Math.max(...layout.columns.values()) + 1;
  return {
    appendCells: {
      sheetId: layout.sheetId,
      rows: rows.map((row) => {
        const values: object[] = Array.from({ length: width }, () => ({}));
        for (const [index, value] of valuesOf(layout, row)) values[index] = value;
        values[layout.columns.get(keyColumn) ?? 0] = cell(row.key);
        return { values };
      }),
      fields: 'userEnteredValue',
    },
  };
}

/** By place. Columns that somebody deleted are left out. */
function valuesOf({ columns }: TableLayout, { cells, revision }: SheetRow): Map<number, object> {
  const all = { ...cells, [REVISION.id]: revision };
  return new Map(
    Object.entries(all).flatMap(([id, value]) => {
      const index = columns.get(id);
      return index === undefined ? [] : [[index, cell(value)] as const];
    }),
  );
}

/** As it is: text is never taken for a number, a date or a formula, so `00123` stays, and `=…` of an order runs nothing. */
const cell = (value: string | number): object => ({
  userEnteredValue: typeof value === 'number' ? { numberValue: value } : { stringValue: value },
});
