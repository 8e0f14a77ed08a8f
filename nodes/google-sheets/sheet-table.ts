/** The tables that SyncFlow keeps in spreadsheets: their columns, and what a row in the outbox is. */
import { z } from 'zod';

export interface SheetColumn {
  /** Stands in the spreadsheet's metadata: never changes. The heading may be renamed there by anybody. */
  readonly id: string;
  readonly title: string;
}

export interface SheetTable {
  /** Stands in the spreadsheet's metadata: never changes. */
  readonly id: 'stock' | 'orders';
  /** By whose values rows are found. */
  readonly key: SheetColumn;
  readonly columns: readonly SheetColumn[];
}

/** Of two states of a row the one with the higher revision is newer. The column is hidden. */
export const REVISION: SheetColumn = { id: 'revision', title: 'SyncFlow revision' };

export const SHEET_TABLES: Readonly<Record<SheetTable['id'], SheetTable>> = {
  stock: {
    id: 'stock',
    key: { id: 'sku', title: 'SKU' },
    columns: [
      { id: 'title', title: 'Product' },
      { id: 'available', title: 'Available' },
      { id: 'onHand', title: 'On hand' },
      { id: 'reserved', title: 'Reserved' },
      { id: 'backordered', title: 'Backordered' },
    ],
  },
  orders: {
    id: 'orders',
    key: { id: 'order', title: 'Order id' },
    columns: [
      { id: 'number', title: 'Order' },
      { id: 'channel', title: 'Channel' },
      { id: 'placedAt', title: 'Placed (UTC)' },
      { id: 'status', title: 'Status' },
      { id: 'paid', title: 'Paid' },
      { id: 'total', title: 'Total' },
      { id: 'currency', title: 'Currency' },
      { id: 'units', title: 'Units' },
      { id: 'items', title: 'Items' },
    ],
  },
};

const CELL_CHARACTERS_MAX = 5_000;

export const SheetRow = z.strictObject({
  table: z.enum(['stock', 'orders']),
  /** The sheet in the spreadsheet, as it was first named. */
  tab: z.string().min(1).max(100),
  key: z.string().min(1).max(300),
  revision: z.number().min(0),
  cells: z.record(z.string(), z.union([z.string().max(CELL_CHARACTERS_MAX), z.number()])),
});
export type SheetRow = z.infer<typeof SheetRow>;
