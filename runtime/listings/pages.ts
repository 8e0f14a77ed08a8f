/** The pages of a shop's listings, one call for each. */
import type { Attempt, ChannelClient, ListingPage, RemoteListing } from '../sync/channel.ts';

/** Stands for the next page of a client that can only begin at the beginning: no other process can go on from it. */
const ONWARDS = 'onwards';

/** A function that fetches the page at a cursor; null: the first one. */
export function pagesOf(
  client: ChannelClient,
  attempt: Attempt,
): (cursor: string | null) => Promise<ListingPage> {
  const { listingPage } = client;
  if (listingPage) return (cursor) => attempt(() => listingPage.call(client, cursor));
  let rows: AsyncIterator<readonly RemoteListing[]> | null = null;
  return async () => {
    rows ??= client.listings(attempt)[Symbol.asyncIterator]();
    const { done, value } = await rows.next();
    return done ? { listings: [], next: null } : { listings: value, next: ONWARDS };
  };
}
