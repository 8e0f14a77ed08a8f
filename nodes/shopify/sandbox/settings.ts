/** What makes a sandbox shop this shop and no other; kept with its state, so that its keys outlive a restart. */
import { randomBytes } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { ShopifySecret } from '../secret.ts';
import { CURRENCIES } from './schema.ts';

export interface ShopSettings {
  readonly name: string;
  readonly currency: string;
  readonly secret: ShopifySecret & { readonly clientId: string };
}

/**
 * The stored settings, or new ones. The name is a label: the stored one stays, and the shop's address with it.
 * @throws {Error} when the currency is none that the sandbox knows, or not the one of the stored shop.
 */
export function openSettings(
  database: DatabaseSync,
  name: string,
  currency: string | undefined,
): ShopSettings {
  const stored = database.prepare("SELECT value FROM settings WHERE name = 'shop'").get();
  if (stored) {
    const settings: ShopSettings = JSON.parse(String(stored.value));
    if (currency && currency !== settings.currency) {
      throw new Error(`this sandbox shop counts in ${settings.currency}; empty its folder to change that`);
    }
    return settings;
  }
  const fresh: ShopSettings = {
    name,
    currency: currency ?? 'GBP',
    secret: {
      accessToken: `shpat_${randomBytes(16).toString('hex')}`,
      clientId: randomBytes(16).toString('hex'),
      clientSecret: `shpss_${randomBytes(16).toString('hex')}`,
      shop: `${slug(name)}.myshopify.com`,
    },
  };
  if (!CURRENCIES.has(fresh.currency)) throw new Error(`the sandbox has no shops in ${fresh.currency}`);
  database.prepare("INSERT INTO settings VALUES ('shop', ?)").run(JSON.stringify(fresh));
  return fresh;
}

function slug(name: string): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return (plain || 'sandbox').slice(0, 60);
}
