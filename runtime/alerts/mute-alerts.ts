/** What a person does about an alert: says that they look after it, or that they want to hear no more of its kind for a while. */
import type { Db } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
import type { ClientId } from '../ids.ts';
import type { AlertDocument, AlertMute } from './alert-document.ts';
import { TROUBLE_TOLD_AFTER_MS } from './alerts.ts';

const HOUR_MS = 3_600_000;

/** @returns false when there is no such alert. Who was first stays. */
export async function acknowledge(db: Db, clientId: ClientId, id: string, by: string): Promise<boolean> {
  const alerts = alertsOf(db, clientId);
  const seen = { by, at: new Date() };
  await alerts.updateOne({ _id: id, acknowledged: null }, { $set: { acknowledged: seen } });
  return (await alerts.findOne({ _id: id }, { projection: { _id: 1 } })) !== null;
}

/**
 * Nothing of the alert's group is told until then. What waits to be told of it is not told, except of a connection that
 * is still in trouble when the mute ends.
 * @returns null: no such alert.
 */
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
  const waits = { group, 'tell.what': 'raised' } as const;
  await alerts.updateMany({ ...waits, connectionId: { $exists: false } }, { $set: { tell: null } });
  await alerts.updateMany({ ...waits, connectionId: { $exists: true } }, { $set: { 'tell.at': until } });
  return until;
}

/** Trouble that still goes on is told now. @returns false when there is no such alert. */
export async function unmute(db: Db, clientId: ClientId, id: string): Promise<boolean> {
  const alerts = alertsOf(db, clientId);
  const alert = await alerts.findOne({ _id: id });
  if (!alert) return false;
  const { group } = alert;
  await mutesOf(db, clientId).deleteOne({ _id: `${clientId}/${group}` });
  const now = new Date();
  // What is due sooner waits for no mute: it may be a hiccup.
  const later = { $gt: new Date(now.getTime() + TROUBLE_TOLD_AFTER_MS) };
  await alerts.updateMany(
    { group, connectionId: { $exists: true }, 'tell.what': 'raised', 'tell.at': later },
    { $set: { 'tell.at': now } },
  );
  return true;
}

/** Until when each of these groups is muted; those that are not at this moment are absent. */
export async function mutedUntil(
  db: Db,
  clientId: ClientId,
  groups: readonly string[],
  now = new Date(),
): Promise<ReadonlyMap<string, Date>> {
  if (groups.length === 0) return new Map();
  const mutes = await mutesOf(db, clientId)
    .find({ group: { $in: [...groups] }, until: { $gt: now } })
    .toArray();
  return new Map(mutes.map(({ group, until }) => [group, until]));
}

/**
 * Trouble that began in a mute, or came back in one, is told when the mute ends, if it goes on by then.
 * @returns what of the due ones is told now.
 */
export async function holdMuted(
  db: Db,
  clientId: ClientId,
  due: readonly AlertDocument[],
  now: Date,
): Promise<readonly AlertDocument[]> {
  const troubles = due.filter(isWaitingTrouble);
  const groups = troubles.map(({ group }) => group);
  const mutes = await mutedUntil(db, clientId, groups, now);
  const alerts = alertsOf(db, clientId);
  for (const { _id, group } of troubles) {
    const until = mutes.get(group);
    // It may be well since.
    if (until) await alerts.updateOne({ _id, 'tell.what': 'raised' }, { $set: { 'tell.at': until } });
  }
  return due.filter((alert) => !(isWaitingTrouble(alert) && mutes.has(alert.group)));
}

const isWaitingTrouble = ({ connectionId, tell }: AlertDocument) =>
  connectionId !== undefined && tell?.what === 'raised';
const alertsOf = (db: Db, clientId: ClientId) => new ClientCollection<AlertDocument>(db, 'alerts', clientId);
const mutesOf = (db: Db, clientId: ClientId) => new ClientCollection<AlertMute>(db, 'alert-mutes', clientId);
