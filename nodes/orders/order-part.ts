/** A part of an order: some units of it, and the parcel that they are in. What is done to an order is done to its part alone. */
import { z } from 'zod';
import { Order, type OrderLine } from '#runtime/orders/order.ts';
import type { PortType } from '#runtime/pipelines/port-type.ts';
import { OrderUnits } from '#runtime/sync/order-action.ts';

const OrderPart = z.object({
  units: OrderUnits.min(1).nullable().describe('null: all that is left'),
  /** Number of the parcel, where the message told one. */
  tracking: z.string().min(1).max(120).nullable(),
});

const OrderWithPart = Order.extend({ part: OrderPart.exactOptional() });
export type OrderWithPart = z.infer<typeof OrderWithPart>;

/** An order, or a part of one: fits wherever an order fits, and nodes that know nothing of parts see the whole. */
export const OrderPartPort: PortType<OrderWithPart> = { name: 'Order', schema: OrderWithPart };

/** Units as people and other systems name them: by SKU, by the id of the line, or both. */
export interface NamedUnits {
  readonly sku?: string;
  readonly lineId?: string;
  /** null: all of the line. */
  readonly quantity: number | null;
}

/**
 * The units of an order that are meant. Of a SKU that stands in several lines, the first ones are taken.
 * @returns none where the order has no such line; never more than were ordered.
 */
export function unitsOf(
  lines: readonly OrderLine[],
  named: readonly NamedUnits[],
): z.infer<typeof OrderUnits> {
  const taken = new Map<string, number>();
  for (const { sku, lineId, quantity } of named) {
    let left = quantity ?? Number.MAX_SAFE_INTEGER;
    for (const line of lines) {
      const fits =
        (lineId === undefined || line.lineId === lineId) && (sku === undefined || line.sku === sku);
      if (!fits) continue;
      const before = taken.get(line.lineId) ?? 0;
      const units = Math.min(left, line.quantity - before);
      if (units <= 0) continue;
      taken.set(line.lineId, before + units);
      left -= units;
    }
  }
  return [...taken].map(([lineId, quantity]) => ({ lineId, quantity }));
}

const Named = z
  .object({
    sku: z.string().min(1).max(255).optional(),
    lineId: z.coerce.string().min(1).max(64).optional(),
    quantity: z.coerce.number().int().min(1).max(1_000_000).nullish(),
  })
  .refine(({ sku, lineId }) => sku !== undefined || lineId !== undefined);

/** Units in a message: a list of `{sku, quantity}`. null: it is no such list, or has something else in it. */
export function namedUnitsIn(value: unknown): NamedUnits[] | null {
  const read = z.array(Named).min(1).max(1_000).safeParse(value);
  if (!read.success) return null;
  return read.data.map(({ sku, lineId, quantity }) => ({
    ...(sku !== undefined && { sku }),
    ...(lineId !== undefined && { lineId }),
    quantity: quantity ?? null,
  }));
}

/** Units in a setting: a SKU in each line, with a number behind it where not all are meant (`MUG-1: 2`). */
export function namedUnitsOf(text: string): NamedUnits[] {
  return text
    .split('\n')
    .map((row) => row.trim())
    .filter((row) => row !== '')
    .map((row) => {
      const [, sku = row, units] = /^(.+?):\s*(\d{1,7})$/.exec(row) ?? [];
      return { sku: sku.trim(), quantity: units === undefined ? null : Number(units) };
    });
}
