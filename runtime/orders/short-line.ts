/** A line of an order that met too little stock: what the conflict policy decides about. */
import { z } from 'zod';
import { OrderId, Sku } from '../ids.ts';
import type { StockLevel } from '../stock/stock-level.ts';
import type { OrderDocument } from './order-document.ts';
import { openConflictOf } from './stock-account.ts';

export const ShortLine = z.object({
  orderId: OrderId,
  orderNumber: z.string(),
  lineId: z.string(),
  sku: Sku,
  title: z.string(),
  /** Units that the line wanted, and how many there were when it was decided. */
  wanted: z.int().min(1),
  available: z.int(),
});
export type ShortLine = z.infer<typeof ShortLine>;

/** What of an order waits for a person. */
export function shortLinesOf(
  { _id: orderId, number: orderNumber, lines }: OrderDocument,
  levels: ReadonlyMap<Sku, StockLevel>,
): ShortLine[] {
  return lines.flatMap(({ lineId, title, accounts }) =>
    accounts.flatMap((account) => {
      const { sku, short: wanted } = account;
      if (wanted === 0 || openConflictOf(account)?.state !== 'open') return [];
      const available = levels.get(sku)?.available ?? 0;
      return [{ orderId, orderNumber, lineId, sku, title, wanted, available }];
    }),
  );
}
