/** The first sync: what each listing shows, and what it would show; then written down, and taken back where nothing moved since. */
import type { Db } from 'mongodb';
import { ClientCollection } from '#runtime/database/client-collection.ts';
import type { ClientId, Sku } from '#runtime/ids.ts';
import { lookAgain } from '#runtime/listings/look-again.ts';
import { Sharing } from '#runtime/sharing/sharing.ts';
import { StockLedger } from '#runtime/stock/ledger.ts';
import type { StockDocument } from '#runtime/stock/stock-document.ts';
import type { ListingDocument } from '#runtime/sync/listing-document.ts';
import { type PlannedListing, planPublish, publish } from '#runtime/sync/publish.ts';

/** One listing whose number the first sync changes. */
export interface FirstSyncDocument {
  /** `<wizard>/<listing>` */
  readonly _id: string;
  readonly clientId: ClientId;
  readonly wizardId: string;
  readonly listingId: string;
  readonly before: number;
  readonly after: number;
  /** The version of the SKU that it was decided from: as long as it stands, nothing has moved. */
  readonly version: number;
}

const TOGETHER = 500;

/** Every listing that would be told, in parts; nothing is written. */
export async function* planFirstSync(
  db: Db,
  clientId: ClientId,
  buffer: number,
): AsyncGenerator<readonly PlannedListing[]> {
  for await (const { planned } of plans(db, clientId, buffer)) yield planned;
}

/** Writes down what every listing shall show, and what those showed that it changes; has the others looked at. May be repeated. */
export async function beginFirstSync(
  db: Db,
  clientId: ClientId,
  wizardId: string,
  buffer: number,
): Promise<void> {
  const kept = new ClientCollection<FirstSyncDocument>(db, 'first-syncs', clientId);
  for await (const { requests, sharing, planned } of plans(db, clientId, buffer)) {
    await kept.insertAbsent(
      planned
        .filter(({ shows, willShow }) => shows !== willShow)
        .map(({ listingId, shows, willShow, version }) => ({
          _id: `${wizardId}/${listingId}`,
          clientId,
          wizardId,
          listingId,
          before: shows,
          after: willShow,
          version,
        })),
    );
    await publish(db, clientId, requests, sharing);
    // What moved since the import is in no book yet: it is read and judged, also where the number seems right.
    await lookAgain(db, clientId, { sku: { $in: requests.map(({ level }) => level.sku) } });
  }
}

/**
 * Has the shops show again what they showed before, where nothing has moved since: where something has, the old number would
 * be wrong. No flow's wish stands for these listings any more. May be repeated.
 */
export async function takeBackFirstSync(
  db: Db,
  clientId: ClientId,
  wizardId: string,
): Promise<{ readonly restored: number; readonly kept: number }> {
  const rows = new ClientCollection<FirstSyncDocument>(db, 'first-syncs', clientId);
  const listings = new ClientCollection<ListingDocument>(db, 'listings', clientId);
  const now = new Date();
  let [restored, all] = [0, 0];
  const some: FirstSyncDocument[] = [];
  const restore = async () => {
    if (some.length === 0) return;
    const { matchedCount } = await listings.updateEach(
      some.splice(0).map(({ listingId, before, after, version }) => ({
        filter: { _id: listingId, desiredVersion: version, desired: after },
        update: {
          $set: {
            desired: before,
            desiredVersion: -1,
            desiredAt: now,
            reasons: null,
            flowBuffer: 0,
            raiseAt: before > after ? now : null,
            dirty: true,
            notBefore: null,
          },
        },
      })),
      { ordered: false },
    );
    restored += matchedCount;
  };
  for await (const row of rows.find({ wizardId })) {
    all += 1;
    some.push(row);
    if (some.length >= TOGETHER) await restore();
  }
  await restore();
  await rows.deleteMany({ wizardId });
  return { restored, kept: all - restored };
}

/** What is to be told of all SKUs, in parts. */
async function* plans(db: Db, clientId: ClientId, buffer: number) {
  const ledger = new StockLedger(db, clientId);
  const sharing = await Sharing.open(db, clientId);
  for await (const skus of allSkus(db, clientId)) {
    const levels = await ledger.levels(skus);
    const causedAt = new Date();
    const requests = [...levels.values()].map((level) => ({ level, buffer, causedAt }));
    yield { requests, sharing, planned: await planPublish(db, clientId, requests, sharing) };
  }
}

async function* allSkus(db: Db, clientId: ClientId): AsyncGenerator<readonly Sku[]> {
  const stock = new ClientCollection<StockDocument>(db, 'stock', clientId);
  let skus: Sku[] = [];
  for await (const { sku } of stock.find({}, { projection: { sku: 1 } })) {
    skus.push(sku);
    if (skus.length < TOGETHER) continue;
    yield skus;
    skus = [];
  }
  if (skus.length > 0) yield skus;
}
