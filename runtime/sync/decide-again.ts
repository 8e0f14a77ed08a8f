/** Decides again what listings shall show, where the stock has not changed but the rules, buffers or parts have. */
import { ClientCollection } from '../database/client-collection.ts';
import type { ConnectionId, Sku } from '../ids.ts';
import { withKits } from '../kits/with-kits.ts';
import type { ListingDocument } from './listing-document.ts';
import { publish } from './publish.ts';
import type { SharingKeeperOptions } from './sharing-keeper.ts';

type Parts = Pick<SharingKeeperOptions, 'db' | 'clientId' | 'ledger' | 'sharing'>;

const TOGETHER_MAX = 200;

/** Gives the SKUs of all listings that were decided by other rules than those of now, some at a time. */
export async function skusToDecideAgain(
  { db, clientId, sharing }: Parts,
  take: (skus: readonly Sku[]) => Promise<void>,
): Promise<void> {
  const listings = new ClientCollection<ListingDocument>(db, 'listings', clientId);
  const outdated = listings.find(
    { tracked: true, desiredVersion: { $gte: 0 }, rules: { $ne: sharing.revision } },
    { projection: { sku: 1 } },
  );
  let skus = new Set<Sku>();
  for await (const { sku } of outdated) {
    if (sku) skus.add(sku);
    if (skus.size < TOGETHER_MAX) continue;
    await take([...skus]);
    skus = new Set();
  }
  if (skus.size > 0) await take([...skus]);
}

/** Decides all listings of these SKUs by their newest levels. @returns the connections that have something to push. */
export async function decideAgain(
  { db, clientId, ledger, sharing }: Parts,
  skus: readonly Sku[],
): Promise<ReadonlySet<ConnectionId>> {
  const causedAt = new Date();
  const levels = await ledger.levels(skus);
  const told = await withKits(ledger, sharing.kits, [...levels.values()]);
  const requests = told.map(({ level }) => ({ level, buffer: null, causedAt, again: true }));
  return (await publish(db, clientId, requests, sharing)).connections;
}
