/**
 * Where a table's columns are. Each has a note of ours (developer metadata) that moves with it, so people may sort, insert,
 * move and rename as they like. What they delete stays deleted, but for the column of keys.
 */
import { Rejected } from '#runtime/errors.ts';
import { type Asking, batchUpdate, readRanges, readSpreadsheet, searchMetadata } from './client.ts';
import { REVISION, type SheetColumn, type SheetTable } from './sheet-table.ts';

const METADATA_KEY = 'syncflow';

export interface TableLayout {
  readonly sheetId: number;
  /** By the column's id: its place, from 0. */
  readonly columns: ReadonlyMap<string, number>;
}

/** Finds the table, or makes it. @throws {Rejected} when the column of keys was deleted; what the client throws. */
export async function findTable(asking: Asking, table: SheetTable, tab: string): Promise<TableLayout> {
  return (await known(asking, table, tab)) ?? (await make(asking, table, tab));
}

async function known(asking: Asking, table: SheetTable, tab: string): Promise<TableLayout | null> {
  const name = `${table.id}/${tab}`;
  const notes = await searchMetadata(asking, METADATA_KEY);
  const sheet = notes.find(({ metadataValue }) => metadataValue === name);
  if (!sheet) return null;
  const columns = new Map(
    notes.flatMap(({ metadataValue, location }) =>
      metadataValue.startsWith(`${name}#`) && location.dimensionRange
        ? [[metadataValue.slice(name.length + 1), location.dimensionRange.startIndex] as const]
        : [],
    ),
  );
  if (!columns.has(table.key.id)) {
    throw new Rejected(
      `The column "${table.key.title}" was deleted from the sheet "${tab}", so rows can't be found any more.`,
      {
        code: 'far-side.refused',
        fix: 'Bring it back in Google Sheets (File, Version history), or name another sheet in the node.',
        concerns: 'call',
      },
    );
  }
  return { sheetId: sheet.location.sheetId ?? 0, columns };
}

/**
 * A sheet of this name that is there already gets our columns to the right of everything in it. Only its column of keys is
 * shared, if its first row names one: what stands in others of the same name is somebody's own.
 */
async function make(asking: Asking, table: SheetTable, tab: string): Promise<TableLayout> {
  const { sheets } = await readSpreadsheet(asking);
  const there = sheets.find(({ properties }) => properties.title === tab);
  const sheetId = there?.properties.sheetId ?? (await addSheet(asking, tab));
  const headings = there
    ? (await readRanges(asking, [{ sheetId, startRowIndex: 0, endRowIndex: 1 }], 'ROWS'))[0]?.[0]
    : [];
  const titles = (headings ?? []).map((heading) => String(heading).trim().toLowerCase());
  const shared = titles.indexOf(table.key.title.toLowerCase());
  const own = [...(shared < 0 ? [table.key] : []), ...table.columns, REVISION];
  const start = there ? await widthOf(asking, there, titles.length) : 0;
  const columns = new Map(own.map(({ id }, index) => [id, start + index]));
  const end = start + own.length;
  const missing = end - (there?.properties.gridProperties?.columnCount ?? end);
  if (shared >= 0) columns.set(table.key.id, shared);
  await batchUpdate(asking, [
    ...(missing > 0 ? [{ appendDimension: { sheetId, dimension: 'COLUMNS', length: missing } }] : []),
    headingsOf(sheetId, start, own),
    note(`${table.id}/${tab}`, { sheetId }),
    ...[...columns].map(([id, index]) =>
      note(`${table.id}/${tab}#${id}`, { dimensionRange: columnOf(sheetId, index) }),
    ),
    {
      updateDimensionProperties: {
        range: columnOf(sheetId, columns.get(REVISION.id) ?? 0),
        properties: { hiddenByUser: true },
        fields: 'hiddenByUser',
      },
    },
  ]);
  return { sheetId, columns };
}

/**
 * How many columns somebody uses: up to the last one in which anything stands in any row, be it a note without a heading, a
 * merged title, or a formula that shows nothing.
 * @param headings so many columns are used for certain.
 */
async function widthOf(
  asking: Asking,
  { properties, merges }: Awaited<ReturnType<typeof readSpreadsheet>>['sheets'][number],
  headings: number,
): Promise<number> {
  const { sheetId, gridProperties } = properties;
  const merged = Math.max(headings, ...merges.map(({ endColumnIndex }) => endColumnIndex));
  // Google refuses a range outside of the sheet.
  if (merged >= (gridProperties?.columnCount ?? Number.POSITIVE_INFINITY)) return merged;
  const beyond = [{ sheetId, startColumnIndex: merged }];
  // A formula may show nothing, and what it spreads over cells beside it is no formula there.
  const [values] = await readRanges(asking, beyond, 'COLUMNS');
  const [formulas] = await readRanges(asking, beyond, 'COLUMNS', 'FORMULA');
  return merged + Math.max(values?.length ?? 0, formulas?.length ?? 0);
}

async function addSheet(asking: Asking, title: string): Promise<number> {
  const properties = { title, gridProperties: { rowCount: 1_000, columnCount: 26, frozenRowCount: 1 } };
  const [sheetId = 0] = await batchUpdate(asking, [{ addSheet: { properties } }]);
  return sheetId;
}

function headingsOf(sheetId: number, columnIndex: number, columns: readonly SheetColumn[]) {
  const values = columns.map(({ title }) => ({
    userEnteredValue: { stringValue: title },
    userEnteredFormat: { textFormat: { bold: true } },
  }));
  return {
    updateCells: {
      start: { sheetId, rowIndex: 0, columnIndex },
      rows: [{ values }],
      fields: 'userEnteredValue,userEnteredFormat.textFormat.bold',
    },
  };
}

const columnOf = (sheetId: number, index: number) => ({
  sheetId,
  dimension: 'COLUMNS',
  startIndex: index,
  endIndex: index + 1,
});

const note = (metadataValue: string, location: object) => ({
  createDeveloperMetadata: {
    developerMetadata: { metadataKey: METADATA_KEY, metadataValue, location, visibility: 'DOCUMENT' },
  },
});
