/** What the vault holds for a Shopify connection. */
import { z } from 'zod';

/** Both travel in a header or sign one, so plain ASCII without spaces. */
const credential = z
  .string()
  .max(500)
  .regex(/^[\x21-\x7e]+$/, 'must be copied as Shopify shows it, without spaces');

export const ShopifySecret = z.object({
  /** Sent with every call. Shopify's own begin with `shpat_` or `shpca_`; nothing here relies on that. */
  accessToken: credential,
  /** The app's client secret: Shopify signs its webhooks with it. */
  clientSecret: credential,
  /** The shop's permanent name at Shopify, whatever domain its customers see. */
  shop: z
    .string()
    .max(100)
    .regex(/^[a-z0-9][a-z0-9-]*\.myshopify\.com$/, 'must look like my-shop.myshopify.com'),
});
export type ShopifySecret = z.infer<typeof ShopifySecret>;
