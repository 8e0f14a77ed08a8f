/** Makes a client with two shops ready: connections, listings, opening stock, flows. Every step may be repeated. */
import { ALL_CHANNELS } from '#nodes/all-channels.ts';
import type { Sandbox } from '#nodes/kit/sandbox.ts';
import { ensureClient } from '#runtime/clients/client-model.ts';
import { openAccount, saveConnection } from '#runtime/clients/connection-model.ts';
import { ClientCollection } from '#runtime/database/client-collection.ts';
import { type ClientId, type ConnectionId, PipelineId, type Sku } from '#runtime/ids.ts';
import { pipelinesOf, savePipeline } from '#runtime/pipelines/pipeline-model.ts';
import { Sharing } from '#runtime/sharing/sharing.ts';
import { StockLedger } from '#runtime/stock/ledger.ts';
import type { StockDocument } from '#runtime/stock/stock-document.ts';
import type { Channel } from '#runtime/sync/channel.ts';
import { importListings } from '#runtime/sync/import-listings.ts';
import { publish } from '#runtime/sync/publish.ts';
import type { FilledTemplate } from '#templates/define-template.ts';
import type { SyncFlow } from '../syncflow.ts';

export interface ShopToConnect {
  readonly id: ConnectionId;
  readonly name: string;
  readonly channel: string;
  /** This shop's counts open the ledger. */
  readonly countingAuthority: boolean;
  readonly account: Sandbox['account'];
}

const PUBLISHED_TOGETHER_MAX = 500;

/** Connects the shops, imports what they sell, and makes the flows, unless the client has flows already. */
export async function setUpShops(
  syncflow: Pick<SyncFlow, 'database' | 'vault'>,
  client: { readonly id: ClientId; readonly name: string; readonly demo: boolean },
  shops: readonly ShopToConnect[],
  flows: readonly FilledTemplate[],
): Promise<void> {
  const { database, vault } = syncflow;
  await ensureClient(database.models, {
    _id: client.id,
    name: client.name,
    demo: client.demo,
    createdAt: new Date(),
  });
  const ledger = new StockLedger(database.db, client.id);
  for (const shop of shops) {
    const channel = ALL_CHANNELS.get(shop.channel);
    if (!channel) throw new Error(`there is no channel ${shop.channel}`);
    const connection = {
      _id: shop.id,
      clientId: client.id,
      name: shop.name,
      channel: shop.channel,
      baseUrl: shop.account.baseUrl,
      sandbox: true,
      countingAuthority: shop.countingAuthority,
      secret: vault.seal(shop.id, shop.account.secret),
      createdAt: new Date(),
    };
    await saveConnection(database.models, connection);
    const account = openAccount(vault, channel, connection);
    await importListings({
      db: database.db,
      clientId: client.id,
      connectionId: shop.id,
      channel,
      client: (channel as Channel).open(account),
      ledger,
      countingAuthority: shop.countingAuthority,
    });
  }
  await makeFlows(syncflow, client.id, flows);
  await publishAll(syncflow, client.id, ledger);
}

/** Lets the shops send their orders to us. Done last, when everything is ready to take them. */
export async function subscribeShops(
  syncflow: Pick<SyncFlow, 'url'>,
  shops: readonly ShopToConnect[],
): Promise<void> {
  for (const shop of shops) {
    const channel = ALL_CHANNELS.get(shop.channel);
    if (!channel) throw new Error(`there is no channel ${shop.channel}`);
    const client = channel.open({ ...shop.account, connectionId: shop.id });
    await client.subscribe(`${syncflow.url}/hooks/${shop.channel}/${shop.id}`);
  }
}

async function makeFlows(
  { database }: Pick<SyncFlow, 'database'>,
  clientId: ClientId,
  flows: readonly FilledTemplate[],
): Promise<void> {
  if ((await pipelinesOf(database.models, clientId)).length > 0) return;
  for (const [index, flow] of flows.entries()) {
    await savePipeline(database.models, {
      ...flow,
      _id: PipelineId.parse(`${clientId}-${flow.template}`),
      clientId,
      version: 1,
      state: 'running',
      createdAt: new Date(Date.now() + index),
    });
  }
}

/** The first sync: every listing hears what the ledger says. */
async function publishAll(
  { database }: Pick<SyncFlow, 'database'>,
  clientId: ClientId,
  ledger: StockLedger,
): Promise<void> {
  const stock = new ClientCollection<StockDocument>(database.db, 'stock', clientId);
  const sharing = await Sharing.open(database.db, clientId);
  const skus: Sku[] = (await stock.find({}, { projection: { sku: 1 } }).toArray()).map(({ sku }) => sku);
  for (let start = 0; start < skus.length; start += PUBLISHED_TOGETHER_MAX) {
    const levels = await ledger.levels(skus.slice(start, start + PUBLISHED_TOGETHER_MAX));
    const causedAt = new Date();
    await publish(
      database.db,
      clientId,
      [...levels.values()].map((level) => ({ level, buffer: 0, causedAt })),
      sharing,
    );
  }
}
