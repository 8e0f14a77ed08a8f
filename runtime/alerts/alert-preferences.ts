/** How each person wants to hear of a client's alerts. The page shows all of them to everybody. */
import type { Db } from 'mongodb';
import { z } from 'zod';
import { ClientCollection } from '../database/client-collection.ts';
import type { ClientId, PersonId } from '../ids.ts';
import { PhoneNumber } from '../outbox/text-message.ts';
import { AlertTopic } from './alert-document.ts';
import { TimeZone, WallTime } from './local-time.ts';

export const AlertWay = z.enum(['email', 'sms']);
export type AlertWay = z.infer<typeof AlertWay>;

export const AlertPreferences = z.strictObject({
  /** By topic: the ways beside the page. */
  ways: z.partialRecord(AlertTopic, z.array(AlertWay).max(AlertWay.options.length)),
  /** Where text messages go. */
  phone: PhoneNumber.nullable(),
  timeZone: TimeZone,
  /** From when to when nothing comes: it is gathered and comes afterwards, in one. */
  quiet: z.strictObject({ from: WallTime, to: WallTime }).nullable(),
  /** Urgent ones come at once, also in quiet hours. */
  urgentAnyway: z.boolean(),
  /** Emails are gathered and come once a day at this time; null: each at once. */
  digestAt: WallTime.nullable(),
});
export type AlertPreferences = z.infer<typeof AlertPreferences>;

export const NO_ALERTS: AlertPreferences = {
  ways: {},
  phone: null,
  timeZone: 'UTC',
  quiet: null,
  urgentAnyway: true,
  digestAt: null,
};

export interface PreferencesDocument {
  /** `<client>/<person>` */
  readonly _id: string;
  readonly clientId: ClientId;
  readonly personId: PersonId;
  readonly preferences: AlertPreferences;
  /** When the newest messages were sent, by way: whoever got many gets the next ones in one. */
  readonly sent: Readonly<Partial<Record<AlertWay, readonly Date[]>>>;
}

/** null: the person has not chosen anything; the page alone tells them. */
export async function readPreferences(
  db: Db,
  clientId: ClientId,
  personId: PersonId,
): Promise<AlertPreferences | null> {
  const kept = await preferencesOf(db, clientId).findOne({ _id: `${clientId}/${personId}` });
  return kept?.preferences ?? null;
}

export async function savePreferences(
  db: Db,
  clientId: ClientId,
  personId: PersonId,
  preferences: AlertPreferences,
): Promise<void> {
  await preferencesOf(db, clientId).updateOne(
    { _id: `${clientId}/${personId}` },
    { $set: { personId, preferences }, $setOnInsert: { sent: {} } },
    { upsert: true },
  );
}

export function preferencesOf(db: Db, clientId: ClientId): ClientCollection<PreferencesDocument> {
  return new ClientCollection(db, 'alert-preferences', clientId);
}
