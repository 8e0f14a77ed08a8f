/**
 * A process that books operations and is stopped by SIGSTOP before each of its first writes to the stock: after it has looked
 * for the keys, and before the database hears of the write. Started by paused-process.test.ts.
 */
import { writeSync } from 'node:fs';
import { MongoClient } from 'mongodb';
import { ClientId } from '#runtime/ids.ts';
import { StockLedger } from '#runtime/stock/ledger.ts';
import type { StockOperation } from '#runtime/stock/operation.ts';

export interface Orders {
  readonly uri: string;
  readonly clientId: string;
  /** Applied first, without a pause: what the process then knows of the SKUs. */
  readonly before: readonly StockOperation[];
  readonly operations: readonly StockOperation[];
  readonly pauses: number;
}

const { uri, clientId, before, operations, pauses } = JSON.parse(process.argv[2] ?? '') as Orders;
const client = new MongoClient(uri, { monitorCommands: true });
const ledger = new StockLedger(client.db(), ClientId.parse(clientId));
await ledger.applyAll(before);
let paused = 0;
// The driver tells of a command before it sends the first byte of it.
client.on('commandStarted', ({ command }) => {
  const isWrite = command.update === 'stock' || command.findAndModify === 'stock';
  if (!isWrite || paused >= pauses) return;
  paused += 1;
  writeSync(1, `paused before ${command.findAndModify ? 'findAndModify' : 'update'}\n`);
  process.kill(process.pid, 'SIGSTOP');
});
const results = await ledger.applyAll(operations);
writeSync(1, `${JSON.stringify(results)}\n`);
await client.close();
