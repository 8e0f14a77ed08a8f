/** What people type when they are asked for their shop. */
import { Rejected } from '#runtime/errors.ts';
import { ShopDomain } from './secret.ts';

/**
 * The permanent name of a shop: from `my-shop`, `my-shop.myshopify.com`, an address in the admin
 * (`https://admin.shopify.com/store/my-shop/orders`), or one of the shop itself under that name.
 * @throws {Rejected} for anything else, above all a domain of the shop's own.
 */
export function shopDomainOf(typed: string): string {
  const text = typed.trim().toLowerCase();
  const admin = /^(?:https?:\/\/)?admin\.shopify\.com\/store\/([a-z0-9-]+)/.exec(text)?.[1];
  const host = text.replace(/^https?:\/\//, '').replace(/[/?#].*$/, '');
  const named = admin ?? (/^[a-z0-9-]+$/.test(host) ? host : null);
  const domain = ShopDomain.safeParse(named ? `${named}.myshopify.com` : host);
  if (domain.success) return domain.data;
  throw new Rejected(`"${typed.slice(0, 100)}" is not the name that a shop has at Shopify.`, {
    code: 'far-side.address',
    fix: 'Type the name that ends in .myshopify.com. It stands in Shopify under Settings → Domains, and stays the same whatever domain customers see.',
  });
}
