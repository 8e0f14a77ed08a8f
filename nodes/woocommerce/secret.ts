/** What the vault holds for a WooCommerce connection. */
import { z } from 'zod';

/** Basic auth puts the key before a colon, so a key can't hold one; both travel in a header, so plain ASCII only. */
const apiKey = z
  .string()
  .max(200)
  .regex(/^[\x21-\x39\x3b-\x7e]+$/, 'must be the key as WooCommerce shows it, without spaces or colons');

/** Ways to show the key, best first; request-auth.ts says what each is for. */
export const AuthWay = z.enum(['basic', 'query', 'oauth1', 'oauth1-http']);
export type AuthWay = z.infer<typeof AuthWay>;

export const WooCommerceSecret = z.object({
  /** `ck_…`, made under WooCommerce → Settings → Advanced → REST API with Read/Write permission. */
  consumerKey: apiKey,
  /** `cs_…`, shown together with it, once. */
  consumerSecret: apiKey,
  /**
   * Chosen by us, given to every webhook that we create. WooCommerce decodes HTML in a secret before it signs
   * with it, so `& < > " '` are kept out (class-wc-webhook.php, generate_signature).
   */
  webhookSecret: z
    .string()
    .min(8)
    .max(200)
    .regex(/^[^\s&<>"']+$/, 'must not hold spaces or any of & < > " \''),
  /** How the shop takes the key, found out when it was connected; without it, what its address suggests. */
  auth: AuthWay.optional(),
});
export type WooCommerceSecret = z.infer<typeof WooCommerceSecret>;
