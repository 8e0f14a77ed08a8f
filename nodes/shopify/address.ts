/** Where a shop is reached, and where its keys may be sent. */
import { Rejected } from '#runtime/errors.ts';

/**
 * Keys are only ever sent over HTTPS, or to this machine.
 * @throws {Rejected} for any other address.
 */
export function checkAddress(baseUrl: string): void {
  const url = URL.parse(baseUrl);
  if (url && !url.username && (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url))))
    return;
  throw new Rejected("The address of this shop is not one that SyncFlow may send the shop's token to.", {
    code: 'far-side.address',
    fix: "Set this connection's address to https:// and the shop's myshopify.com name.",
  });
}

export function isLoopback({ hostname }: URL): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
}
