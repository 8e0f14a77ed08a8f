/** From what people type or paste to the address of a shop. */
import { Rejected } from '#runtime/errors.ts';

/** Pages of the shop's admin and API that people copy from. */
const BEHIND = /\/(wp-admin|wp-login\.php|wp-json|wc-auth)(\/.*)?$/;

/**
 * The shop's address without a slash at the end: its origin, and the folder that it lies in, if any. Without a scheme
 * https is meant.
 * @throws {Rejected} on what is no address of a website.
 */
export function shopAddress(typed: string): string {
  const text = typed.trim();
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`);
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || !isHost(url.hostname)) {
    throw new Rejected('This is not the address of a shop.', {
      code: 'far-side.address',
      fix: 'Enter the address as customers see it, for example https://shop.example.',
      action: 'connect-again',
    });
  }
  return `${url.origin}${url.pathname.replace(BEHIND, '')}`.replace(/\/+$/, '');
}

function isHost(name: string): boolean {
  return name === 'localhost' || name.includes('.') || name.startsWith('[');
}
