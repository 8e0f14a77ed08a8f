/** How a connection's products and orders are read: the import, the polling, orders of before. */
import { z } from 'zod';
import { connectionsOf } from '#runtime/clients/connection-model.ts';
import { ClientCollection } from '#runtime/database/client-collection.ts';
import { ConnectionId } from '#runtime/ids.ts';
import { askForImport, type ImportOwner, importsOf } from '#runtime/listings/import-document.ts';
import type { ListingProblem } from '#runtime/listings/match-listing.ts';
import { askForLookBack } from '#runtime/polling/look-back.ts';
import type { PollDocument } from '#runtime/polling/poll-document.ts';
import type { ListingDocument } from '#runtime/sync/listing-document.ts';
import { Problem } from '../problem.ts';
import type { ApiOptions } from './client-context.ts';
import { type ClientAsker, clientRoute, type Route } from './route.ts';
import { ImportView, Nothing, PollingView } from './views.ts';

const DAY_MS = 24 * 3_600_000;
const DAYS_MAX = 730;
const LookBack = z.strictObject({ days: z.int().min(1).max(DAYS_MAX) });

export function importRoutes({ database, channels, poll, changed }: ApiOptions): Route[] {
  const seeImport = clientRoute({
    method: 'get',
    path: '/connections/:id/import',
    summary: 'How far the reading of a shop’s products is, and what a person should look at',
    may: 'see',
    answer: ImportView,
    run: async ({ params, ...asker }) => await importOf(await ownerOf(asker, params.id)),
  });

  const startImport = clientRoute({
    method: 'post',
    path: '/connections/:id/import',
    summary: 'Reads a shop’s products anew; one that is under way goes on. Writes nothing to the shop',
    may: 'connect',
    answer: ImportView,
    status: 202,
    run: async ({ params, ...asker }) => {
      const owner = await ownerOf(asker, params.id);
      await askForImport(owner);
      poll(owner.clientId, owner.connectionId);
      changed(owner.clientId, ['connections']);
      return await importOf(owner);
    },
  });

  const seePolling = clientRoute({
    method: 'get',
    path: '/connections/:id/polling',
    summary: 'When a shop was last asked for changes, and how its webhooks are doing',
    may: 'see',
    answer: PollingView,
    run: async ({ params, ...asker }) => {
      const { clientId, connectionId } = await ownerOf(asker, params.id);
      const polls = new ClientCollection<PollDocument>(database.db, 'polls', clientId);
      return pollingOf(await polls.findOne({ _id: connectionId }));
    },
  });

  const lookBack = clientRoute({
    method: 'post',
    path: '/connections/:id/look-back',
    summary: 'Fetches the orders of the last days. Those of before the first import change no stock',
    may: 'connect',
    body: LookBack,
    answer: Nothing,
    status: 202,
    run: async ({ params, body: { days }, ...asker }) => {
      const owner = await ownerOf(asker, params.id);
      const until = new Date();
      await askForLookBack(owner, new Date(until.getTime() - days * DAY_MS), until);
      poll(owner.clientId, owner.connectionId);
      changed(owner.clientId, ['connections']);
      return {};
    },
  });

  async function ownerOf({ clientId }: ClientAsker, id: string): Promise<ImportOwner> {
    const connections = await connectionsOf(database.models, clientId);
    const connection = connections.find(({ _id, channel }) => _id === id && channels.has(channel));
    if (!connection) throw new Problem(404, 'No such shop', 'There is no shop with this id.');
    return { db: database.db, clientId, connectionId: ConnectionId.parse(id) };
  }

  async function importOf(owner: ImportOwner): Promise<ImportView> {
    const { connectionId, clientId } = owner;
    const listings = new ClientCollection<ListingDocument>(database.db, 'listings', clientId);
    const count = (problem: ListingProblem) => listings.count({ connectionId, problem });
    const [kept, noSku, unknownSku, duplicateSku, ambiguousBarcode] = await Promise.all([
      importsOf(owner).findOne({ _id: connectionId }),
      count('no-sku'),
      count('unknown-sku'),
      count('duplicate-sku'),
      count('ambiguous-barcode'),
    ]);
    return {
      state: kept?.state ?? 'none',
      listings: kept?.listings ?? 0,
      progress: kept?.progress ?? null,
      startedAt: kept?.startedAt.toISOString() ?? null,
      endedAt: kept?.endedAt?.toISOString() ?? null,
      trouble: kept?.trouble ?? null,
      problems: { noSku, unknownSku, duplicateSku, ambiguousBarcode },
    };
  }

  return [seeImport, startImport, seePolling, lookBack];
}

function pollingOf(kept: PollDocument | null): PollingView {
  const { webhooksTrouble = null, lookBack = null } = kept ?? {};
  return {
    polledAt: kept?.polledAt?.toISOString() ?? null,
    seenTo: kept?.seenTo.toISOString() ?? null,
    healed: kept?.healed ?? 0,
    webhooksAt: kept?.webhooksAt?.toISOString() ?? null,
    webhooksTrouble: webhooksTrouble && { reason: webhooksTrouble.reason, fix: webhooksTrouble.fix },
    lookBack: lookBack && {
      since: lookBack.since.toISOString(),
      until: lookBack.until.toISOString(),
      state: lookBack.state,
      orders: lookBack.orders,
      endedAt: lookBack.endedAt?.toISOString() ?? null,
    },
  };
}
