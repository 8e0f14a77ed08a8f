/** Whether and where a shop can reach us with its webhooks. */

/** What stands in the addresses of machines that only the same machine reaches. */
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\]|0\.0\.0\.0)$/;

/**
 * The address that a connection's shop shall send its webhooks to; null when it can't get there: a shop elsewhere
 * would be given the address of its own machine, and switch such webhooks off after a row of failures.
 * @param hooksUrl where the ingress listens, without a slash at the end; null: nowhere.
 */
export function webhookAddressOf(
  hooksUrl: string | null,
  connection: { readonly _id: string; readonly channel: string; readonly baseUrl: string },
): string | null {
  if (hooksUrl === null) return null;
  const isLocal = (url: string) => LOOPBACK.test(URL.parse(url)?.hostname ?? '');
  if (isLocal(hooksUrl) && !isLocal(connection.baseUrl)) return null;
  return `${hooksUrl}/${connection.channel}/${connection._id}`;
}
