/** A line of an order that met too little stock: what the conflict policy decides about. */
import { z } from 'zod';
import { OrderId, Sku } from '../ids.ts';

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
