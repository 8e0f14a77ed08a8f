/** The client of one shop: the only place that speaks Shopify's HTTP. */
import type { ChannelAccount, ChannelCall, ChannelClient } from '#runtime/sync/channel.ts';
import { listings } from './listings.ts';
import { readQuantities } from './read-quantities.ts';
import type { ShopifySecret } from './secret.ts';
import { setQuantities } from './set-quantities.ts';
import { subscribe } from './subscribe.ts';
import { openTransport } from './transport.ts';

/**
 * Opens the client of one account. Nothing is sent before the first method is called.
 * @throws {Rejected} from every method, when the address is not one that a token may be sent to.
 */
export function openClient(
  account: ChannelAccount<ShopifySecret>,
  observe?: (call: ChannelCall) => void,
  timeoutMs?: number,
): ChannelClient {
  const transport = openTransport(account, observe, timeoutMs);
  return {
    listings: (attempt) => listings(transport, attempt),
    readQuantities: (wanted) => readQuantities(transport, wanted),
    setQuantities: (changes, key) => setQuantities(transport, changes, key),
    subscribe: (address) => subscribe(transport, address, account.connectionId),
  };
}
