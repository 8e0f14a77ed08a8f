/** The process that imports, as a runner does: `node importer.ts <channel> <database>`; the account comes as a message. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { ALL_CHANNELS } from '#nodes/all-channels.ts';
import { openDatabase } from '#runtime/database/open-database.ts';
import { ClientId, ConnectionId } from '#runtime/ids.ts';
import { StockLedger } from '#runtime/stock/ledger.ts';
import type { ChannelAccount } from '#runtime/sync/channel.ts';
import { importListings } from '#runtime/sync/import-listings.ts';

const [type = '', uri = ''] = process.argv.slice(2);
process.send?.('ready');
const [account] = (await once(process, 'message')) as [Pick<ChannelAccount, 'baseUrl' | 'secret'>];
const channel = ALL_CHANNELS.get(type);
if (!channel) throw new Error(`there is no channel ${type}`);
const database = await openDatabase(uri);
const clientId = ClientId.parse('bench');
const connectionId = ConnectionId.parse('bench-shop');
let calls = 0;
const startedMs = performance.now();
const outcome = await importListings({
  db: database.db,
  clientId,
  connectionId,
  channel,
  client: channel.open({ ...account, connectionId }, () => {
    calls += 1;
  }),
  ledger: new StockLedger(database.db, clientId),
  countingAuthority: true,
  progress: (listings) => process.send?.({ listings, calls }),
});
process.send?.({ outcome, calls, seconds: (performance.now() - startedMs) / 1_000, peakMb: peakMb() });
await database.close();
process.disconnect();

/** The most memory that this process ever had in RAM. */
function peakMb(): number {
  const [, kb = '0'] = /VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return Number(kb) / 1_024;
}
