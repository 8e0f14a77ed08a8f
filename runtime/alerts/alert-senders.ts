/** By which connections a client's alerts are sent: those that were chosen, else the oldest of each kind. */
import type { Db } from 'mongodb';
import { type ConnectionDocument, connectionsOf } from '../clients/connection-model.ts';
import type { Services } from '../clients/service.ts';
import { ClientCollection } from '../database/client-collection.ts';
import type { Database } from '../database/open-database.ts';
import type { ClientId, ConnectionId } from '../ids.ts';
import type { AlertWay } from './alert-preferences.ts';

export type ChosenSenders = Readonly<Record<AlertWay, ConnectionId | null>>;

interface SendersDocument {
  readonly _id: ClientId;
  readonly clientId: ClientId;
  readonly chosen: ChosenSenders;
}

const NONE: ChosenSenders = { email: null, sms: null };

/** null: none is connected. */
export type Senders = Readonly<Record<AlertWay, ConnectionDocument | null>>;

export async function readSenders(
  { db, models }: Database,
  services: Services,
  clientId: ClientId,
): Promise<Senders> {
  const [kept, connections] = await Promise.all([
    sendersOf(db, clientId).findOne({ _id: clientId }),
    connectionsOf(models, clientId),
  ]);
  const able = (way: AlertWay) => connections.filter(({ channel }) => services.get(channel)?.carries === way);
  const of = (way: AlertWay) => {
    const all = able(way);
    return all.find(({ _id }) => _id === (kept?.chosen ?? NONE)[way]) ?? all[0] ?? null;
  };
  return { email: of('email'), sms: of('sms') };
}

export async function saveSenders(db: Db, clientId: ClientId, chosen: ChosenSenders): Promise<void> {
  await sendersOf(db, clientId).updateOne({ _id: clientId }, { $set: { chosen } }, { upsert: true });
}

function sendersOf(db: Db, clientId: ClientId): ClientCollection<SendersDocument> {
  return new ClientCollection(db, 'alert-senders', clientId);
}
