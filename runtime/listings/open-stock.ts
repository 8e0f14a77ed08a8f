/** Opens the ledger with the counts of the shop that counts: for SKUs that it does not know yet, once. */
import { type ConnectionId, MAIN_LOCATION, type Sku } from '../ids.ts';
import type { StockLedger } from '../stock/ledger.ts';
import type { RemoteListing } from '../sync/channel.ts';

/** What a shop's own listing says about a SKU. */
export interface CountedSku {
  readonly sku: Sku;
  readonly listing: RemoteListing & { readonly quantity: number };
}

/** Adds the SKUs, and counts those to which nothing ever happened. May be repeated: a SKU is opened once. */
export async function openStock(
  ledger: StockLedger,
  connectionId: ConnectionId,
  counted: readonly CountedSku[],
): Promise<void> {
  if (counted.length === 0) return;
  await ledger.addSkus(counted.map(({ sku, listing }) => ({ sku, title: listing.title })));
  const levels = await ledger.levels(counted.map(({ sku }) => sku));
  const untouched = counted.filter(({ sku }) => levels.get(sku)?.version === 0);
  await ledger.applyAll(
    untouched.map(({ sku, listing }) => ({
      kind: 'count',
      key: `${connectionId}:listing:${listing.externalId}:opening`,
      sku,
      location: MAIN_LOCATION,
      quantity: Math.max(0, listing.quantity),
      // Should anything happen to the SKU meanwhile, the count is stale and changes nothing.
      seenVersion: 0,
      cause: { by: 'import', note: 'opening stock, as the shop counted it' },
    })),
  );
}
