/** The ingress with one service connected: for tests of what services tell later. */
import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { pino } from 'pino';
import { ALL_SERVICES } from '#nodes/all-services.ts';
import { saveConnection } from '#runtime/clients/connection-model.ts';
import { ClientId, ConnectionId } from '#runtime/ids.ts';
import { enqueue } from '#runtime/outbox/enqueue.ts';
import { OptOuts } from '#runtime/outbox/opt-outs.ts';
import type { OutboxDocument } from '#runtime/outbox/outbox-document.ts';
import { Vault } from '#runtime/vault/vault.ts';
import { openIngress } from '#server/ingress/webhooks.ts';
import type { TestDatabase } from '../database/test-database.ts';

export interface HookBench {
  readonly clientId: ClientId;
  readonly connectionId: ConnectionId;
  /** Where the service posts. */
  readonly hookUrl: string;
  readonly optOuts: OptOuts;
  /** Each time that a message is to be shown otherwise. */
  readonly reported: readonly ClientId[];
  /** Writes one message down. @returns the key that goes out with it. */
  enqueue(effect: string, payload: Readonly<Record<string, unknown>>): Promise<string>;
  /** The message, as it is kept. */
  kept(): Promise<OutboxDocument | null>;
  /** The service took it. */
  sent(receipt: string | null, state?: OutboxDocument['state']): Promise<void>;
  stop(): Promise<void>;
}

/** @param service its type, and what a connection to it needs. */
export async function openHookBench(
  database: TestDatabase,
  service: { readonly type: string; readonly baseUrl: string; readonly secret: object },
): Promise<HookBench> {
  const vault = new Vault(Buffer.alloc(32, 7));
  const clientId = ClientId.parse(`c-${randomUUID()}`);
  const connectionId = ConnectionId.parse(`${service.type}-${randomUUID()}`);
  const reported: ClientId[] = [];
  const app = express();
  const origin = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  app.use(
    '/hooks',
    openIngress({
      database,
      vault,
      channels: new Map(),
      services: ALL_SERVICES,
      log: pino({ level: 'silent' }),
      accepted: () => {},
      publicUrl: origin,
      reported: (id) => reported.push(id),
    }).routes,
  );
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  await saveConnection(database.models, {
    _id: connectionId,
    clientId,
    name: service.type,
    channel: service.type,
    baseUrl: service.baseUrl,
    sandbox: true,
    countingAuthority: false,
    secret: vault.seal(connectionId, service.secret),
    createdAt: new Date(),
  });
  const outbox = database.db.collection<OutboxDocument>('outbox');
  const kept = async () => await outbox.findOne({ clientId });
  return {
    clientId,
    connectionId,
    hookUrl: `${origin()}/hooks/${service.type}/${connectionId}`,
    optOuts: new OptOuts(database.db, clientId, connectionId),
    reported,
    enqueue: async (effect, payload) => {
      await enqueue(database.db, clientId, { key: 'k', effect, connectionId, subject: 'Test', payload });
      return (await kept())?.providerKey ?? '';
    },
    kept,
    sent: async (receipt, state = 'sent') =>
      void (await outbox.updateOne({ clientId }, { $set: { state, receipt } })),
    stop: () => new Promise((resolve) => void server.close(() => resolve())),
  };
}
