/** Port types: what may flow along a wire. Few, named, each with its schema; a wire shows its type by colour and shape. */
import type { z } from 'zod';

export interface PortType<Item = unknown> {
  /** `Order`, `StockLevel`: stands in saved flows and on the page, so it never changes. */
  readonly name: string;
  /** Checks what comes from outside, or from a node that is not ours. */
  readonly schema: z.ZodType<Item>;
  /** The type that this one may stand in for: its items have all that the other's have. */
  readonly extends?: PortType;
}

/** Whether an output of type `from` may be wired to an input of type `to`. An input of type `Any` takes everything. */
export function fits(from: PortType, to: PortType): boolean {
  if (to.name === 'Any') return true;
  for (let type: PortType | undefined = from; type; type = type.extends) {
    if (type.name === to.name) return true;
  }
  return false;
}
