/** Listings: to which SKU of the stock each belongs, and what a person says where that is not clear. */
import type { Filter } from 'mongodb';
import { z } from 'zod';
import { ClientCollection } from '#runtime/database/client-collection.ts';
import { type ClientId, ConnectionId, Sku } from '#runtime/ids.ts';
import { type HandMatch, matchByHand, setAside, takeIn, unmatch } from '#runtime/listings/match-by-hand.ts';
import { WAITS_FOR_MATCH } from '#runtime/listings/match-listing.ts';
import { skusByBarcode } from '#runtime/listings/match-page.ts';
import { StockLedger } from '#runtime/stock/ledger.ts';
import { expectedOf, type ListingDocument } from '#runtime/sync/listing-document.ts';
import { Problem } from '../problem.ts';
import type { ApiOptions } from './client-context.ts';
import { decisionsOf, sentenceOf } from './listing-words.ts';
import { type ConnectionNames, connectionNames } from './names.ts';
import { ListQuery, literally, pageOf, readCursor } from './paging.ts';
import { clientRoute, type Route } from './route.ts';
import { ListingRow, Nothing, pageOfRows } from './views.ts';

const SHOWN: Readonly<Record<'to-match' | 'duplicates' | 'by-hand' | 'all', Filter<ListingDocument>>> = {
  'to-match': { problem: { $in: [...WAITS_FOR_MATCH] } },
  duplicates: { problem: 'duplicate-sku' },
  'by-hand': { matchedBy: 'person' },
  all: {},
};
const Query = ListQuery.extend({
  show: z.enum(['to-match', 'duplicates', 'by-hand', 'all']).default('to-match'),
  connection: ConnectionId.optional(),
});
const Position = z.object({ id: z.string().max(1_000) });
const Decision = z.discriminatedUnion('decision', [
  z.strictObject({ decision: z.literal('match'), sku: Sku }),
  z.strictObject({ decision: z.enum(['take-in', 'set-aside', 'undo']) }),
]);

export function listingRoutes({ database, wake, changed }: ApiOptions): Route[] {
  const list = clientRoute({
    method: 'get',
    path: '/listings',
    summary: 'Products and variations of the shops, first those that could not be matched to a SKU',
    may: 'see',
    query: Query,
    answer: pageOfRows(ListingRow),
    run: async ({ clientId, query }) => {
      const after = readCursor(Position, query.cursor);
      const filters: Filter<ListingDocument>[] = [SHOWN[query.show]];
      if (query.connection) filters.push({ connectionId: query.connection });
      if (query.search) {
        const text = { $regex: literally(query.search), $options: 'i' };
        filters.push({ $or: [{ title: text }, { ownSku: text }, { sku: text }] } as Filter<ListingDocument>);
      }
      if (after) filters.push({ _id: { $gt: after.id } });
      const found = await listingsOf(clientId)
        .find({ $and: filters })
        .sort({ _id: 1 })
        .limit(query.limit + 1)
        .toArray();
      const names = await connectionNames(database, clientId);
      const couldBe = await candidatesOf(clientId, found);
      return pageOf(
        found,
        query.limit,
        (listing) => rowOf(listing, names, couldBe),
        ({ _id }) => ({ id: _id }),
      );
    },
  });

  const decide = clientRoute({
    method: 'post',
    path: '/listings/:id/decision',
    summary:
      'Says to which SKU a listing belongs, that its own SKU is new to the stock, or that it is left out',
    may: 'decide',
    body: Decision,
    answer: Nothing,
    run: async ({ clientId, params: { id }, body }) => {
      const listing = await listingsOf(clientId).findOne({ _id: id });
      if (!listing || !decisionsOf(listing).includes(body.decision)) throw nothingToDecide();
      const owner = { db: database.db, clientId };
      const ledger = new StockLedger(database.db, clientId);
      if (body.decision === 'match') explain(await matchByHand(owner, ledger, id, body.sku), body.sku);
      else if (body.decision === 'take-in') explain(await takeIn(owner, ledger, id), listing.ownSku ?? '');
      else if (!(await (body.decision === 'undo' ? unmatch : setAside)(owner, id))) throw nothingToDecide();
      wake(clientId);
      changed(clientId, ['stock', 'connections', 'orders', 'overview']);
      return {};
    },
  });

  function listingsOf(clientId: ClientId): ClientCollection<ListingDocument> {
    return new ClientCollection<ListingDocument>(database.db, 'listings', clientId);
  }

  async function candidatesOf(clientId: ClientId, listings: readonly ListingDocument[]) {
    const barcodes = listings.flatMap(({ problem, barcode }) =>
      problem === 'ambiguous-barcode' && barcode ? barcode : [],
    );
    const ledger = new StockLedger(database.db, clientId);
    return await skusByBarcode({ db: database.db, clientId, ledger }, barcodes);
  }

  return [list, decide];
}

function rowOf(
  listing: ListingDocument,
  names: ConnectionNames,
  skusOf: ReadonlyMap<string, readonly Sku[]>,
): ListingRow {
  const { _id, connectionId, title, ownSku, barcode, sku, matchedBy, problem, tracked } = listing;
  const couldBe = problem === 'ambiguous-barcode' && barcode ? (skusOf.get(barcode) ?? []) : [];
  return {
    id: _id,
    connection: names(connectionId),
    title,
    ownSku: ownSku ?? null,
    barcode: barcode ?? null,
    shows: tracked ? expectedOf(listing) : null,
    sku,
    matchedBy: matchedBy ?? null,
    problem: problem ?? null,
    sentence: sentenceOf(listing, couldBe),
    couldBe,
    decisions: decisionsOf(listing),
  };
}

function explain({ outcome }: HandMatch, sku: string): void {
  if (outcome === 'matched') return;
  if (outcome !== 'unknown-sku') throw nothingToDecide();
  throw new Problem(404, 'Unknown SKU', `The stock holds no "${sku}". Nothing was changed.`);
}

function nothingToDecide(): Problem {
  return new Problem(
    404,
    'Nothing to decide',
    'There is no such listing, or this can’t be decided about it any more. Nothing was changed.',
  );
}
