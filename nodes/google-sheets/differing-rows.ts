/** Which rows show something else than they should: somebody typed over a cell of ours. */
import { type Asking, readRanges } from './client.ts';
import type { SheetRow } from './sheet-table.ts';
import type { TableLayout } from './table-layout.ts';

/** A row that is to be kept, and where it was found. */
export interface FoundRow {
  readonly row: SheetRow;
  readonly rowIndex: number;
}

/**
 * Those of the rows whose cells are not what they should be, by one read of these rows alone. A row that moved since it was found is
 * left out, and so are columns that somebody deleted.
 */
export async function differingRows(
  asking: Asking,
  { sheetId, columns }: TableLayout,
  keyColumn: string,
  found: readonly FoundRow[],
): Promise<FoundRow[]> {
  if (found.length === 0) return [];
  const startColumnIndex = Math.min(...columns.values());
  const endColumnIndex = Math.max(...columns.values()) + 1;
  const ranges = found.map(({ rowIndex }) => ({
    sheetId,
    startRowIndex: rowIndex,
    endRowIndex: rowIndex + 1,
    startColumnIndex,
    endColumnIndex,
  }));
  const shown = await readRanges(asking, ranges, 'ROWS');
  return found.filter(({ row }, index) => {
    // Cells at the end that are empty are not told.
    const cellOf = (column: number) => shown[index]?.[0]?.[column - startColumnIndex] ?? '';
    if (String(cellOf(columns.get(keyColumn) ?? startColumnIndex)) !== row.key) return false;
    return Object.entries(row.cells).some(([id, value]) => {
      const column = columns.get(id);
      return column !== undefined && cellOf(column) !== value;
    });
  });
}
