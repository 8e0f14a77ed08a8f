/** How much of which line of an order goes back: in minor units, to the cent, with what went back before left out. */
import { type Money, minorDigits, moneyFromDecimal } from '#runtime/money.ts';
import type { Refund } from '#runtime/sync/order-action.ts';
import type { ShopOrder, ShopRefund } from './shop-order.ts';

/** As `POST /orders/<id>/refunds` takes it (RestApiUtil::adjust_create_refund_request_parameters). */
export interface RefundBody {
  readonly amount: string;
  readonly line_items: readonly {
    readonly id: number;
    readonly quantity: number;
    readonly refund_total: string;
    readonly refund_tax: readonly { readonly id: number; readonly refund_total: string }[];
  }[];
}

interface Part {
  readonly units: number;
  readonly total: number;
  readonly taxes: ReadonlyMap<number, number>;
}

/** null: nothing of what was asked for is left to be refunded. */
export function refundBody(
  order: ShopOrder,
  refunds: readonly ShopRefund[],
  lines: Refund['lines'],
): RefundBody | null {
  const { currency } = order;
  const minor = (text: string) => moneyFromDecimal(text, currency).amount;
  const gone = refundedParts(refunds, minor);
  const goods = order.line_items.flatMap((item) => {
    const left = less(partOf(item, item.quantity, minor), gone.get(item.id));
    const wanted = lines?.find(({ lineId }) => lineId === String(item.id))?.quantity ?? 0;
    const units = lines === null ? left.units : Math.min(wanted, left.units);
    return units > 0 ? [{ id: item.id, part: share(left, units) }] : [];
  });
  const others = lines === null ? [...order.shipping_lines, ...order.fee_lines] : [];
  const rest = others.flatMap((item) => {
    const left = less(partOf(item, 0, minor), gone.get(item.id));
    return sumOf(left) > 0 ? [{ id: item.id, part: left }] : [];
  });
  const parts = [...goods, ...rest];
  const remaining =
    minor(order.total) - refunds.reduce((sum, refund) => sum + Math.abs(minor(refund.amount)), 0);
  const asked = lines === null ? remaining : parts.reduce((sum, { part }) => sum + sumOf(part), 0);
  // Refunds of before may have paid back more than their lines say.
  const amount = Math.min(asked, remaining);
  if (goods.length === 0 && amount <= 0) return null;
  return {
    amount: decimal(Math.max(0, amount), currency),
    line_items: parts.map(({ id, part }) => ({
      id,
      quantity: part.units,
      refund_total: decimal(part.total, currency),
      refund_tax: [...part.taxes].map(([tax, total]) => ({
        id: tax,
        refund_total: decimal(total, currency),
      })),
    })),
  };
}

function partOf(
  item: ShopOrder['shipping_lines'][number],
  units: number,
  minor: (text: string) => number,
): Part {
  return {
    units,
    total: minor(item.total),
    taxes: new Map(item.taxes.map(({ id, total }) => [id, minor(total || '0')])),
  };
}

/** What earlier refunds gave back of each line, as positive figures. */
function refundedParts(refunds: readonly ShopRefund[], minor: (text: string) => number): Map<number, Part> {
  const gone = new Map<number, Part>();
  for (const refund of refunds) {
    for (const item of [...refund.line_items, ...refund.shipping_lines, ...refund.fee_lines]) {
      const of = Number(item.meta_data.find(({ key }) => key === '_refunded_item_id')?.value);
      if (!Number.isSafeInteger(of)) continue;
      const units = 'quantity' in item ? Math.abs(Number(item.quantity)) : 0;
      const part = partOf(item, units, (text) => Math.abs(minor(text)));
      gone.set(of, plus(part, gone.get(of)));
    }
  }
  return gone;
}

function plus(part: Part, other: Part | undefined): Part {
  if (!other) return part;
  const taxes = new Map(part.taxes);
  for (const [id, total] of other.taxes) taxes.set(id, (taxes.get(id) ?? 0) + total);
  return { units: part.units + other.units, total: part.total + other.total, taxes };
}

function less(part: Part, gone: Part | undefined): Part {
  const left = (there: number, went: number) => Math.max(0, there - went);
  return {
    units: left(part.units, gone?.units ?? 0),
    total: left(part.total, gone?.total ?? 0),
    taxes: new Map([...part.taxes].map(([id, total]) => [id, left(total, gone?.taxes.get(id) ?? 0)])),
  };
}

/** The last unit takes what rounding left over. */
function share(left: Part, units: number): Part {
  if (units >= left.units) return left;
  const of = (total: number) => Math.round((total * units) / left.units);
  return {
    units,
    total: of(left.total),
    taxes: new Map([...left.taxes].map(([id, total]) => [id, of(total)])),
  };
}

function sumOf({ total, taxes }: Part): number {
  return [...taxes.values()].reduce((sum, tax) => sum + tax, total);
}

function decimal(amount: Money['amount'], currency: string): string {
  const digits = minorDigits(currency);
  const text = String(amount).padStart(digits + 1, '0');
  const whole = text.slice(0, text.length - digits);
  return digits === 0 ? whole : `${whole}.${text.slice(-digits)}`;
}
