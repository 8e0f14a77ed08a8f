/** What the vault holds for a Shopify connection. */
import { z } from 'zod';

/** All of them travel in a header, a form or a signature, so plain ASCII without spaces. */
export const Credential = z
  .string()
  .min(1)
  .max(500)
  .regex(/^[\x21-\x7e]+$/, 'must be copied as Shopify shows it, without spaces');

export const ShopDomain = z
  .string()
  .max(100)
  .regex(/^[a-z0-9][a-z0-9-]*\.myshopify\.com$/, 'must look like my-shop.myshopify.com');

/** How the next token is got. Times are milliseconds since 1970. */
const Grant = z.discriminatedUnion('kind', [
  /** A person agreed: the token lives an hour, and is renewed by the refresh token, which changes each time. */
  z.object({
    kind: z.literal('code'),
    expiresAtMs: z.int(),
    refreshToken: Credential,
    refreshExpiresAtMs: z.int(),
  }),
  /** The app belongs to the shop's own organisation: the token lives a day, and the client secret gets the next one. */
  z.object({ kind: z.literal('client-credentials'), expiresAtMs: z.int() }),
]);

export const ShopifySecret = z.object({
  /** Sent with every call. Shopify's own begin with `shpat_` or `shpca_`; nothing here relies on that. */
  accessToken: Credential,
  /** The app's client secret: Shopify signs its webhooks with it. */
  clientSecret: Credential,
  /** The shop's permanent name at Shopify, whatever domain its customers see. */
  shop: ShopDomain,
  clientId: Credential.exactOptional(),
  /** The client secret before this one: for an hour after a change, Shopify still signs with it. */
  previousClientSecret: Credential.exactOptional(),
  /** Absent: the token never runs out (an admin-created app of before 2026). */
  grant: Grant.exactOptional(),
  /** The location whose counts are kept in step; absent: the shop's primary one. */
  locationId: z.string().startsWith('gid://shopify/Location/').max(100).exactOptional(),
});
export type ShopifySecret = z.infer<typeof ShopifySecret>;

/** Everything in a secret that must never be shown. */
export function hiddenParts({
  accessToken,
  clientSecret,
  previousClientSecret,
  grant,
}: ShopifySecret): string[] {
  const refreshToken = grant?.kind === 'code' ? grant.refreshToken : undefined;
  return [accessToken, clientSecret, previousClientSecret, refreshToken].filter((part) => part !== undefined);
}
