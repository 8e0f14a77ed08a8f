/** One sheet of the sandbox: cells, the notes of columns, and what people do to both. */

export type GridCell = string | number | null;

export class Grid {
  readonly sheetId: number;
  title: string;
  columnCount: number;
  readonly rows: GridCell[][] = [];
  /** Ids of developer metadata, by column: they move with it. */
  notes: number[][] = [];
  readonly hidden = new Set<number>();
  /** Cells that a person made one of. */
  readonly merges: { readonly endColumnIndex: number }[] = [];

  constructor(sheetId: number, title: string, columnCount = 26) {
    this.sheetId = sheetId;
    this.title = title;
    this.columnCount = columnCount;
  }

  read(row: number, column: number): GridCell {
    return this.rows[row]?.[column] ?? null;
  }

  /** @throws {RangeError} beyond the last column, as Google refuses it. */
  write(row: number, column: number, value: GridCell): void {
    if (column >= this.columnCount)
      throw new RangeError(`Range exceeds grid limits. Max columns: ${this.columnCount}`);
    while (this.rows.length <= row) this.rows.push([]);
    const cells = this.rows[row] as GridCell[];
    while (cells.length <= column) cells.push(null);
    cells[column] = value;
  }

  /** The row after the last one in which anything stands. */
  get nextRow(): number {
    const last = this.rows.findLastIndex((cells) => cells.some((cell) => cell !== null && cell !== ''));
    return last + 1;
  }

  /** Where a heading stands. @throws {Error} when there is none like it. */
  columnOf(heading: string): number {
    const column = (this.rows[0] ?? []).indexOf(heading);
    if (column < 0) throw new Error(`no column "${heading}" in ${this.title}`);
    return column;
  }

  /** By heading, each row below the first that has anything in it. */
  get table(): Readonly<Record<string, GridCell>>[] {
    const headings = (this.rows[0] ?? []).map((heading, index) =>
      heading === null ? `#${index}` : String(heading),
    );
    return this.rows
      .slice(1)
      .filter((cells) => cells.some((cell) => cell !== null && cell !== ''))
      .map((cells) => Object.fromEntries(headings.map((heading, index) => [heading, cells[index] ?? null])));
  }

  /** A person sorts everything below the headings. */
  sort(heading: string, direction: 'up' | 'down' = 'up'): void {
    const column = this.columnOf(heading);
    const sign = direction === 'up' ? 1 : -1;
    const sorted = this.rows.splice(1).sort((a, b) => sign * compare(a[column] ?? null, b[column] ?? null));
    this.rows.push(...sorted);
  }

  insertColumn(at: number, heading: string): void {
    for (const cells of this.rows) {
      while (cells.length < at) cells.push(null);
      cells.splice(at, 0, null);
    }
    while (this.notes.length < at) this.notes.push([]);
    this.notes.splice(at, 0, []);
    this.columnCount += 1;
    this.write(0, at, heading);
  }

  deleteColumn(heading: string): void {
    const at = this.columnOf(heading);
    for (const cells of this.rows) cells.splice(at, 1);
    this.notes.splice(at, 1);
    this.columnCount -= 1;
  }

  moveColumn(heading: string, to: number): void {
    const at = this.columnOf(heading);
    for (const cells of this.rows) {
      while (cells.length <= Math.max(at, to)) cells.push(null);
      cells.splice(to, 0, ...cells.splice(at, 1));
    }
    while (this.notes.length <= Math.max(at, to)) this.notes.push([]);
    this.notes.splice(to, 0, ...this.notes.splice(at, 1));
  }

  insertRow(at: number, cells: readonly GridCell[]): void {
    this.rows.splice(at, 0, [...cells]);
  }

  rename(heading: string, to: string): void {
    this.write(0, this.columnOf(heading), to);
  }

  addNote(column: number, id: number): void {
    while (this.notes.length <= column) this.notes.push([]);
    this.notes[column]?.push(id);
  }

  columnOfNote(id: number): number {
    return this.notes.findIndex((ids) => ids.includes(id));
  }
}

/** Numbers before text, empty cells last, as Sheets sorts. */
function compare(a: GridCell, b: GridCell): number {
  const rank = (cell: GridCell) => (typeof cell === 'number' ? 0 : cell === null || cell === '' ? 2 : 1);
  if (rank(a) !== rank(b)) return rank(a) - rank(b);
  return typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b));
}
