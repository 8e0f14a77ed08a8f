/** A data folder with many clients: two shops, their products, and five flows each. */
import { openDatabase } from '#runtime/database/open-database.ts';
import { ClientId, ConnectionId, PipelineId } from '#runtime/ids.ts';
import { savePipeline } from '#runtime/pipelines/pipeline-model.ts';
import { openMasterKeyFile } from '#runtime/vault/master-key.ts';
import { Vault } from '#runtime/vault/vault.ts';
import { openEmbedded } from '#server/database/open-embedded.ts';
import { setUpShops } from '#server/demo/set-up-shops.ts';
import { openLog } from '#server/log.ts';
import { Settings } from '#server/settings.ts';
import { captureOrders } from '#templates/capture-orders.ts';
import { fillIn } from '#templates/define-template.ts';
import { keepStockInStep } from '#templates/keep-stock-in-step.ts';
import { lowStockAlert } from '#templates/low-stock-alert.ts';
import type { ShopsOpen } from './messages.ts';

const FLOWS = 5;
/** Clients that are set up at once: each waits for its shops most of the time. */
const SIDE_BY_SIDE = 4;

export function clientAt(index: number): ClientId {
  return ClientId.parse(`client-${index}`);
}

/** @returns the address of the database, which stays the same for this folder. */
export async function setUp(
  dataDir: string,
  accounts: ShopsOpen['accounts'],
  progress: (done: number) => void,
): Promise<string> {
  const embedded = await openEmbedded(Settings.parse({ DATA_DIR: dataDir }), openLog('silent', 'set-up'));
  const database = await openDatabase(embedded.uri);
  const vault = new Vault(await openMasterKeyFile(dataDir));
  const templates = [keepStockInStep, captureOrders, lowStockAlert].map((template) => fillIn(template, {}));
  const makeClient = async (index: number): Promise<void> => {
    const id = clientAt(index);
    const shops = (['shopify', 'woocommerce'] as const).flatMap((channel, which) => {
      const account = accounts[2 * index + which];
      const connection = ConnectionId.parse(`${id}-${channel}`);
      return account
        ? [{ id: connection, name: channel, channel, countingAuthority: which === 0, account }]
        : [];
    });
    await setUpShops({ database, vault }, { id, name: `Client ${index}`, demo: false }, shops, templates);
    for (let more = templates.length; more < FLOWS; more += 1) {
      const [flow] = templates.slice(-1);
      if (!flow) throw new Error('there is no template');
      await savePipeline(database.models, {
        ...flow,
        _id: PipelineId.parse(`${id}-more-${more}`),
        clientId: id,
        name: `${flow.name} ${more}`,
        version: 1,
        state: 'running',
        createdAt: new Date(),
      });
    }
  };
  let [begun, done] = [0, 0];
  const worker = async (): Promise<void> => {
    while (2 * begun < accounts.length) {
      begun += 1;
      await makeClient(begun - 1);
      done += 1;
      progress(done);
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, worker));
  await database.close();
  await embedded.close();
  return embedded.uri;
}
