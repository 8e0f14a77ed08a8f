/** What a person does about an alert: says that they look after it, or that they want to hear no more of its kind for a while. */
import type { Db } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
import type { ClientId } from '../ids.ts';
import type { AlertDocument, AlertMute } from './alert-document.ts';

const HOUR_MS = 3_600_000;

/** @returns false when there is no such alert. Who was first stays. */
export async function acknowledge(db: Db, clientId: ClientId, id: string, by: string): Promise<boolean> {
  const alerts = alertsOf(db, clientId);
  const seen = { by, at: new Date() };
  await alerts.updateOne({ _id: id, acknowledged: null }, { $set: { acknowledged: seen } });
  return (await alerts.findOne({ _id: id }, { projection: { _id: 1 } })) !== null;
}

/** Nothing of the alert's group is told until then; what waits to be told of it is not told. @returns null: no such alert. */
export async function mute(
  db: Db,
  clientId: ClientId,
  id: string,
  hours: number,
  by: string,
): Promise<Date | null> {
  const alerts = alertsOf(db, clientId);
  const alert = await alerts.findOne({ _id: id });
  if (!alert) return null;
  const { group } = alert;
  const until = new Date(Date.now() + hours * HOUR_MS);
  await mutesOf(db, clientId).updateOne(
    { _id: `${clientId}/${group}` },
    { $set: { group, until, by } },
    { upsert: true },
  );
  await alerts.updateMany({ group, 'tell.what': 'raised' }, { $set: { tell: null } });
  return until;
}

/** @returns false when there is no such alert. */
export async function unmute(db: Db, clientId: ClientId, id: string): Promise<boolean> {
  const alert = await alertsOf(db, clientId).findOne({ _id: id });
  if (!alert) return false;
  await mutesOf(db, clientId).deleteOne({ _id: `${clientId}/${alert.group}` });
  return true;
}

/** Until when each of these groups is muted. */
export async function mutedUntil(
  db: Db,
  clientId: ClientId,
  groups: readonly string[],
): Promise<ReadonlyMap<string, Date>> {
  const mutes = await mutesOf(db, clientId)
    .find({ group: { $in: [...groups] }, until: { $gt: new Date() } })
    .toArray();
  return new Map(mutes.map(({ group, until }) => [group, until]));
}

const alertsOf = (db: Db, clientId: ClientId) => new ClientCollection<AlertDocument>(db, 'alerts', clientId);
const mutesOf = (db: Db, clientId: ClientId) => new ClientCollection<AlertMute>(db, 'alert-mutes', clientId);
