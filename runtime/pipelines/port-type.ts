/** Port types: what may flow along a wire. Few, named, each with its schema; a wire shows its type by colour and shape. */
import type { z } from 'zod';

export interface PortType<Item = unknown> {
  /** `Order`, `StockLevel`: stands in saved flows and on the page, so it never changes. */
  readonly name: string;
  /** Checks what comes from outside, or from a node that is not ours. */
  readonly schema: z.ZodType<Item>;
  /** One that could come: for completion and previews where none has come yet. */
  readonly example?: Item;
  /** The type that this one may stand in for: its items have all that the other's have. */
  readonly extends?: PortType;
}
