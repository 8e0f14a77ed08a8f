/** The event `stock.changed`: what flows hear when the ledger has changed. */
import { z } from 'zod';
import { StockLevel } from './stock-level.ts';

/** `order`: by an order's booking. `person`: somebody corrected, counted or received stock by hand. `flow`: a flow set it. */
const StockChangedBy = z.enum(['order', 'person', 'flow']);

export const StockChanged = z.object({ by: StockChangedBy, levels: z.array(StockLevel) });
export type StockChanged = z.infer<typeof StockChanged>;

export function stockChangedBody(changed: StockChanged): Buffer {
  return Buffer.from(JSON.stringify(changed));
}

/** @throws {ZodError} or {SyntaxError} on anything that `stockChangedBody` did not write. */
export function readStockChanged(body: Buffer): StockChanged {
  return StockChanged.parse(JSON.parse(body.toString('utf8')));
}
