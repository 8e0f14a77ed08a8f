/** `spreadsheets.batchUpdate` of the sandbox: the requests that are used, all of them or none. */
import { z } from 'zod';
import { Grid } from './grid.ts';

const CellData = z.looseObject({
  userEnteredValue: z
    .object({ stringValue: z.string().optional(), numberValue: z.number().optional() })
    .optional(),
});
const RowData = z.object({ values: z.array(CellData) });
const ColumnRange = z.object({
  sheetId: z.number(),
  dimension: z.literal('COLUMNS'),
  startIndex: z.number(),
  endIndex: z.number(),
});
export const BatchUpdate = z.object({
  requests: z.array(
    z.union([
      z.strictObject({
        addSheet: z.object({
          properties: z.looseObject({
            title: z.string(),
            gridProperties: z.looseObject({ columnCount: z.number() }),
          }),
        }),
      }),
      z.strictObject({
        appendDimension: z.object({
          sheetId: z.number(),
          dimension: z.literal('COLUMNS'),
          length: z.number(),
        }),
      }),
      z.strictObject({
        updateCells: z.object({
          start: z.object({ sheetId: z.number(), rowIndex: z.number(), columnIndex: z.number() }),
          rows: z.array(RowData),
          fields: z.string(),
        }),
      }),
      z.strictObject({
        appendCells: z.object({ sheetId: z.number(), rows: z.array(RowData), fields: z.string() }),
      }),
      z.strictObject({
        createDeveloperMetadata: z.object({
          developerMetadata: z.object({
            metadataKey: z.string(),
            metadataValue: z.string(),
            visibility: z.enum(['DOCUMENT', 'PROJECT']),
            location: z.object({ sheetId: z.number().optional(), dimensionRange: ColumnRange.optional() }),
          }),
        }),
      }),
      z.strictObject({
        updateDimensionProperties: z.object({
          range: ColumnRange,
          properties: z.object({ hiddenByUser: z.boolean() }),
          fields: z.literal('hiddenByUser'),
        }),
      }),
    ]),
  ),
});
type Request = z.infer<typeof BatchUpdate>['requests'][number];

export interface Note {
  readonly id: number;
  readonly key: string;
  readonly value: string;
  readonly sheetId: number;
  /** true: at a column, which knows where it is. */
  readonly ofColumn: boolean;
}

/** A spreadsheet of the sandbox. */
export class Book {
  readonly grids: Grid[] = [new Grid(0, 'Sheet1')];
  readonly notes: Note[] = [];
  #ids = 100;

  /** @throws {RangeError} for what Google refuses, with its words: nothing was done then. */
  update(requests: readonly Request[]): object[] {
    const before = this.grids.map((grid) => structuredClone({ rows: grid.rows, notes: grid.notes }));
    const [gridsBefore, notesBefore] = [[...this.grids], [...this.notes]];
    try {
      return requests.map((request) => this.#one(request));
    } catch (error) {
      this.grids.splice(0, this.grids.length, ...gridsBefore);
      this.notes.splice(0, this.notes.length, ...notesBefore);
      for (const [index, grid] of gridsBefore.entries()) {
        grid.rows.splice(0, grid.rows.length, ...(before[index]?.rows ?? []));
        grid.notes = before[index]?.notes ?? [];
      }
      throw error;
    }
  }

  grid(sheetId: number): Grid {
    const found = this.grids.find((grid) => grid.sheetId === sheetId);
    if (!found) throw new RangeError(`No grid with id: ${sheetId}`);
    return found;
  }

  #one(request: Request): object {
    if ('addSheet' in request) {
      const { title, gridProperties } = request.addSheet.properties;
      if (this.grids.some((grid) => grid.title === title))
        throw new RangeError(`A sheet with the name "${title}" already exists.`);
      const grid = new Grid(this.#next(), title, gridProperties.columnCount);
      this.grids.push(grid);
      return { addSheet: { properties: { sheetId: grid.sheetId, title } } };
    }
    if ('appendDimension' in request) {
      this.grid(request.appendDimension.sheetId).columnCount += request.appendDimension.length;
    } else if ('updateCells' in request) {
      const { start, rows } = request.updateCells;
      this.#write(this.grid(start.sheetId), start.rowIndex, start.columnIndex, rows);
    } else if ('appendCells' in request) {
      const grid = this.grid(request.appendCells.sheetId);
      this.#write(grid, grid.nextRow, 0, request.appendCells.rows);
    } else if ('createDeveloperMetadata' in request) {
      const {
        metadataKey: key,
        metadataValue: value,
        location,
      } = request.createDeveloperMetadata.developerMetadata;
      const { dimensionRange: range } = location;
      const note = { id: this.#next(), key, value, sheetId: range?.sheetId ?? location.sheetId ?? 0 };
      this.notes.push({ ...note, ofColumn: range !== undefined });
      if (range) this.grid(range.sheetId).addNote(range.startIndex, note.id);
    } else {
      const { range } = request.updateDimensionProperties;
      this.grid(range.sheetId).hidden.add(range.startIndex);
    }
    return {};
  }

  #write(grid: Grid, row: number, column: number, rows: readonly z.infer<typeof RowData>[]): void {
    for (const [down, { values }] of rows.entries()) {
      for (const [right, { userEnteredValue: value }] of values.entries())
        grid.write(row + down, column + right, value?.numberValue ?? value?.stringValue ?? null);
    }
  }

  #next(): number {
    this.#ids += 1;
    return this.#ids;
  }
}
