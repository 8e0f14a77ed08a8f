/**
 * The order as Shopify's webhooks carry it: REST's shape, of which this names what SyncFlow reads. Facts:
 * shopify.dev, api/webhooks (example bodies) and api/admin-rest, resources order and refund.
 */
import { z } from 'zod';

/**
 * REST's ids are JSON numbers. Today's have 13 to 14 digits, but the one in Shopify's own test notification
 * (820982911946154508) is beyond what a JavaScript number holds: hence `exactId`.
 */
export const NumericId = z.number().positive().refine(Number.isInteger, 'must be a whole number');
export const GidText = z.string().regex(/^gid:\/\/shopify\/\w{1,60}\/\d{1,20}$/);

/** The id to the last digit: from the global id beside it, else the number itself. */
export function exactId(thing: { id: number; admin_graphql_api_id?: string | null | undefined }): string {
  return thing.admin_graphql_api_id?.split('/').at(-1) ?? BigInt(Math.trunc(thing.id)).toString();
}

const Money = z.object({ amount: z.string(), currency_code: z.string() });
const MoneySet = z.object({ shop_money: Money });
const Stamp = z.iso.datetime({ offset: true });

const Line = z.object({
  id: NumericId,
  admin_graphql_api_id: GidText.nullish(),
  /** null: the product is gone. */
  variant_id: NumericId.nullish(),
  title: z.string().nullish(),
  variant_title: z.string().nullish(),
  sku: z.string().nullish(),
  quantity: z.int().min(0),
  price: z.string(),
  price_set: MoneySet.nullish(),
});
export type LineBody = z.infer<typeof Line>;

const RefundLine = z.object({
  line_item_id: NumericId,
  quantity: z.int().min(0),
  restock_type: z.string().nullish(),
});

const Transaction = z.object({ kind: z.string().nullish(), status: z.string().nullish() });

export const OrderBody = z.object({
  id: NumericId,
  admin_graphql_api_id: GidText.nullish(),
  name: z.string().nullish(),
  test: z.boolean().nullish(),
  created_at: Stamp,
  processed_at: Stamp.nullish(),
  updated_at: Stamp,
  cancelled_at: Stamp.nullish(),
  financial_status: z.string().nullish(),
  fulfillment_status: z.string().nullish(),
  currency: z.string(),
  total_price: z.string(),
  total_price_set: MoneySet.nullish(),
  line_items: z.array(Line),
  refunds: z
    .array(z.object({ refund_line_items: z.array(RefundLine), transactions: z.array(Transaction).nullish() }))
    .nullish(),
});
export type OrderBody = z.infer<typeof OrderBody>;
