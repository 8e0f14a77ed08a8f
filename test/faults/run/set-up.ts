/** Makes a data folder ready for a run: the client, its shops, its listings, its flows. */
import { saveConnection } from '#runtime/clients/connection-model.ts';
import { openDatabase } from '#runtime/database/open-database.ts';
import { ClientId, ConnectionId, PipelineId } from '#runtime/ids.ts';
import { savePipeline } from '#runtime/pipelines/pipeline-model.ts';
import { openMasterKeyFile } from '#runtime/vault/master-key.ts';
import { Vault } from '#runtime/vault/vault.ts';
import { openEmbedded } from '#server/database/open-embedded.ts';
import { type ShopToConnect, setUpShops, subscribeShops } from '#server/demo/set-up-shops.ts';
import { openLog } from '#server/log.ts';
import { Settings } from '#server/settings.ts';
import { fillIn } from '#templates/define-template.ts';
import { keepStockInStep } from '#templates/keep-stock-in-step.ts';
import { lowStockAlert } from '#templates/low-stock-alert.ts';
import type { FromShops } from './messages.ts';

export const CLIENT = { id: ClientId.parse('faults'), name: 'Faults', demo: false } as const;
export const CONNECTIONS = [
  ConnectionId.parse('faults-shopify'),
  ConnectionId.parse('faults-woocommerce'),
] as const;
const RECEIVER = ConnectionId.parse('faults-receiver');
/** The flow that tells the receiver of each order. */
export const TELLING_FLOW = PipelineId.parse('faults-tell');

/** @returns the address of the database, which is always the same for this folder. */
export async function setUp(dataDir: string, open: Extract<FromShops, { kind: 'open' }>): Promise<string> {
  const settings = Settings.parse({ DATA_DIR: dataDir });
  const embedded = await openEmbedded(settings, openLog('silent', 'set-up'));
  const database = await openDatabase(embedded.uri);
  const vault = new Vault(await openMasterKeyFile(dataDir));
  const shops = CONNECTIONS.map(
    (id, index): ShopToConnect => ({
      id,
      name: index === 0 ? 'Faults' : 'Faults Outlet',
      channel: index === 0 ? 'shopify' : 'woocommerce',
      countingAuthority: index === 0,
      account: open.accounts[index === 0 ? 0 : 1],
    }),
  );
  await setUpShops({ database, vault }, CLIENT, shops, [
    fillIn(keepStockInStep, {}),
    fillIn(lowStockAlert, {}),
  ]);
  await saveConnection(database.models, {
    _id: RECEIVER,
    clientId: CLIENT.id,
    name: 'Receiver',
    channel: 'webhook',
    baseUrl: new URL(open.receiver.url).origin,
    sandbox: false,
    countingAuthority: false,
    secret: vault.seal(RECEIVER, open.receiver),
    createdAt: new Date(),
  });
  await savePipeline(database.models, {
    _id: TELLING_FLOW,
    clientId: CLIENT.id,
    name: 'Tell of each order',
    template: 'none',
    parameters: {},
    graph: {
      nodes: [
        { id: 'in', type: 'order-trigger', name: 'When an order comes in', config: {}, x: 0, y: 0 },
        {
          id: 'tell',
          type: 'send-webhook',
          name: 'Tell the receiver',
          config: { connection: RECEIVER, eventType: 'order.seen' },
          x: 1,
          y: 0,
        },
      ],
      wires: [{ from: 'in', output: 'order', to: 'tell' }],
    },
    version: 1,
    state: 'running',
    createdAt: new Date(),
  });
  await subscribeShops({ url: open.hooks }, shops);
  await database.close();
  await embedded.close();
  return embedded.uri;
}
